package dev.sluice.service.run.trigger;

import dev.sluice.model.job.FolderDigest;
import dev.sluice.model.job.FolderListing;
import dev.sluice.model.trigger.BlobEventsTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What has happened to the files of one bucket since it was listed last. Pure.
///
/// A file that was not there, or has another version, has been created; one that is gone has been deleted. Where a
/// store shows files while they are written, a version counts once it was the same for a while. When a trigger begins,
/// files older than its start are only taken note of; those written after it count, although they were there at the
/// first listing.
///
/// @param now the time
/// @param began when the trigger was started, by the clock of the service
/// @param first whether not everything has been listed once yet
/// @param whole whether the store shows a file only when all of it is there
/// @param settle for how long a version must not have changed where it does not
public record FolderChanges(Instant now, Instant began, boolean first, boolean whole, Duration settle) {
    /// A file as it is known.
    ///
    /// @param settled the version that counts; empty before there is one
    /// @param seen another version listed last; empty when there is none
    /// @param since when that was first seen
    public record Known(String path, String settled, String seen, Instant since) {}

    /// Something that happened to a file.
    ///
    /// @param size in bytes; 0 of a file that is gone
    /// @param modified when it was written last, or found gone
    public record Change(BlobEventsTrigger.Event event, String path, long size, Instant modified, String version) {}

    /// What follows.
    ///
    /// @param changed files that are known otherwise from now on
    /// @param gone paths of files that are not there any more
    /// @param changes what happened, by path
    /// @param digest of the bucket, for the next listing; one that never fits while a version has not settled
    public record Outcome(List<Known> changed, List<String> gone, List<Change> changes, String digest) {
        public Outcome {
            changed = List.copyOf(changed);
            gone = List.copyOf(gone);
            changes = List.copyOf(changes);
        }
    }

    /// Compares what is known of a bucket with what is there.
    public Outcome of(List<Known> known, List<FolderListing.Entry> there) {
        Map<String, Known> before = new LinkedHashMap<>();
        known.forEach(k -> before.put(k.path(), k));
        List<Known> changed = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        FolderDigest digest = new FolderDigest();
        boolean settled = true;
        for (FolderListing.Entry entry : there) {
            Known was = before.remove(entry.path());
            Known is = known(was, entry);
            if (!is.equals(was)) {
                changed.add(is);
            }
            if (is.settled().equals(entry.version()) && is.seen().isEmpty()) {
                digest.add(entry.path(), entry.version());
            } else {
                settled = false;
            }
            if (isCreated(was, is, entry)) {
                changes.add(new Change(
                        BlobEventsTrigger.Event.CREATED,
                        entry.path(),
                        entry.size(),
                        entry.modified(),
                        entry.version()));
            }
        }
        before.values().stream()
                .filter(k -> !k.settled().isEmpty())
                .map(k -> new Change(BlobEventsTrigger.Event.DELETED, k.path(), 0, now, k.settled()))
                .forEach(changes::add);
        return new Outcome(changed, List.copyOf(before.keySet()), changes, settled ? digest.text() : "open");
    }

    private Known known(@Nullable Known was, FolderListing.Entry entry) {
        String version = entry.version();
        if (was == null && isOld(entry)) {
            return new Known(entry.path(), version, "", now);
        }
        if (was != null && was.settled().equals(version)) {
            // Another version that came and went does not count.
            return was.seen().isEmpty() ? was : new Known(was.path(), version, "", now);
        }
        // After a clock that jumped back the wait begins anew: it would be endless otherwise.
        boolean waited =
                was != null && was.seen().equals(version) && !was.since().isAfter(now);
        Instant since = waited && was != null ? was.since() : now;
        if (whole || !now.isBefore(since.plus(settle))) {
            return new Known(entry.path(), version, "", since);
        }
        return new Known(entry.path(), was == null ? "" : was.settled(), version, since);
    }

    /// Stores keep times of modification in whole seconds, at worst.
    private boolean isOld(FolderListing.Entry entry) {
        return first && entry.modified().getEpochSecond() < began.getEpochSecond();
    }

    private boolean isCreated(@Nullable Known was, Known is, FolderListing.Entry entry) {
        boolean now = is.settled().equals(entry.version());
        boolean before = was == null ? isOld(entry) : was.settled().equals(entry.version());
        return now && !before;
    }
}
