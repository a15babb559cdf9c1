package dev.sluice.service.run;

import static dev.sluice.service.run.TestRun.document;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.run.RunStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// S08: copies between two self-hosted runtimes.
class BridgeTest {
    private static final String STAGED = """
        ,"enableStaging":true,"stagingSettings":{"path":"container/between","enableCompression":true,
        "linkedServiceName":{"referenceName":"Stage","type":"LinkedServiceReference"}}""";
    private static final String ONWARD = "A:sink";
    private static final String CLEAN_UP = "A:cleanUp";

    private static List<Document> documents(String stageVia) {
        String vault = "{\"type\":\"AzureKeyVaultSecret\",\"secretName\":\"s\",\"store\":{\"referenceName\":\"%s\","
                + "\"type\":\"LinkedServiceReference\"}}";
        return new ArrayList<>(List.of(
                document(
                        DocumentKind.LINKED_SERVICE,
                        "Db",
                        service("PostgreSqlV2", "north", "\"password\":" + vault.formatted("VaultNorth"))),
                document(
                        DocumentKind.LINKED_SERVICE,
                        "Warehouse",
                        service("AzurePostgreSql", "south", "\"password\":" + vault.formatted("VaultSouth"))),
                document(DocumentKind.LINKED_SERVICE, "VaultNorth", service("AzureKeyVault", "north", "")),
                document(DocumentKind.LINKED_SERVICE, "VaultSouth", service("AzureKeyVault", "south", "")),
                document(DocumentKind.LINKED_SERVICE, "Stage", service("AzureBlobStorage", stageVia, "")),
                document(
                        DocumentKind.DATASET,
                        "Source",
                        "{\"properties\":{\"type\":\"PostgreSqlV2Table\",\"linkedServiceName\":{\"referenceName\":\"Db\"}}}"),
                document(
                        DocumentKind.DATASET,
                        "Sink",
                        "{\"properties\":{\"type\":\"AzurePostgreSqlTable\",\"linkedServiceName\":"
                                + "{\"referenceName\":\"Warehouse\"}}}"),
                document(DocumentKind.INTEGRATION_RUNTIME, "north", "{\"properties\":{\"type\":\"SelfHosted\"}}"),
                document(DocumentKind.INTEGRATION_RUNTIME, "south", "{\"properties\":{\"type\":\"SelfHosted\"}}")));
    }

    private static String service(String type, String via, String members) {
        String runtime = via.isEmpty() ? "" : ",\"connectVia\":{\"referenceName\":\"" + via + "\"}";
        return "{\"properties\":{\"type\":\"" + type + "\"" + runtime + ",\"typeProperties\":{" + members + "}}}";
    }

    private static TestRun run(String staging, String stageVia, int retry) {
        String copy = """
                {"activities":[{"name":"A","type":"Copy","policy":{"retry":%d,"timeout":"0.01:00:00"},
                "inputs":[{"referenceName":"Source"}],"outputs":[{"referenceName":"Sink"}],
                "typeProperties":{"source":{"type":"PostgreSqlV2Source","query":"select 1"},
                "sink":{"type":"AzurePostgreSqlSink","preCopyScript":"truncate t"},"validateDataConsistency":true,
                "translator":{"type":"TabularTranslator","typeConversion":true,"mappings":[
                {"source":{"name":"a"},"sink":{"name":"b"}}]}%s}}]}""".formatted(retry, staging);
        return TestRun.of(TestRun.pipeline(copy), "{}", documents(stageVia)).begin();
    }

    private static TestRun run() {
        return run(STAGED, "", 0);
    }

    private static JobOutcome hop(String runtime, int read, int copied) {
        return new JobOutcome.Succeeded(
                Json.parseObject("""
                {"dataRead":%d,"rowsRead":%d,"rowsCopied":%d,"dataWritten":%d,"copyDuration":2,"throughput":1.0,
                "usedParallelCopies":1,"effectiveIntegrationRuntime":"%s","durationInQueue":{"integrationRuntimeQueue":3},
                "executionDetails":[{"source":{"type":"%s"}}]}""".formatted(read * 10, read, copied, copied * 10, runtime, runtime)));
    }

