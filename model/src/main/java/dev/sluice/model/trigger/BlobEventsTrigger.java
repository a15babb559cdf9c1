package dev.sluice.model.trigger;

import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Starts pipelines when a blob was created or deleted.
///
/// @param beginsWith `/container/blobs/folder/…`; empty: any
/// @param endsWith empty: any; one of both must be given, or a folder
/// @param scope the storage account's resource id; empty where a linked service is named
/// @param watched where it looks for blobs, or files of any store; null: it is told of them by events
/// @param queue whose messages tell of blobs (`queueName`); empty: none
public record BlobEventsTrigger(
        List<TriggeredPipeline> pipelines,
        String beginsWith,
        String endsWith,
        boolean ignoreEmptyBlobs,
        Set<Event> events,
        String scope,
        @Nullable WatchedFolder watched,
        String queue)
        implements EventTrigger {
    public BlobEventsTrigger {
        pipelines = List.copyOf(pipelines);
        events = Set.copyOf(events);
    }

    private static final Pattern ACCOUNT =
            Pattern.compile("/providers/Microsoft\\.Storage/storageAccounts/([^/]+)/?$", Pattern.CASE_INSENSITIVE);

    /// What can happen to a blob.
    public enum Event {
        CREATED("Microsoft.Storage.BlobCreated"),
        DELETED("Microsoft.Storage.BlobDeleted");

        private final String word;

        Event(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    @Override
    public String type() {
        return "BlobEventsTrigger";
    }

    /// The storage account that `scope` names; empty when it is not such an id.
    public Optional<String> account() {
        Matcher account = ACCOUNT.matcher(scope);
        return account.find() ? Optional.of(account.group(1)) : Optional.empty();
    }

    /// The same, looking for blobs by itself where it was to be told of them, when its paths name a container.
    ///
    /// @param linkedService of its account
    public BlobEventsTrigger watchedThrough(Reference linkedService) {
        String folder = WatchedFolder.parent(beginsWith);
        return folder.isEmpty() && queue.isEmpty()
                ? this
                : new BlobEventsTrigger(
                        pipelines,
                        beginsWith,
                        endsWith,
                        ignoreEmptyBlobs,
                        events,
                        scope,
                        new WatchedFolder(linkedService, folder, WatchedFolder.EVERY, WatchedFolder.SETTLE, queue),
                        queue);
    }

    static BlobEventsTrigger of(Place properties) {
        Place own = properties.member("typeProperties");
        Place events = own.member("events");
        Set<Event> wanted = EnumSet.noneOf(Event.class);
        events.items().forEach(item -> wanted.add(event(item)));
        if (wanted.isEmpty()) {
            throw events.missing();
        }
        String begins = own.member("blobPathBeginsWith").text().orElse("");
        String ends = own.member("blobPathEndsWith").text().orElse("");
        WatchedFolder watched = WatchedFolder.of(own, begins).orElse(null);
        if (begins.isEmpty() && ends.isEmpty() && watched == null) {
            throw own.member("blobPathBeginsWith").missing();
        }
        return new BlobEventsTrigger(
                TriggeredPipeline.several(properties),
                begins,
                ends,
                own.member("ignoreEmptyBlobs").flag().orElse(false),
                wanted,
                watched == null
                        ? own.member("scope").requiredText()
                        : own.member("scope").text().orElse(""),
                watched,
                WatchedFolder.queue(own));
    }

    private static Event event(Place place) {
        String word = place.requiredText();
        for (Event event : Event.values()) {
            if (event.word.equalsIgnoreCase(word)) {
                return event;
            }
        }
        throw place.invalid("Microsoft.Storage.BlobCreated or Microsoft.Storage.BlobDeleted");
    }
}
