package dev.sluice.connectors.azure.cosmos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.azure.cosmos.CosmosLine.Answer;
import dev.sluice.connectors.azure.cosmos.CosmosLine.Question;
import dev.sluice.connectors.azure.cosmos.CosmosProblems.Action;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.trees.Json;
import dev.sluice.diagnosis.DocumentFaults;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a source asks for: its `query` in SQL, and how many documents an answer has.
///
/// @param pageSize documents; -1 leaves it to the service
record DocumentQuery(Settings activity, String sql, long pageSize) {
    private static final String EVERYTHING = "SELECT * FROM c";
    private static final String FEATURES = "Aggregate, CompositeAggregate, CountIf, DCount, Distinct, GroupBy,"
            + " ListAndSetAggregate, MultipleAggregates, MultipleOrderBy, NonStreamingOrderBy, NonValueAggregate,"
            + " OffsetAndLimit, OrderBy, Top, WeightedRankFusion, HybridSearch";

    /// Parts of a query that one answer of each range does not make together.
    private static final Map<String, String> MERGED = Map.of(
            "orderBy", "ORDER BY",
            "groupByExpressions", "GROUP BY",
            "aggregates", "an aggregate",
            "top", "TOP",
            "offset", "OFFSET",
            "limit", "LIMIT",
            "distinctType", "DISTINCT",
            "dCountInfo", "DISTINCT");

    static DocumentQuery of(Settings activity) {
        String sql = activity.text("query")
                .map(String::strip)
                .filter(q -> !q.isEmpty())
                .orElse(EVERYTHING);
        long page = activity.number("pageSize", -1, 100_000).filter(p -> p != 0).orElse(-1L);
        return new DocumentQuery(activity, sql, page);
    }

    Question question(Container container, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>();
        all.put("Content-Type", "application/query+json");
        all.put("x-ms-documentdb-isquery", "True");
        all.put("x-ms-documentdb-query-enablecrosspartition", "True");
        all.putAll(headers);
        StringBuilder body = new StringBuilder("{\"query\":");
        Json.quote(sql, body);
        body.append(",\"parameters\":[]}");
        return new Question(
                "POST",
                "docs",
                container.link(),
                Question.get("docs", container.link(), Action.READ).path() + "/docs",
                all,
                body.toString().getBytes(UTF_8),
                Action.READ);
    }

    /// The answers of several ranges are put one behind the other: whether that is the query's result says the
    /// service's own plan for it.
    void check(Container container, CosmosLine line) throws IOException {
        if (sql.equals(EVERYTHING)) {
            return;
        }
        Answer answer = line.ask(
                question(
                        container,
                        Map.of(
                                "x-ms-cosmos-is-query-plan-request", "True",
                                "x-ms-cosmos-supported-query-features", FEATURES,
                                "x-ms-cosmos-query-version", "1.4")),
                Set.of(),
                0);
        if (Container.read(answer).get("queryInfo") instanceof Map<?, ?> info) {
            MERGED.forEach((member, words) -> {
                Object value = info.get(member);
                boolean none = value == null
                        || value.equals("None")
                        || value instanceof List<?> list && list.isEmpty()
                        || value instanceof Map<?, ?> map && map.isEmpty();
                if (!none) {
                    throw DocumentFaults.SETTING_UNSUPPORTED
                            .problem()
                            .at(activity.pointer() + "/query")
                            .evidence("member", "query")
                            .evidence(
                                    "detail",
                                    "the container has several physical partitions, and " + words
                                            + " over all of them is not put together here")
                            .evidence("advice", "let the query filter only, and order or aggregate what was copied")
                            .exception();
                }
            });
        }
    }
}
