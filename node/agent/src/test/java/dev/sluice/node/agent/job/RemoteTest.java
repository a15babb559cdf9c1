package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.node.agent.job.WebServer.Reply;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Against servers that speak the services' protocols as their documentation has them; the services themselves run at
/// their provider only.
class RemoteTest {
    private static final String STORAGE =
            "{\"type\":\"AzureBlobStorage\",\"typeProperties\":{\"connectionString\":\"AccountName=acme;AccountKey=xxxx\"}}";

    @TempDir
    Path folder;

    private static String workspace(WebServer server) {
        return "{\"type\":\"AzureDatabricks\",\"typeProperties\":{\"domain\":\"%s\",\"existingClusterId\":\"c-1\",\"accessToken\":{\"type\":\"SecureString\",\"value\":\"dapi-1\"}}}"
                .formatted(server.url(""));
    }

    private JobBench notebook(WebServer server) {
        return JobBench.job(
                        folder,
                        "DatabricksNotebook",
                        "{\"notebookPath\":\"/Users/n\",\"baseParameters\":{\"day\":\"2024\",\"n\":7}}")
                .pausing(0)
                .on(workspace(server));
    }

    @Test
    void a_notebook_is_handed_in_asked_after_and_gives_its_result() {
        AtomicInteger questions = new AtomicInteger();
        try (WebServer server = new WebServer(asked -> switch (asked.path().replaceAll("\\?.*", "")) {
            case "/api/2.1/jobs/runs/submit" -> Reply.json("{\"run_id\":455644833}");
            case "/api/2.1/jobs/runs/get" ->
                questions.incrementAndGet() < 3
                        ? Reply.json("{\"state\":{\"life_cycle_state\":\"RUNNING\"}}")
                        : Reply.json(
                                "{\"state\":{\"life_cycle_state\":\"TERMINATED\",\"result_state\":\"SUCCESS\"},\"run_page_url\":\"https://p/1\",\"tasks\":[{\"run_id\":9}]}");
            case "/api/2.1/jobs/runs/get-output" ->
                Reply.json("{\"notebook_output\":{\"result\":\"{\\\"rows\\\":3}\"}}");
            default -> new Reply(404, Map.of(), "");
        })) {
            JsonNode output = notebook(server).output();
            assertThat(output.path("runPageUrl").stringValue()).isEqualTo("https://p/1");
            assertThat(output.path("runOutput").path("rows").intValue()).isEqualTo(3);
            assertThat(questions).hasValue(3);
            JsonNode run = Json.parse(server.asked.getFirst().body());
            assertThat(server.asked.getFirst().header("Authorization")).isEqualTo("Bearer dapi-1");
            assertThat(run.path("existing_cluster_id").stringValue()).isEqualTo("c-1");
            assertThat(run.path("idempotency_token").stringValue()).isEqualTo(JobBench.RUN_ID);
            JobBench.same(
                    run.path("notebook_task"),
                    "{\"notebook_path\":\"/Users/n\",\"base_parameters\":{\"day\":\"2024\",\"n\":\"7\"}}");
            assertThat(server.asked.getLast().path()).endsWith("run_id=9");
        }
    }

    @Test
    void a_failed_run_is_told_with_its_reason() {
        try (WebServer server = new WebServer(
                asked -> asked.path().endsWith("submit")
                        ? Reply.json("{\"run_id\":1}")
                        : Reply.json(
                                "{\"state\":{\"life_cycle_state\":\"INTERNAL_ERROR\",\"result_state\":\"FAILED\",\"state_message\":\"no such notebook\"}}"))) {
            ActivityError error = notebook(server).error();
            assertThat(error.details().getFirst().code()).isEqualTo("RemoteJobFailed");
            assertThat(error.message()).contains("FAILED").contains("no such notebook");
        }
        try (WebServer server =
                new WebServer(asked -> new Reply(403, Map.of(), "{\"message\":\"bad token dapi-1\"}"))) {
            assertThat(notebook(server).error().message()).contains("'403'").doesNotContain("dapi-1");
        }
    }

