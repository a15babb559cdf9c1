package dev.sluice.wire;

/// Whatever it says, the node may forget the report.
public record ReportResponse(Verdict verdict) {
    public enum Verdict {
        /// Taken: the run goes on from it.
        ACCEPTED,
        /// This very report had been taken before.
        DUPLICATE,
        /// The attempt is no longer the current one; the report changes nothing.
        SUPERSEDED
    }
}
