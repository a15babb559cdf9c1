package dev.sluice.data.copy.manifest;

import dev.sluice.data.spi.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a copy read and what it wrote, summed up so that both can be compared with what is there later: rows, bytes,
/// and for each column a sum of 128-bit hashes that does not depend on the order of rows.
///
/// The sums are those of the values as they were handed to the sink, in the types given: who compares reads the sink
/// and converts to these types. Sums of several loads into one place add up to those of the place.
///
/// @param source as it was read
/// @param sink as it was written
public record Manifest(Contents source, Contents sink) {
    /// Of the form of [#toMap].
    public static final int VERSION = 1;

    /// Data Factory limits an activity's output: with more chunks than this it tells totals only.
    public static final int CHUNKS_IN_OUTPUT = 200;

    /// In full, for what stays on the machine: with all chunks, and the least and greatest values.
    public Map<String, Object> toMap() {
        return map(true, Integer.MAX_VALUE);
    }

    /// For the activity's output, which leaves the machine: no value of any row is in it.
    public Map<String, Object> summary() {
        int width = Math.max(1, sink.schema().size());
        return map(false, Math.min(CHUNKS_IN_OUTPUT, 4_000 / width));
    }

    private Map<String, Object> map(boolean values, int mostChunks) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("version", (long) VERSION);
        map.put("kind", sink.binary() ? "files" : "rows");
        map.put("source", source.toMap(values, values ? mostChunks : 0));
        map.put("sink", sink.toMap(values, mostChunks));
        return map;
    }

    /// What the sink must hold, from a manifest as it was written.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when it is none
    public static Contents sink(Settings manifest) {
        Optional<Long> version = manifest.number("version", 0, Integer.MAX_VALUE);
        if (version.isEmpty()) {
            throw manifest.missing("version");
        }
        if (version.get() != VERSION) {
            throw manifest.wrong("version", version.get(), String.valueOf(VERSION));
        }
        boolean binary = manifest.requiredText("kind").equals("files");
        return Contents.of(manifest.section("sink"), binary);
    }
}
