package dev.sluice.expression;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Scopes for tests: a fixed clock, a seeded random source, and context objects from JSON.
final class Scopes {
    static final JsonMapper MAPPER = JsonMapper.builder().build();
    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-04T05:06:07.123456789Z"));

    private static final JsonNode PIPELINE = json("""
            {"Pipeline": "Load", "RunId": "r-1", "TriggeredByPipelineName": null,
             "parameters": {"table": "orders", "count": 3, "list": [1, 2, 3], "k": "count", "flag": true,
                            "nested": {"a b": {"c": "deep"}}},
             "globalParameters": {"env": "test"}}""");
    private static final JsonNode ACTIVITIES = json("""
            {"Look up": {"output": {"firstRow": {"Id": 7, "name": null}, "count": 2,
                                    "value": [{"n": "x"}, {"n": "y"}]}, "Status": "Succeeded"}}""");
    private static final JsonNode VARIABLES = json("""
            {"v": "@pipeline().RunId", "list": ["a", "b"]}""");

    private Scopes() {}

    static JsonNode json(String text) {
        return MAPPER.readTree(text);
    }

    static Scope.Builder builder() {
        return Scope.builder(CLOCK, new Random(7));
    }

    /// A pipeline that has run one activity; no loop, no trigger.
    static Scope scope() {
        return builder()
                .with("pipeline", PIPELINE)
                .withNamed("activity", ACTIVITIES::get)
                .withNamed("variables", VARIABLES::get)
                .build();
    }
}
