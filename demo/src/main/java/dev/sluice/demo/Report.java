package dev.sluice.demo;

import dev.sluice.cli.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The demo's two tables: what the activities did, and whether the copies are equal.
final class Report {
    private Report() {}

    static String activities(List<JsonNode> runs) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode run : runs) {
            JsonNode out = run.path("output");
            double seconds = secondsAtWork(run);
            double megabytes = out.path("dataWritten").asLong(0) / 1e6;
            rows.add(List.of(
                    run.path("activityName").asString(""),
                    run.path("status").asString(""),
                    "%,d".formatted(out.path("rowsRead").asLong(0)),
                    "%,d".formatted(out.path("rowsCopied").asLong(0)),
                    "%,.1f".formatted(out.path("dataRead").asLong(0) / 1e6),
                    "%,.1f".formatted(megabytes),
                    "%,.2f".formatted(seconds),
                    "%,.1f".formatted(seconds == 0 ? 0 : out.path("dataRead").asLong(0) / 1e6 / seconds)));
        }
        return "\n"
                + Table.render(
                        List.of("activity", "status", "rows read", "rows copied", "MB read", "MB written", "s", "MB/s"),
                        rows)
                + "\n";
    }

    /// From the copy's start in its worker to its end; what it waited in the queue is not its speed.
    private static double secondsAtWork(JsonNode run) {
        String start = run.path("output")
                .path("executionDetails")
                .path(0)
                .path("start")
                .asString("");
        String end = run.path("activityRunEnd").asString("");
        if (start.isEmpty() || end.isEmpty()) {
            return 0;
        }
        return Duration.between(Instant.parse(start), Instant.parse(end)).toMillis() / 1e3;
    }

    static String errors(List<JsonNode> runs) {
        StringBuilder text = new StringBuilder();
        for (JsonNode run : runs) {
            String message = run.path("error").path("message").asString("");
            if (!message.isEmpty()) {
                text.append(run.path("activityName").asString(""))
                        .append(": ")
                        .append(message)
                        .append('\n');
                run.path("error")
                        .path("details")
                        .forEach(d -> d.path("resolution")
                                .forEach(step -> text.append("  → ")
                                        .append(step.asString(""))
                                        .append('\n')));
            }
        }
        return text.toString();
    }

    /// Collects comparisons.
    static final class Checks {
        private final List<List<String>> rows = new ArrayList<>();
        private boolean allEqual = true;

        void add(Tpch table, String copy, Verification.Fingerprint source, Verification.Fingerprint other) {
            List<String> different = other.differences(source, table.columnNames());
            boolean equal = source.rows() == other.rows() && different.isEmpty();
            allEqual &= equal;
            rows.add(List.of(
                    table.tableName(),
                    copy,
                    "%,d".formatted(source.rows()),
                    "%,d".formatted(other.rows()),
                    equal
                            ? table.columnNames().size() + " columns equal"
                            : "DIFFERENT: " + (different.isEmpty() ? "row count" : String.join(", ", different))));
        }

        boolean allEqual() {
            return allEqual;
        }

        String table() {
            return "\n" + Table.render(List.of("table", "copy", "source rows", "rows", "checksums"), rows) + "\n";
        }
    }
}
