package dev.sluice.data.copy;

import dev.sluice.data.copy.manifest.Manifest;
import dev.sluice.diagnosis.Problem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a copy that succeeded did. All figures are counted, none estimated.
///
/// @param tabular whether rows were parsed; a binary copy has none
/// @param dataRead bytes as the source delivered them
/// @param dataWritten bytes as the sink took them
/// @param filesResumed files that an earlier run had finished
/// @param filesSkipped files left out by `skipErrorFile`
/// @param log where the log is, by the member of the output that says so; empty without one
/// @param start when the copy began
/// @param copyDuration from then to the end of the commit
/// @param manifest what was read and written, summed up
/// @param consistencyDemanded whether the activity has validateDataConsistency
/// @param hops the two ways of a staged copy; empty for one that went directly
/// @param left what could not be tidied up, though all rows are where they belong
public record CopyResult(
        boolean tabular,
        long dataRead,
        long dataWritten,
        long filesRead,
        long filesWritten,
        long rowsRead,
        long rowsCopied,
        long rowsSkipped,
        long filesSkipped,
        long filesResumed,
        Map<String, String> log,
        Instant start,
        Duration copyDuration,
        int usedParallelCopies,
        int sourcePeakConnections,
        int sinkPeakConnections,
        String sourceType,
        String sinkType,
        Manifest manifest,
        boolean consistencyDemanded,
        Phases phases,
        List<CopyResult> hops,
        List<Problem> left) {

    public CopyResult {
        hops = List.copyOf(hops);
        left = List.copyOf(left);
    }

    /// What both ways of a staged copy did together.
    ///
    /// @param left what could not be removed of it
    static CopyResult staged(CopyResult there, CopyResult on, List<Problem> left) {
        Map<String, String> logs = new LinkedHashMap<>(there.log());
        logs.putAll(on.log());
        Phases first = there.phases();
        Phases second = on.phases();
        return new CopyResult(
                true,
                there.dataRead(),
                on.dataWritten(),
                there.filesRead(),
                0,
                there.rowsRead(),
                on.rowsCopied(),
                there.rowsSkipped() + on.rowsSkipped(),
                there.filesSkipped(),
                0,
                logs,
                there.start(),
                there.copyDuration().plus(on.copyDuration()),
                Math.max(there.usedParallelCopies(), on.usedParallelCopies()),
                there.sourcePeakConnections(),
                on.sinkPeakConnections(),
                there.sourceType(),
                on.sinkType(),
                new Manifest(there.manifest().source(), on.manifest().sink()),
                false,
                new Phases(
                        first.listing(),
                        second.preparing(),
                        first.timeToFirstByte(),
                        first.transfer().plus(second.transfer()),
                        first.reading().plus(second.reading()),
                        first.writing().plus(second.writing())),
                List.of(there, on),
                left);
    }

    /// Where the time went. Working durations are summed over all threads.
    ///
    /// @param listing finding out what is to be read
    /// @param preparing opening the sink with its pre-copy script; zero without one
    /// @param timeToFirstByte from the start to the first batch or block read
    /// @param transfer from the start of the streams to the end of the commit
    public record Phases(
            Duration listing,
            Duration preparing,
            Duration timeToFirstByte,
            Duration transfer,
            Duration reading,
            Duration writing) {}

    /// KB/s of data read, over the whole duration.
    public double throughput() {
        double seconds = Math.max(0.001, copyDuration.toMillis() / 1_000.0);
        return BigDecimal.valueOf(dataRead / 1_024.0 / seconds)
                .setScale(3, RoundingMode.HALF_UP)
                .doubleValue();
    }

    /// Data Factory's output of the activity as maps, lists, texts and numbers, without what only the service
    /// knows (queue time, integration runtime, billing).
    public Map<String, Object> output() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("dataRead", dataRead);
        out.put("dataWritten", dataWritten);
        if (filesRead > 0) {
            out.put("filesRead", filesRead);
        }
        if (filesWritten > 0) {
            out.put("filesWritten", filesWritten);
        }
        if (filesSkipped > 0) {
            out.put("filesSkipped", filesSkipped);
        }
        if (filesResumed > 0) {
            out.put("filesResumed", filesResumed);
        }
        out.put("sourcePeakConnections", sourcePeakConnections);
        out.put("sinkPeakConnections", sinkPeakConnections);
        if (tabular) {
            out.put("rowsRead", rowsRead);
            out.put("rowsCopied", rowsCopied);
            if (rowsSkipped > 0) {
                out.put("rowsSkipped", rowsSkipped);
            }
        }
        out.put("copyDuration", wholeSeconds(copyDuration));
        out.put("throughput", throughput());
        out.putAll(log);
        out.put("errors", left.stream().map(CopyResult::error).toList());
        out.put("usedParallelCopies", usedParallelCopies);
        out.put(
                "executionDetails",
                hops.isEmpty()
                        ? List.of(execution())
                        : hops.stream().map(CopyResult::execution).toList());
        if (consistencyDemanded) {
            out.put("dataConsistencyVerification", consistency());
        }
        out.put("manifest", manifest.summary());
        return out;
    }

    private static Map<String, Object> error(Problem problem) {
        return Map.of("code", problem.code(), "message", problem.message(), "resolution", problem.resolution());
    }

    /// Rows are counted on both sides of every copy, and what was written into files was read again and compared with
    /// what was handed to the sink.
    private Map<String, Object> consistency() {
        return Map.of(
                "VerificationResult",
                "Verified",
                "InconsistentData",
                rowsSkipped > 0 || filesSkipped > 0 ? "Skipped" : "None");
    }

    private Map<String, Object> execution() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("source", Map.of("type", sourceType));
        details.put("sink", Map.of("type", sinkType));
        details.put("status", "Succeeded");
        details.put("start", start.toString());
        details.put("duration", wholeSeconds(copyDuration));
        details.put("usedParallelCopies", usedParallelCopies);
        details.put("profile", profile());
        Map<String, Object> detailed = new LinkedHashMap<>();
        detailed.put("queuingDuration", 0L);
        detailed.put("timeToFirstByte", wholeSeconds(phases.timeToFirstByte()));
        detailed.put("transferDuration", wholeSeconds(phases.transfer()));
        details.put("detailedDurations", detailed);
        return details;
    }

    private Map<String, Object> profile() {
        Map<String, Object> listing = new LinkedHashMap<>();
        listing.put("type", sourceType);
        listing.put("workingDuration", wholeSeconds(phases.listing()));
        Map<String, Object> reading = new LinkedHashMap<>();
        reading.put("type", sourceType);
        reading.put("workingDuration", wholeSeconds(phases.reading()));
        reading.put("timeToFirstByte", wholeSeconds(phases.timeToFirstByte()));
        Map<String, Object> writing = new LinkedHashMap<>();
        writing.put("type", sinkType);
        writing.put("workingDuration", wholeSeconds(phases.writing()));
        Map<String, Object> steps = new LinkedHashMap<>();
        if (filesRead > 0) {
            steps.put("listingSource", listing);
        }
        steps.put("readingFromSource", reading);
        steps.put("writingToSink", writing);
        Map<String, Object> transfer = new LinkedHashMap<>();
        transfer.put("status", "Completed");
        transfer.put("duration", wholeSeconds(phases.transfer()));
        transfer.put("details", steps);
        Map<String, Object> profile = new LinkedHashMap<>();
        profile.put("queue", Map.of("status", "Completed", "duration", 0L));
        if (!phases.preparing().isZero()) {
            profile.put("preCopyScript", Map.of("status", "Completed", "duration", wholeSeconds(phases.preparing())));
        }
        profile.put("transfer", transfer);
        return profile;
    }

    private static long wholeSeconds(Duration d) {
        return Math.round(d.toMillis() / 1_000.0);
    }
}
