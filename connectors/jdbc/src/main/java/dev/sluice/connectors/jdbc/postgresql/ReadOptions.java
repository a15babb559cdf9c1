package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.relational.Ranges;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the activity's source says.
///
/// @param query without a trailing semicolon
/// @param timeoutSeconds limit for each COPY; 0 without
/// @param partitioning how the source is cut
/// @param column the partition column, empty when not given
/// @param lower, upper bounds as written, empty when not given
record ReadOptions(
        Optional<String> query,
        long timeoutSeconds,
        Partitioning partitioning,
        Optional<String> column,
        Optional<String> lower,
        Optional<String> upper) {

    enum Partitioning {
        NONE,
        PHYSICAL,
        RANGE,
        HASH
    }

    private static final int MAX_QUERY = 1_000_000;
    private static final Pattern TIME_SPAN = Pattern.compile("(?:(\\d{1,5})\\.)?(\\d{1,2}):(\\d{1,2}):(\\d{1,2})");

    static ReadOptions of(Endpoint endpoint) {
        Settings s = endpoint.activity();
        Settings partition = s.section("partitionSettings");
        return new ReadOptions(
                s.text("query").filter(q -> !q.isBlank()).map(q -> statement(s, q)),
                s.text("queryTimeout").map(t -> seconds(s, t)).orElse(0L),
                partitioning(s),
                partition.text("partitionColumnName").filter(c -> !c.isBlank()),
                partition.text("partitionLowerBound").filter(c -> !c.isBlank()),
                partition.text("partitionUpperBound").filter(c -> !c.isBlank()));
    }

    Ranges.Wanted ranges() {
        return new Ranges.Wanted(query, column, lower, upper);
    }

    /// A query whose markers ask for another way of cutting than the activity says.
    void refuseOtherMarkers(Endpoint endpoint) {
        String text = query.orElse("");
        String option = endpoint.activity().text("partitionOption").orElse("None");
        if (partitioning != Partitioning.RANGE && !Ranges.isWhole(text)) {
            throw endpoint.activity().wrong("partitionOption", option, "DynamicRange, since the query has markers");
        }
        if (partitioning == Partitioning.RANGE && Ranges.isHashed(text)) {
            throw endpoint.activity().wrong("partitionOption", option, "Hash, since the query has its marker");
        }
    }

    /// The query without its partition markers.
    String neutralQuery() {
        return Ranges.neutral(query.orElseThrow(), column.map(TableName::quote).orElse("NULL"));
    }

    private static String statement(Settings s, String query) {
        if (query.length() > MAX_QUERY) {
            throw s.wrong("query", query.length() + " characters long", "at most " + MAX_QUERY + " characters");
        }
        String trimmed = query.strip();
        while (trimmed.endsWith(";")) {
            trimmed = trimmed.substring(0, trimmed.length() - 1).stripTrailing();
        }
        return trimmed;
    }

    private static long seconds(Settings s, String text) {
        Matcher m = TIME_SPAN.matcher(text.strip());
        if (!m.matches()) {
            throw s.wrong("queryTimeout", text, "a time span such as 02:00:00");
        }
        long days = m.group(1) == null ? 0 : Long.parseLong(m.group(1));
        return ((days * 24 + Long.parseLong(m.group(2))) * 60 + Long.parseLong(m.group(3))) * 60
                + Long.parseLong(m.group(4));
    }

    private static Partitioning partitioning(Settings s) {
        String option = s.text("partitionOption").filter(o -> !o.isBlank()).orElse("None");
        return switch (option.toLowerCase(Locale.ROOT)) {
            case "none" -> Partitioning.NONE;
            case "physicalpartitionsoftable" -> Partitioning.PHYSICAL;
            case "dynamicrange" -> Partitioning.RANGE;
            case "hash" -> Partitioning.HASH;
            default ->
                throw s.wrong("partitionOption", option, "None, PhysicalPartitionsOfTable, DynamicRange or Hash");
        };
    }
}
