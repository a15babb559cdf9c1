package dev.sluice.service.store;

import dev.sluice.service.store.RunTransition.Ending;
import dev.sluice.wire.JobRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a step of a trigger that watches a folder writes besides: the listings it has asked for, the files it knows,
/// and what happened to them and is still to be fired for.
///
/// @param queue listings to be done by nodes
/// @param cancel listings that are not wanted any more
/// @param ending the listing whose end this step answers; null for other steps
/// @param forget whether all that is known of the folder is forgotten first
/// @param files as they are known from now on
/// @param gone keys of files that are not there any more
/// @param arrivals what happened to files, to be fired for in this order
/// @param fired the numbers of the arrivals that this step fires for
public record WatchStep(
        List<RunTransition.NewJob> queue,
        List<JobRef> cancel,
        @Nullable Ending ending,
        boolean forget,
        List<KnownFile> files,
        List<String> gone,
        List<Arrival> arrivals,
        List<Long> fired) {
    /// Nothing.
    public static final WatchStep NONE =
            new WatchStep(List.of(), List.of(), null, false, List.of(), List.of(), List.of(), List.of());

    public WatchStep {
        queue = List.copyOf(queue);
        cancel = List.copyOf(cancel);
        files = List.copyOf(files);
        gone = List.copyOf(gone);
        arrivals = List.copyOf(arrivals);
        fired = List.copyOf(fired);
    }

    /// A file as a trigger knows it.
    ///
    /// @param key its path's ([dev.sluice.model.job.FolderDigest#key])
    /// @param settled the version that was fired for, or found when the trigger began; empty when there is none
    /// @param seen the version listed last, if it is another one; empty otherwise
    /// @param since when that one was first seen
    public record KnownFile(String key, String path, String settled, String seen, Instant since) {}

    /// What happened to a file.
    ///
    /// @param number counts the arrivals of the trigger
    public record Arrival(long number, ObjectNode body) {}
}
