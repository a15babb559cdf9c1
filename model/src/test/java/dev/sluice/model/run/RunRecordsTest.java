package dev.sluice.model.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.Golden;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunRecordsTest {
    private static final Instant START = Instant.parse("2026-03-04T05:06:07.1234567Z");

    @Test
    void a_pipeline_run_is_shown_as_data_factory_shows_it() {
        PipelineRun run = new PipelineRun(
                "run-1",
                "run-1",
                true,
                "CopyOrders",
                Map.of("Files", "[\"a.csv\"]"),
                Map.of(),
                InvokedBy.manual("client-1"),
                START,
                START.plusMillis(28_105),
                START.plusMillis(28_105),
                RunStatus.FAILED,
                "Operation on target Copy1 failed: x",
                Json.array());
        Golden.check("pipeline-run.json", run.toJson());
        assertThat(PipelineRun.fromJson(Golden.read("pipeline-run.json"))).isEqualTo(run);
    }

    @Test
    void a_queued_run_has_neither_start_nor_end() {
        PipelineRun run = new PipelineRun(
                "run-1",
                "run-0",
                false,
                "p",
                Map.of(),
                Map.of("k", "v"),
                new InvokedBy("id", "Daily", "ScheduleTrigger", "parent", "parent-run"),
                null,
                null,
                START,
                RunStatus.QUEUED,
                "",
                Json.array());
        assertThat(run.toJson().get("runStart").isNull()).isTrue();
        assertThat(run.toJson().get("durationInMs").isNull()).isTrue();
        assertThat(PipelineRun.fromJson(run.toJson())).isEqualTo(run);
    }

    @Test
    void a_failed_activity_run_carries_the_cause_its_evidence_and_its_resolution() {
        var problem = DataFaults.DISK_FULL
                .problem()
                .on(Kind.SINK)
                .evidence("path", "/data/out.csv")
                .evidence("free", 0)
                .build();
        ActivityRun run = new ActivityRun(
                "CopyOrders",
                "run-1",
                "Copy1",
                "Copy",
                "activity-run-1",
                "",
                ActivityRunStatus.FAILED,
                START,
                START.plusMillis(17_172),
                1,
                Json.parse("{\"source\":{\"type\":\"BlobSource\"},\"sink\":{\"type\":\"BlobSink\"}}"),
                Json.parse("{\"rowsRead\":10,\"errors\":[]}"),
                ActivityError.ofCopy(problem, "Copy1"),
                Map.of("owner", "me"),
                List.of("node-group"),
                "5a93d1b0");
        Golden.check("activity-run-failed.json", run.toJson());
        assertThat(ActivityRun.fromJson(Golden.read("activity-run-failed.json")))
                .isEqualTo(run);
    }

    @Test
    void a_succeeded_activity_run_has_an_empty_error() {
        ActivityRun run = new ActivityRun(
                "p",
                "run-1",
                "Wait1",
                "Wait",
                "activity-run-2",
                "",
                ActivityRunStatus.SUCCEEDED,
                START,
                START.plusSeconds(1),
                0,
                Json.parse("{\"waitTimeInSeconds\":1}"),
                Json.object(),
                ActivityError.none("Wait1"),
                Map.of(),
                List.of());
        Golden.check("activity-run-succeeded.json", run.toJson());
        assertThat(ActivityRun.fromJson(run.toJson())).isEqualTo(run);
    }

    @Test
    void timestamps_sort_as_their_text_does() {
        assertThat(Timestamps.format(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00.0000000Z");
        assertThat(Timestamps.parse("2018-06-16T00:36:44.3345758Z"))
                .contains(Instant.parse("2018-06-16T00:36:44.3345758Z"));
        assertThat(Timestamps.parse("2018-06-16T02:36:44+02:00")).contains(Instant.parse("2018-06-16T00:36:44Z"));
        assertThat(Timestamps.parse("2018-06-16T00:36:44")).contains(Instant.parse("2018-06-16T00:36:44Z"));
        assertThat(Timestamps.parse("yesterday")).isEmpty();
    }
}
