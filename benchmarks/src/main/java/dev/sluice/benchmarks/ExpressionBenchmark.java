package dev.sluice.benchmarks;

import dev.sluice.expression.Expression;
import dev.sluice.expression.Scope;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A typical interpolation, evaluated from its parsed tree and parsed anew; `concat` is the same text put together by
/// hand.
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ExpressionBenchmark {
    private static final String TEXT =
            "SELECT * FROM @{pipeline().parameters.table} WHERE day = '@{toUpper(pipeline().parameters.day)}'";

    private final JsonNode pipeline =
            JsonMapper.shared().readTree("{\"parameters\":{\"table\":\"orders\",\"day\":\"2026-01-31\"}}");
    private final Expression parsed = Expression.parse(TEXT);
    private final Scope scope = Scope.builder(InstantSource.system(), new Random(1))
            .with("pipeline", pipeline)
            .build();

    @Benchmark
    public JsonNode evaluate() {
        return parsed.evaluate(scope);
    }

    @Benchmark
    public JsonNode parseAndEvaluate() {
        return Expression.parse(TEXT).evaluate(scope);
    }

    @Benchmark
    public String concat() {
        JsonNode p = pipeline.path("parameters");
        return "SELECT * FROM " + p.path("table").asString("") + " WHERE day = '"
                + p.path("day").asString("").toUpperCase(java.util.Locale.ROOT) + "'";
    }
}
