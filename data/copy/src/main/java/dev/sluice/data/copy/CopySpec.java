package dev.sluice.data.copy;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import java.util.Optional;

/// One copy activity, everything evaluated.
///
/// @param translator the activity's `translator`; empty for the default mapping
/// @param skipIncompatibleRows whether rows that cannot be read or converted are skipped and counted
/// @param parallelCopies most streams at once; 0 leaves it to the engine
/// @param validateConsistency whether the copy fails unless what was written is what was read, the files of the sink
/// read
///     again
/// @param proof which values the manifest sums up
/// @param skippedFiles which failing files are left out
/// @param log where skipped rows and files are told; empty without a log
/// @param staging where rows are kept on their way; empty when they go directly
/// @param byPosition whether columns are mapped by their place although they have names
/// @param preserveAttributes whether what a store keeps of a file beside its content is copied, too
/// @param resume whether files that are complete stay when the copy breaks off, and are not copied again
/// @param runId identity of the activity run: part of generated file names and of thread names
public record CopySpec(
        Endpoint source,
        Endpoint sink,
        Settings translator,
        boolean skipIncompatibleRows,
        int parallelCopies,
        boolean validateConsistency,
        Proof proof,
        SkippedFiles skippedFiles,
        Optional<LogTarget> log,
        Optional<Staging> staging,
        boolean byPosition,
        boolean preserveAttributes,
        boolean resume,
        String runId) {
    private static final int MOST_PARALLEL = 256;

    CopySpec with(Endpoint from, Endpoint to, Settings mapping) {
        return new CopySpec(
                from,
                to,
                mapping,
                skipIncompatibleRows,
                parallelCopies,
                validateConsistency,
                proof,
                skippedFiles,
                log,
                staging,
                byPosition,
                preserveAttributes,
                resume,
                runId);
    }

    /// The same without staging.
    CopySpec direct() {
        return new CopySpec(
                source,
                sink,
                translator,
                skipIncompatibleRows,
                parallelCopies,
                validateConsistency,
                proof,
                skippedFiles,
                log,
                Optional.empty(),
                byPosition,
                preserveAttributes,
                resume,
                runId);
    }

    /// One of the two ways of a staged copy. What was written is not read again: it is read next, or is a table.
    CopySpec hop(Endpoint from, Endpoint to, Settings mapping, boolean positional) {
        boolean first = from == source;
        return new CopySpec(
                from,
                to,
                mapping,
                skipIncompatibleRows,
                parallelCopies,
                false,
                proof,
                first ? skippedFiles : SkippedFiles.NONE,
                first ? log : log.map(LogTarget::ofSecondHop),
                Optional.empty(),
                positional,
                false,
                false,
                runId);
    }

    /// Reads the options from a copy activity's typeProperties.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when a setting cannot be followed that changes what is copied
    public static CopySpec of(Endpoint source, Endpoint sink, Settings activity, String runId) {
        return of(source, sink, activity, Optional.empty(), Optional.empty(), runId);
    }

    /// The same with the log and the staging that the activity asks for, their linked services looked up.
    public static CopySpec of(
            Endpoint source,
            Endpoint sink,
            Settings activity,
            Optional<LogTarget> log,
            Optional<Staging> staging,
            String runId) {
        UnsupportedSettings.refuse(source, activity, log.isPresent(), staging.isPresent());
        boolean consistency = activity.flag("validateDataConsistency", false);
        return new CopySpec(
                source,
                sink,
                activity.section("translator"),
                activity.flag("enableSkipIncompatibleRow", false),
                activity.number("parallelCopies", 1, MOST_PARALLEL).orElse(0L).intValue(),
                consistency,
                Proof.of(activity, consistency),
                SkippedFiles.of(activity),
                log,
                staging,
                false,
                !activity.list("preserve").isEmpty()
                        || !activity.list("preserveRules").isEmpty(),
                activity.flag("resume", false),
                runId);
    }
}
