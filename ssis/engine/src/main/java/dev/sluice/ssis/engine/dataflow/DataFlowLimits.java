package dev.sluice.ssis.engine.dataflow;

import java.nio.file.Path;

/// What a data flow may use.
///
/// @param memory bytes that all blocking operators and caches together hold before they write to disk
/// @param buffered buffers that wait on one path before its producer waits
/// @param scratch folder for what does not fit in memory; must exist
/// @param scratchBytes most bytes in that folder
public record DataFlowLimits(long memory, int buffered, Path scratch, long scratchBytes) {
    public static DataFlowLimits of(Path scratch) {
        long heap = Runtime.getRuntime().maxMemory();
        return new DataFlowLimits(heap / 3, 3, scratch, 64L << 30);
    }
}