    private static List<String> stores(JobSpec spec) {
        List<String> names = new ArrayList<>(spec.linkedServices().keySet());
        spec.inputs().forEach(e -> names.add(e.linkedService().name()));
        spec.outputs().forEach(e -> names.add(e.linkedService().name()));
        return names;
    }

    private static long jobs(TestRun run, String path) {
        return run.all.stream()
                .filter(c -> c instanceof Command.StartJob s && s.activity().equals(path))
                .count();
    }

    @Test
    void S08_rows_go_into_the_staging_store_on_one_runtime_and_from_there_on_the_other() {
        TestRun run = run();
        Command.StartJob first = run.job("A");
        assertThat(first.runtimeName()).isEqualTo("north");
        assertThat(stores(first.spec())).containsExactlyInAnyOrder("Db", "VaultNorth", "Stage");
        JsonNode into = first.spec().activity().path("typeProperties");
        assertThat(into.at("/source/query").stringValue()).isEqualTo("select 1");
        assertThat(into.at("/sink/type").stringValue()).isEqualTo("ParquetSink");
        assertThat(into.at("/translator/mappings/0/sink/name").stringValue()).isEqualTo("b");
        assertThat(into.propertyNames()).doesNotContain("enableStaging", "stagingSettings", "validateDataConsistency");
        JsonNode staged = first.spec().outputs().getFirst().dataset().properties();
        assertThat(staged.at("/typeProperties/location/container").stringValue())
                .isEqualTo("container");
        assertThat(staged.at("/typeProperties/location/folderPath").stringValue())
                .isEqualTo("between/sluice-staging/" + first.spec().activityRunId());
        assertThat(staged.at("/typeProperties/compressionCodec").stringValue()).isEqualTo("zstd");

        run.started("A", 1).ended("A", 1, hop("north", 8, 8));
        assertThat(run.status("A")).isEqualTo(ActivityStatus.QUEUED);
        assertThat(jobs(run, CLEAN_UP)).isZero();
        Command.StartJob second = run.job(ONWARD);
        assertThat(second.runtimeName()).isEqualTo("south");
        assertThat(stores(second.spec())).containsExactlyInAnyOrder("Warehouse", "VaultSouth", "Stage");
        JsonNode from = second.spec().activity().path("typeProperties");
        assertThat(from.at("/source/type").stringValue()).isEqualTo("ParquetSource");
        assertThat(from.at("/sink/preCopyScript").stringValue()).isEqualTo("truncate t");
        assertThat(from.at("/translator/typeConversion").booleanValue()).isTrue();
        assertThat(from.at("/translator/mappings").isMissingNode()).isTrue();
        assertThat(second.spec().inputs()).isEqualTo(first.spec().outputs());

        // What is stored between the hops is read as it was written.
        assertThat(RunState.fromJson(Json.bytes(run.state.toJson()))).isEqualTo(run.state);

        run.started(ONWARD, 1).ended(ONWARD, 1, hop("south", 8, 7));
        assertThat(run.state.status()).isEqualTo(RunStatus.SUCCEEDED);
        JsonNode output = run.record("A", 1).output();
        assertThat(output.path("rowsRead").intValue()).isEqualTo(8);
        assertThat(output.path("rowsCopied").intValue()).isEqualTo(7);
        assertThat(output.path("copyDuration").intValue()).isEqualTo(4);
        assertThat(output.at("/durationInQueue/integrationRuntimeQueue").intValue())
                .isEqualTo(6);
        assertThat(output.path("executionDetails").findValuesAsString("effectiveIntegrationRuntime"))
                .containsExactly("north", "south");
        JsonNode hops = output.path("hops");
        assertThat(hops.findValuesAsString("effectiveIntegrationRuntime")).containsExactly("north", "south");
        assertThat(hops.path(1).path("rowsRead").intValue()).isEqualTo(8);
        assertThat(hops.path(1).path("rowsCopied").intValue()).isEqualTo(7);
        assertThat(hops.path(1).path("copyDuration").intValue()).isEqualTo(2);
        Command.StartJob clean = run.job(CLEAN_UP);
        assertThat(clean.runtimeName()).isEqualTo("north");
        assertThat(clean.spec().kind()).isEqualTo("Delete");
        assertThat(stores(clean.spec())).containsExactly("Stage");
        assertThat(clean.spec().inputs()).isEqualTo(first.spec().outputs());
    }

