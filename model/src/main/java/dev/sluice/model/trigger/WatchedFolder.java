package dev.sluice.model.trigger;

import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A folder that a trigger watches by having it listed, in any store of files. It is named as Data Factory's
/// `BlobTrigger` names it, by `linkedService` and `folderPath`; a `BlobEventsTrigger` may do the same.
///
/// @param folder from the linked service's root, where the store has containers or buckets with one of them in front;
///     no slash at its ends
/// @param every the pause between two listings (`pollingInterval`)
/// @param settle for how long a file must not have changed, in stores that show files while they are written
///     (`settleTime`)
/// @param queue where the store tells of its files by messages, the queue that they are read from instead of listing
///     (`queueName`); empty: the folder is listed
public record WatchedFolder(Reference linkedService, String folder, Duration every, Duration settle, String queue) {
    static final Duration EVERY = Duration.ofSeconds(10);
    static final Duration SETTLE = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /// As Amazon SQS names queues, or a queue's address; Azure Storage's names are among them. The store has the
    /// rest to say.
    private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9_-]{1,80}(?:\\.fifo)?|https?://[!-~]{1,500}");

    /// `/container/blobs/folder/name`, as Event Grid writes where a blob lies.
    private static final Pattern BLOB_PATH = Pattern.compile("/?([^/]+)/blobs(?:/(.*))?", Pattern.DOTALL);

    /// @param begins what the paths of the files meant begin with; says which folder when nothing else does
    static Optional<WatchedFolder> of(Place typeProperties, String begins) {
        Place service = typeProperties.member("linkedService");
        if (!service.present()) {
            return Optional.empty();
        }
        String path = typeProperties
                .member("folderPath")
                .text()
                .map(WatchedFolder::trimmed)
                .orElseGet(() -> parent(begins));
        return Optional.of(new WatchedFolder(
                Reference.of(service),
                path,
                span(typeProperties.member("pollingInterval"), EVERY, SHORTEST),
                span(typeProperties.member("settleTime"), SETTLE, Duration.ZERO),
                queue(typeProperties)));
    }

    /// The queue that a trigger names; empty when it names none.
    static String queue(Place typeProperties) {
        Place name = typeProperties.member("queueName");
        String queue = name.text().orElse("");
        if (!queue.isEmpty() && !QUEUE.matcher(queue).matches()) {
            throw name.invalid("a queue's name (letters, digits, hyphens, underscores) or, in Amazon SQS, its address");
        }
        return queue;
    }

    /// Whether it is told of files by messages of a queue.
    public boolean queued() {
        return !queue.isEmpty();
    }

    /// The queue that messages go to which cannot be used, as it is shown.
    public String queueAside() {
        String name = queue.substring(queue.lastIndexOf('/') + 1);
        String fifo = name.endsWith(".fifo") ? ".fifo" : "";
        return name.substring(0, name.length() - fifo.length()) + "-poison" + fifo;
    }

    /// The folder in which paths that begin so lie.
    static String parent(String begins) {
        String whole = plain(begins);
        return whole.substring(0, Math.max(0, whole.lastIndexOf('/')));
    }

    private static Duration span(Place place, Duration otherwise, Duration least) {
        Duration span = place.span().orElse(otherwise);
        if (span.compareTo(least) < 0 || span.compareTo(LONGEST) > 0) {
            throw place.invalid("a time span from " + least.toSeconds() + " seconds to a day");
        }
        return span;
    }

    /// A path as events write it, `/container/blobs/folder/name`, as files have it: `container/folder/name`. One that
    /// is not of that form loses its leading slash.
    public static String plain(String path) {
        Matcher blob = BLOB_PATH.matcher(path);
        if (blob.matches()) {
            return blob.group(1) + "/" + (blob.group(2) == null ? "" : blob.group(2));
        }
        return path.startsWith("/") ? path.substring(1) : path;
    }

    private static String trimmed(String path) {
        int from = 0;
        int to = path.length();
        while (from < to && path.charAt(from) == '/') {
            from++;
        }
        while (to > from && path.charAt(to - 1) == '/') {
            to--;
        }
        return path.substring(from, to);
    }
}
