package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the activity's source says.
///
/// @param query without a trailing semicolon
/// @param timeoutSeconds limit for each query; 0 without
/// @param column the partition column, empty when not given
/// @param lower, upper bounds as written, empty when not given
/// @param partitionNames the partitions to be read, all when empty
record ReadOptions(
        Optional<String> query,
        int timeoutSeconds,
        Partitioning partitioning,
        Optional<String> column,
        Optional<String> lower,
        Optional<String> upper,
        Optional<String> isolation,
        List<String> partitionNames) {

    enum Partitioning {
        NONE,
        PHYSICAL,
        RANGE,
        HASH
    }

    private static final int MAX_QUERY = 1_000_000;
    private static final Pattern TIME_SPAN = Pattern.compile("(?:(\\d{1,5})\\.)?(\\d{1,2}):(\\d{1,2}):(\\d{1,2})");
    private static final List<String> QUERIES = List.of("query", "sqlReaderQuery", "oracleReaderQuery");

    static ReadOptions of(Endpoint endpoint, Dialect dialect) {
        Settings s = endpoint.activity();
        Optional<String> call = Procedure.read(s)
                .map(p -> dialect.callText(p)
                        .orElseThrow(() -> s.wrong(
                                "sqlReaderStoredProcedureName",
                                p.name(),
                                "a query: procedures of " + dialect.name() + " are not read; use a query such as"
                                        + " SELECT * FROM a function")));
        if (call.isPresent() && partitioning(s) != Partitioning.NONE) {
            throw s.wrong("partitionOption", s.text("partitionOption").orElse(""), "None, since a procedure is read");
        }
        Settings partition = s.section("partitionSettings");
        return new ReadOptions(
                QUERIES.stream()
                        .flatMap(m -> s.text(m).filter(q -> !q.isBlank()).map(q -> statement(s, m, q)).stream())
                        .findFirst()
                        .or(() -> call),
                s.text("queryTimeout").map(t -> seconds(s, "queryTimeout", t)).orElse(0),
                partitioning(s),
                partition.text("partitionColumnName").filter(c -> !c.isBlank()),
                partition.text("partitionLowerBound").filter(c -> !c.isBlank()),
                partition.text("partitionUpperBound").filter(c -> !c.isBlank()),
                s.text("isolationLevel").filter(i -> !i.isBlank()),
                partition.list("partitionNames").stream().map(String::valueOf).toList());
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
    String neutralQuery(Dialect dialect) {
        return Ranges.neutral(query.orElseThrow(), column.map(dialect::quote).orElse("NULL"));
    }

    private static String statement(Settings s, String member, String query) {
        if (query.length() > MAX_QUERY) {
            throw s.wrong(member, query.length() + " characters long", "at most " + MAX_QUERY + " characters");
        }
        String trimmed = query.strip();
        while (trimmed.endsWith(";")) {
            trimmed = trimmed.substring(0, trimmed.length() - 1).stripTrailing();
        }
        return trimmed;
    }

    /// A time span as Data Factory writes it, `[d.]hh:mm:ss`.
    static int seconds(Settings s, String member, String text) {
        Matcher m = TIME_SPAN.matcher(text.strip());
        if (!m.matches()) {
            throw s.wrong(member, text, "a time span such as 02:00:00");
        }
        long days = m.group(1) == null ? 0 : Long.parseLong(m.group(1));
        long all = ((days * 24 + Long.parseLong(m.group(2))) * 60 + Long.parseLong(m.group(3))) * 60
                + Long.parseLong(m.group(4));
        return (int) Math.min(all, Integer.MAX_VALUE);
    }

    private static Partitioning partitioning(Settings s) {
        String option = s.text("partitionOption").filter(o -> !o.isBlank()).orElse("None");
        return switch (option.toLowerCase(Locale.ROOT)) {
            case "none" -> Partitioning.NONE;
            case "physicalpartitionsoftable" -> Partitioning.PHYSICAL;
            case "dynamicrange", "saphanadynamicrange" -> Partitioning.RANGE;
            case "hash" -> Partitioning.HASH;
            default ->
                throw s.wrong("partitionOption", option, "None, PhysicalPartitionsOfTable, DynamicRange or Hash");
        };
    }
}