    @Test
    void S08_a_late_word_of_the_first_hop_does_not_end_the_second() {
        TestRun run = run().ended("A", 1, hop("north", 8, 8));
        RunState between = run.state;
        run.ended("A", 1, hop("north", 8, 8)).lost("A", 1).failed("A");
        assertThat(run.state).isEqualTo(between);
        // Nor is anybody asked how the removal went.
        run.ended(ONWARD, 1, hop("south", 8, 8)).failed(CLEAN_UP).lost(CLEAN_UP, 1);
        assertThat(run.state.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(jobs(run, CLEAN_UP)).isOne();
    }

    @Test
    void S08_whatever_fails_is_tried_again_from_the_first_hop_and_what_was_staged_is_removed() {
        TestRun run = run(STAGED, "", 1);
        String folder = run.job("A").spec().activityRunId();
        run.ended("A", 1, hop("north", 8, 8)).failed(ONWARD);
        assertThat(run.status("A")).isEqualTo(ActivityStatus.PAUSED);
        assertThat(run.job(CLEAN_UP).spec().activityRunId()).isEqualTo(folder);
        run.fire(run.timers.keySet().iterator().next());
        assertThat(jobs(run, "A")).isEqualTo(2);
        assertThat(run.job("A").spec().activityRunId()).isNotEqualTo(folder);
        run.lost("A", 2);
        assertThat(run.state.status()).isEqualTo(RunStatus.FAILED);
        assertThat(jobs(run, CLEAN_UP)).isEqualTo(2);
    }

    @Test
    void S08_the_second_hop_has_what_is_left_of_the_time_and_is_stopped_when_it_is_over() {
        TestRun run = run();
        run.now = TestRun.START.plus(Duration.ofMinutes(50));
        run.ended("A", 1, hop("north", 8, 8));
        assertThat(run.job(ONWARD).timeout()).isEqualTo(Duration.ofMinutes(10));
        run.fire(run.timers.keySet().iterator().next());
        assertThat(run.last).contains(new Command.CancelJob(ONWARD, 1));
        assertThat(run.state.status()).isEqualTo(RunStatus.FAILED);
        assertThat(jobs(run, CLEAN_UP)).isOne();
    }

    @Test
    void S08_a_cancel_stops_the_hop_that_is_under_way_and_begins_no_other() {
        TestRun run = run().started("A", 1).cancel();
        assertThat(run.last).contains(new Command.CancelJob("A", 1));
        run.ended("A", 1, hop("north", 8, 8));
        assertThat(jobs(run, ONWARD)).isZero();
        assertThat(run.state.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(jobs(run, CLEAN_UP)).isOne();

        TestRun later =
                run().ended("A", 1, hop("north", 8, 8)).started(ONWARD, 1).cancel();
        assertThat(later.last).contains(new Command.CancelJob(ONWARD, 1));
        later.ended(ONWARD, 1, new JobOutcome.Cancelled());
        assertThat(later.state.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(jobs(later, CLEAN_UP)).isOne();
    }

    @Test
    void S08_without_a_staging_store_or_with_one_out_of_reach_the_advice_says_what_to_set() {
        var none = run("", "", 0).record("A", 1).error().details().getFirst();
        assertThat(none.code()).isEqualTo("IntegrationRuntimesDiffer");
        assertThat(none.resolution().getFirst()).contains("enableStaging", "stagingSettings");
        var near = run(STAGED, "north", 0).record("A", 1).error().details().getFirst();
        assertThat(near.code()).isEqualTo("StagingStoreOutOfReach");
        assertThat(near.resolution().getFirst()).contains("connectVia", "Stage");
    }
}
