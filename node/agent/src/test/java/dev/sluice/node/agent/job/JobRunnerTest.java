package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.testkit.MemoryTable;
import dev.sluice.data.testkit.MemoryTableConnector;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.web.Tokens;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class JobRunnerTest {
    private static final Schema SCHEMA = Schema.of(new Field("id", DataType.INT64), new Field("name", DataType.STRING));

    @TempDir
    Path scratch;

    private final MemoryTable from =
            new MemoryTable(SCHEMA, List.of(List.of(1L, "one"), List.of(2L, "two"), List.of(3L, "three")));
    private final MemoryTable to = new MemoryTable(SCHEMA);
    private final MemoryTableConnector tables =
            new MemoryTableConnector().with("from", from).with("to", to);
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final List<JobCounts> counts = new ArrayList<>();

    @Test
    void a_copy_moves_the_rows_and_says_so_as_data_factory_does() {
        JobOutcome outcome = run(spec("Copy", "from", "to")).outcome();
        assertThat(to.rows()).hasSize(3);
        assertThat(outcome).isInstanceOf(JobOutcome.Succeeded.class);
        JsonNode output = ((JobOutcome.Succeeded) outcome).output();
        assertThat(output.path("rowsRead").longValue()).isEqualTo(3);
        assertThat(output.path("rowsCopied").longValue()).isEqualTo(3);
        assertThat(output.path("errors").isArray()).isTrue();
        assertThat(output.path("copyDuration").isIntegralNumber()).isTrue();
        assertThat(output.path("throughput").isNumber()).isTrue();
        assertThat(output.path("usedParallelCopies").intValue()).isPositive();
        assertThat(output.path("sourcePeakConnections").isIntegralNumber()).isTrue();
        assertThat(output.path("sinkPeakConnections").isIntegralNumber()).isTrue();
        assertThat(output.path("effectiveIntegrationRuntime").stringValue()).isEqualTo("ir-1");
        assertThat(output.path("durationInQueue")
                        .path("integrationRuntimeQueue")
                        .intValue())
                .isEqualTo(3);
        JsonNode bill = output.path("billingReference");
        assertThat(bill.path("activityType").stringValue()).isEqualTo("DataMovement");
        assertThat(bill.path("billableDuration").get(0).path("meterType").stringValue())
                .isEqualTo("SelfhostedIR");
        JsonNode stage = output.path("executionDetails").get(0);
        assertThat(stage.path("status").stringValue()).isEqualTo("Succeeded");
        assertThat(stage.path("source").path("type").stringValue()).isNotEmpty();
        assertThat(stage.path("sink").path("type").stringValue()).isNotEmpty();
        assertThat(stage.path("start").stringValue()).endsWith("Z");
        assertThat(stage.path("detailedDurations").path("queuingDuration").intValue())
                .isEqualTo(3);
        assertThat(stage.path("profile").path("queue").path("duration").intValue())
                .isEqualTo(3);
        assertThat(counts).isNotEmpty();
    }

    @Test
    void a_problem_of_the_copy_becomes_its_error_with_code_and_steps() {
        from.onRead((part, batch) -> {
            throw DataFaults.TABLE_MISSING
                    .problem()
                    .on(Kind.SOURCE)
                    .evidence("table", "from")
                    .exception();
        });
        ActivityError error = error(run(spec("Copy", "from", "to")));
        assertThat(error.errorCode()).isEqualTo("2200");
        assertThat(error.message()).startsWith("Failure happened on 'Source' side. ErrorCode=TableNotFound");
        assertThat(error.details().getFirst().resolution()).isNotEmpty();
        assertThat(to.rows()).isEmpty();
    }

    @Test
    void what_nobody_foresaw_has_a_code_and_a_reference_and_no_stack_trace() {
        JobSpec spec = spec("Copy", "from", "to");
        ((ObjectNode) spec.inputs().getFirst().linkedService().properties().path("typeProperties"))
                .putObject("password")
                .put("type", "SecureString")
                .put("sealed", "AAAA");
        JobRunner.Ended ended = run(spec, envelope -> {
            throw new IllegalStateException("a bug");
        });
        ActivityError error = error(ended);
        assertThat(ended.doubtful()).isTrue();
        assertThat(error.details().getFirst().code()).isEqualTo("NodeInternalError");
        assertThat(error.message()).contains("j-1");
        assertThat(error.toJson().toString()).doesNotContain("a bug").doesNotContain("IllegalStateException");
    }

    @Test
    void a_cancelled_copy_ends_as_cancelled_and_leaves_nothing() {
        from.onRead((part, batch) -> {
            cancelled.set(true);
            throw new InterruptedException();
        });
        assertThat(run(spec("Copy", "from", "to")).outcome()).isInstanceOf(JobOutcome.Cancelled.class);
        assertThat(to.rows()).isEmpty();
    }

    @Test
    void a_kind_of_a_later_version_is_refused_by_name() {
        ActivityError error = error(run(spec("Teleport", "from", "to")));
        assertThat(error.errorCode()).isEqualTo("TypeNotSupportedHere");
        assertThat(error.message()).contains("Teleport");
        assertThat(error.details().getFirst().resolution().getFirst()).contains("Copy");
    }

    @Test
    void a_copy_needs_one_input() {
        JobSpec good = spec("Copy", "from", "to");
        JobSpec none =
                new JobSpec("Copy", "f", "p", "r", "ar", "act", good.activity(), List.of(), good.outputs(), Map.of());
        assertThat(error(run(none)).details().getFirst().location()).isEqualTo("activity/act:/inputs");
    }

    @Test
    void settings_carry_plain_values_places_and_opened_secrets() {
        JsonNode json = Json.parse("""
                {"text":"x","number":1.50,"flag":true,"nothing":null,"list":[1,"a"],"object":{"inner":7},
                 "clear":{"type":"SecureString","value":"c"},
                 "password":{"type":"SecureString","sealed":"AAAA"},
                 "connectionString":{"type":"SecureString","sealed":"BBBB","shown":"host=h;password=**********"}}""");
        Settings settings = new JobSettings(
                        envelope -> "opened " + envelope,
                        new KeyVault(spec("Copy", "from", "to"), OwnersRules.DEFAULT, Tokens.ofEnvironment(Map.of())))
                .of("dataset/D:/properties", json);
        assertThat(settings.text("text")).contains("x");
        assertThat(settings.value("number")).contains(new BigDecimal("1.50"));
        assertThat(settings.flag("flag", false)).isTrue();
        assertThat(settings.has("nothing")).isFalse();
        assertThat(settings.list("list")).hasSize(2);
        assertThat(settings.section("object").number("inner", 0, 9)).contains(7L);
        assertThat(settings.secret("clear").map(SecretValue::reveal)).contains("c");
        assertThat(settings.secret("password").map(SecretValue::reveal)).contains("opened AAAA");
        assertThat(settings.secret("connectionString").map(SecretValue::reveal)).contains("opened BBBB");
        assertThat(settings.missing("x").problem().location()).isEqualTo("dataset/D:/properties");
    }

    private JobRunner.Ended run(JobSpec spec) {
        return run(spec, SecretOpener.NONE);
    }

    private JobRunner.Ended run(JobSpec spec, SecretOpener secrets) {
        JobWatch watch = new JobWatch() {
            @Override
            public boolean cancelled() {
                return cancelled.get();
            }

            @Override
            public void progress(JobCounts now) {
                synchronized (counts) {
                    counts.add(now);
                }
            }
        };
        JobConditions conditions = new JobConditions(
                "j-1",
                new MemoryBudget(64 << 20),
                scratch,
                InstantSource.system(),
                "ir-1",
                true,
                Duration.ofSeconds(3));
        return new JobRunner(new Connectors(List.of(tables), List.of()), OwnersRules.DEFAULT)
                .run(spec, secrets, conditions, watch);
    }

    private static ActivityError error(JobRunner.Ended ended) {
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Failed.class);
        return ((JobOutcome.Failed) ended.outcome()).error();
    }

    private static JobSpec spec(String kind, String from, String to) {
        ObjectNode activity = Json.parseObject("""
                {"name":"act","type":"Copy","typeProperties":{"source":{"type":"MemoryTableSource"},
                "sink":{"type":"MemoryTableSink"}}}""");
        return new JobSpec(kind, "f", "p", "r", "ar", "act", activity, List.of(end(from)), List.of(end(to)), Map.of());
    }

    private static JobSpec.Endpoint end(String table) {
        ObjectNode dataset =
                Json.parseObject("{\"type\":\"MemoryTable\",\"typeProperties\":{\"tableName\":\"" + table + "\"}}");
        ObjectNode service = Json.parseObject("{\"type\":\"MemoryDatabase\",\"typeProperties\":{}}");
        return new JobSpec.Endpoint(
                new JobSpec.Resource("D" + table, dataset), new JobSpec.Resource("Memory", service));
    }
}
