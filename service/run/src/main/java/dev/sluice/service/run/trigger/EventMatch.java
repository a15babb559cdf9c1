package dev.sluice.service.run.trigger;

import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.trigger.BlobEventsTrigger;
import dev.sluice.model.trigger.BlobTrigger;
import dev.sluice.model.trigger.CustomEventsTrigger;
import dev.sluice.model.trigger.EventTrigger;
import dev.sluice.model.trigger.WatchedFolder;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Whether an event is meant by a trigger. Events are in the Event Grid schema (`id`, `eventType`, `subject`, `data`)
/// or CloudEvents 1.0 (`id`, `type`, `source`, `subject`, `data`).
public final class EventMatch {
    private static final String BLOBS = "/blobServices/default/containers/";

    private EventMatch() {}

    /// By which an event is known again: its id, for CloudEvents with its source.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException [TriggerFaults#EVENTS_INVALID]
    public static String identity(JsonNode event) {
        String id = text(event, "id");
        if (id.isEmpty() || type(event).isEmpty()) {
            throw TriggerFaults.EVENTS_INVALID.with(
                    "detail", "an event needs an id and an eventType (in CloudEvents a type)");
        }
        return text(event, "specversion").isEmpty() ? id : text(event, "source") + " " + id;
    }

    /// What `triggerBody()` is for this event; empty when the trigger does not mean it.
    public static Optional<ObjectNode> body(EventTrigger trigger, JsonNode event) {
        return switch (trigger) {
            case CustomEventsTrigger custom -> custom(custom, event);
            case BlobEventsTrigger blob -> blob(blob, event);
            case BlobTrigger blob -> Optional.empty();
        };
    }

    private static Optional<ObjectNode> custom(CustomEventsTrigger trigger, JsonNode event) {
        boolean meant = trigger.means(type(event), text(event, "subject"))
                && trigger.filters().stream().allMatch(f -> f.holds(event));
        if (!meant) {
            return Optional.empty();
        }
        ObjectNode body = Json.object();
        body.set("event", event);
        return Optional.of(body);
    }

    /// The same for an event of a trigger's queue. Its paths may be those of events or of files, and the folder counts.
    ///
    /// @param folder that is watched, its container in front; empty: all
    public static Optional<ObjectNode> queued(EventTrigger trigger, String folder, JsonNode event) {
        if (!(trigger instanceof BlobEventsTrigger blobs)) {
            return Optional.empty();
        }
        return blob(blobs, event, path -> {
            String file = lower(WatchedFolder.plain(path));
            return file.startsWith(folder.isEmpty() ? "" : lower(folder) + "/")
                    && file.startsWith(lower(WatchedFolder.plain(blobs.beginsWith())))
                    && file.endsWith(lower(blobs.endsWith()));
        });
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static Optional<ObjectNode> blob(BlobEventsTrigger trigger, JsonNode event) {
        return blob(trigger, event, path -> matches(trigger, path));
    }

    private static Optional<ObjectNode> blob(BlobEventsTrigger trigger, JsonNode event, Predicate<String> meant) {
        String subject = text(event, "subject");
        boolean wanted = trigger.events().stream().anyMatch(e -> e.word().equalsIgnoreCase(type(event)));
        if (!wanted || !subject.startsWith(BLOBS)) {
            return Optional.empty();
        }
        // "/container/blobs/folder/name", which the trigger's paths are compared with.
        String path = "/" + subject.substring(BLOBS.length());
        Place size = Place.root(event).member("data").member("contentLength");
        boolean created = type(event).equalsIgnoreCase(BlobEventsTrigger.Event.CREATED.word());
        if (!meant.test(path)
                || trigger.ignoreEmptyBlobs() && created && size.whole().orElse(1) == 0) {
            return Optional.empty();
        }
        int blobs = path.indexOf("/blobs/");
        if (blobs < 1) {
            return Optional.empty();
        }
        String container = path.substring(1, blobs);
        ObjectNode body = file(container + "/" + path.substring(blobs + "/blobs/".length()));
        body.set("event", event);
        return Optional.of(body);
    }

    /// What `triggerBody()` is for a file that was found created or deleted; empty when the trigger does not mean that.
    ///
    /// @param id of the event that is made of it
    public static Optional<ObjectNode> body(EventTrigger trigger, FolderChanges.Change change, String id) {
        boolean meant = switch (trigger) {
            case CustomEventsTrigger custom -> false;
            case BlobTrigger blobs -> change.event() == BlobEventsTrigger.Event.CREATED;
            case BlobEventsTrigger blobs ->
                blobs.events().contains(change.event())
                        && !(blobs.ignoreEmptyBlobs()
                                && change.event() == BlobEventsTrigger.Event.CREATED
                                && change.size() == 0);
        };
        if (!meant) {
            return Optional.empty();
        }
        ObjectNode event = Json.object();
        event.put("id", id);
        event.put("eventType", change.event().word());
        event.put("subject", "/" + change.path());
        event.put("eventTime", Timestamps.format(change.modified()));
        event.putObject("data").put("contentLength", change.size()).put("eTag", change.version());
        event.put("dataVersion", "");
        ObjectNode body = file(change.path());
        body.set("event", event);
        return Optional.of(body);
    }

    /// Whether a path, `/container/blobs/folder/name`, is meant; without regard to case, as Event Grid compares.
    private static boolean matches(BlobEventsTrigger trigger, String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        String begin = trigger.beginsWith().toLowerCase(Locale.ROOT);
        return lower.startsWith(begin.startsWith("/") ? begin : "/" + begin)
                && lower.endsWith(trigger.endsWith().toLowerCase(Locale.ROOT));
    }

    /// `folderPath` and `fileName` of `container/folder/name`.
    private static ObjectNode file(String path) {
        int slash = path.lastIndexOf('/');
        ObjectNode body = Json.object();
        body.put("folderPath", path.substring(0, Math.max(0, slash)));
        body.put("fileName", path.substring(slash + 1));
        return body;
    }

    private static String type(JsonNode event) {
        String type = text(event, "eventType");
        return type.isEmpty() ? text(event, "type") : type;
    }

    private static String text(JsonNode event, String member) {
        return Place.root(event).member(member).json().asString("");
    }
}