    @Test
    void cancelling_calls_the_run_off() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        try (WebServer server = new WebServer(asked -> {
            if (asked.path().contains("/get?")) {
                running.countDown();
            }
            return asked.path().endsWith("submit")
                    ? Reply.json("{\"run_id\":42}")
                    : Reply.json("{\"state\":{\"life_cycle_state\":\"RUNNING\"}}");
        })) {
            JobBench job = notebook(server).pausing(3_600_000);
            CompletableFuture<JobOutcome> outcome = job.started();
            running.await();
            job.cancel();
            assertThat(outcome.get()).isInstanceOf(JobOutcome.Cancelled.class);
            assertThat(server.asked.getLast().path()).isEqualTo("/api/2.1/jobs/runs/cancel");
            assertThat(server.asked.getLast().body()).isEqualTo("{\"run_id\":42}");
        }
    }

    @Test
    void a_jar_may_have_a_cluster_of_its_own() {
        try (WebServer server = new WebServer(asked -> asked.path().endsWith("submit")
                ? Reply.json("{\"run_id\":1}")
                : Reply.json("{\"state\":{\"life_cycle_state\":\"TERMINATED\",\"result_state\":\"SUCCESS\"}}"))) {
            JobBench.job(
                            folder,
                            "DatabricksSparkJar",
                            "{\"mainClassName\":\"a.B\",\"parameters\":[\"x\"],\"libraries\":[{\"jar\":\"dbfs:/j\"}]}")
                    .pausing(0)
                    .on(
                            "{\"type\":\"AzureDatabricks\",\"typeProperties\":{\"domain\":\"%s\",\"newClusterNodeType\":\"n\",\"newClusterNumOfWorker\":\"1:4\",\"newClusterVersion\":\"15\",\"newClusterSparkConf\":{\"a\":\"b\"},\"accessToken\":{\"type\":\"SecureString\",\"value\":\"dapi-1\"}}}"
                                    .formatted(server.url("")))
                    .output();
            JsonNode run = Json.parse(server.asked.getFirst().body());
            JobBench.same(
                    run.path("new_cluster"),
                    "{\"spark_version\":\"15\",\"node_type_id\":\"n\",\"autoscale\":{\"min_workers\":1,\"max_workers\":4},\"spark_conf\":{\"a\":\"b\"}}");
            JobBench.same(run.path("spark_jar_task"), "{\"main_class_name\":\"a.B\",\"parameters\":[\"x\"]}");
            JobBench.same(run.path("libraries"), "[{\"jar\":\"dbfs:/j\"}]");
        }
    }

    private JobBench hdInsight(WebServer server, String kind, String properties) {
        return JobBench.job(folder, kind, properties)
                .pausing(0)
                .with("Storage", STORAGE)
                .on(
                        "{\"type\":\"HDInsight\",\"typeProperties\":{\"clusterUri\":\"%s\",\"userName\":\"admin\",\"password\":{\"type\":\"SecureString\",\"value\":\"clusterpw\"},\"linkedServiceName\":{\"referenceName\":\"Storage\",\"type\":\"LinkedServiceReference\"}}}"
                                .formatted(server.url("")));
    }

    @Test
    void hive_and_its_kin_go_through_webhcat() {
        try (WebServer server = new WebServer(asked -> asked.method().equals("POST")
                ? Reply.json("{\"id\":\"job_1\"}")
                : Reply.json("{\"status\":{\"jobComplete\":true,\"state\":\"SUCCEEDED\"},\"exitValue\":0}"))) {
            JsonNode output = hdInsight(
                            server,
                            "HDInsightHive",
                            "{\"scriptPath\":\"scripts/a b.hql\",\"defines\":{\"day\":\"2024\"},\"arguments\":[\"-v\"]}")
                    .output();
            assertThat(output.path("jobId").stringValue()).isEqualTo("job_1");
            var asked = server.asked.getFirst();
            assertThat(asked.path()).isEqualTo("/templeton/v1/hive");
            assertThat(asked.header("Authorization")).startsWith("Basic ");
            assertThat(URLDecoder.decode(asked.body(), StandardCharsets.UTF_8))
                    .contains(
                            "user.name=admin",
                            "file=wasbs://scripts@acme.blob.core.windows.net/a b.hql",
                            "define=day=2024",
                            "arg=-v");
            assertThat(server.asked.getLast().path()).isEqualTo("/templeton/v1/jobs/job_1?user.name=admin");
            hdInsight(
                            server,
                            "HDInsightMapReduce",
                            "{\"className\":\"C\",\"jarFilePath\":\"c/j.jar\",\"jarLibs\":[\"c/l.jar\"]}")
                    .output();
            hdInsight(
                            server,
                            "HDInsightStreaming",
                            "{\"mapper\":\"m\",\"reducer\":\"r\",\"input\":\"i\",\"output\":\"o\",\"filePaths\":[\"c/m\"]}")
                    .output();
            hdInsight(server, "HDInsightPig", "{\"scriptPath\":\"c/p.pig\"}").output();
            assertThat(server.asked.stream()
                            .filter(a -> a.method().equals("POST"))
                            .map(WebServer.Asked::path))
                    .containsExactly(
                            "/templeton/v1/hive",
                            "/templeton/v1/mapreduce/jar",
                            "/templeton/v1/mapreduce/streaming",
                            "/templeton/v1/pig");
        }
    }

    @Test
    void spark_goes_through_livy() {
        try (WebServer server = new WebServer(asked -> asked.method().equals("POST")
                ? new Reply(201, Map.of(), "{\"id\":3,\"state\":\"starting\"}")
                : Reply.json("{\"id\":3,\"state\":\"dead\",\"log\":[\"stdout\",\"it broke\"]}"))) {
            ActivityError error = hdInsight(
                            server,
                            "HDInsightSpark",
                            "{\"rootPath\":\"jobs/one\",\"entryFilePath\":\"main.py\",\"arguments\":[\"x\"],\"sparkConfig\":{\"spark.a\":\"1\"}}")
                    .error();
            assertThat(error.message()).contains("dead").contains("it broke");
            JobBench.same(
                    Json.parse(server.asked.getFirst().body()),
                    "{\"file\":\"wasbs://jobs@acme.blob.core.windows.net/one/main.py\",\"args\":[\"x\"],\"conf\":{\"spark.a\":\"1\"}}");
            assertThat(server.asked.getFirst().header("X-Requested-By")).isNotEmpty();
        }
    }
}
