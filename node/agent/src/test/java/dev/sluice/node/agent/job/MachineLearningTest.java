package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.node.agent.job.WebServer.Asked;
import dev.sluice.node.agent.job.WebServer.Reply;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Against servers that speak the services' protocols as their documentation has them; the services themselves run at
/// their provider only.
class MachineLearningTest {
    private static final String KEY = "c2VjcmV0LWtleS1vZi1hbi1hY2NvdW50";
    private static final String WORKSPACE =
            "/subscriptions/s/resourceGroups/g/providers" + "/Microsoft.MachineLearningServices/workspaces/w";

    @TempDir
    Path folder;

    private static String storage() {
        return "{\"type\":\"AzureBlobStorage\",\"typeProperties\":{\"connectionString\":\"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey="
                + KEY + "\"}}";
    }

    private JobBench pipeline(WebServer server, String properties) {
        return JobBench.job(folder, "AzureMLExecutePipeline", properties)
                .pausing(0)
                .tokensFrom(server.url(""))
                .on(
                        "{\"type\":\"AzureMLService\",\"typeProperties\":{\"subscriptionId\":\"s\",\"resourceGroupName\":\"g\",\"mlWorkspaceName\":\"w\",\"servicePrincipalId\":\"app\",\"servicePrincipalKey\":{\"type\":\"SecureString\",\"value\":\"app-secret\"},\"tenant\":\"t\"}}");
    }

    /// The workspace, its token, and a run in the state given.
    private static Reply workspace(Asked asked, String self, String state) {
        String path = asked.path().replaceAll("\\?.*", "");
        if (path.endsWith("/oauth2/token")) {
            return Reply.json("{\"access_token\":\"token-1\"}");
        }
        if (path.equals(WORKSPACE)) {
            return Reply.json("{\"properties\":{\"discoveryUrl\":\"" + self + "/discovery\"}}");
        }
        if (path.contains("/PipelineRuns/")) {
            return Reply.json("{\"Id\":\"run-7\",\"Status\":{\"StatusCode\":0}}");
        }
        return Reply.json("{\"properties\":{\"status\":\"" + state
                + "\",\"services\":{\"Studio\":{\"endpoint\":\"https://ml.example/runs/run-7\"}}}}");
    }

    @Test
    void a_published_pipeline_is_handed_in_where_the_workspace_says_and_asked_after_until_it_ends() {
        AtomicInteger questions = new AtomicInteger();
        WebServer[] self = new WebServer[1];
        try (WebServer server = new WebServer(asked -> workspace(
                asked,
                self[0].url("").toString(),
                asked.path().contains("/jobs/") && questions.incrementAndGet() >= 3 ? "Completed" : "Running"))) {
            self[0] = server;
            JsonNode output = pipeline(
                            server,
                            "{\"mlPipelineId\":\"p-1\",\"experimentName\":\"exp\",\"mlPipelineParameters\":{\"day\":\"2026\",\"n\":7},\"mlParentRunId\":\"up\",\"continueOnStepFailure\":true}")
                    .output();
            assertThat(output.path("runId").stringValue()).isEqualTo("run-7");
            assertThat(output.path("studioUrl").stringValue()).isEqualTo("https://ml.example/runs/run-7");
            assertThat(questions).hasValue(3);
            Asked handed = server.asked.stream()
                    .filter(a -> a.path().contains("PipelineRuns"))
                    .findFirst()
                    .orElseThrow();
            assertThat(handed.path()).isEqualTo("/pipelines/v1.0" + WORKSPACE + "/PipelineRuns/PipelineSubmit/p-1");
            assertThat(handed.header("Authorization")).isEqualTo("Bearer token-1");
            JobBench.same(
                    Json.parse(handed.body()),
                    "{\"ExperimentName\":\"exp\",\"RunSource\":\"ADF\",\"ParentRunId\":\"up\",\"ParameterAssignments\":{\"day\":\"2026\",\"n\":7},\"ContinueRunOnStepFailure\":true}");
        }
    }

    @Test
    void an_endpoint_of_pipelines_leads_to_its_version_and_a_failed_run_is_told() {
        WebServer[] self = new WebServer[1];
        try (WebServer server =
                new WebServer(asked -> workspace(asked, self[0].url("").toString(), "Failed"))) {
            self[0] = server;
            assertThat(pipeline(server, "{\"mlPipelineEndpointId\":\"e-1\",\"version\":\"3\"}")
                            .error()
                            .message())
                    .contains("run-7", "Failed", "https://ml.example/runs/run-7");
            assertThat(server.asked)
                    .extracting(Asked::path)
                    .contains("/pipelines/v1.0" + WORKSPACE
                            + "/PipelineRuns/PipelineEndpointSubmit/Id/e-1?pipelineVersion=3");
        }
    }

    @Test
    void cancelling_calls_the_run_of_a_pipeline_off() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        WebServer[] self = new WebServer[1];
        try (WebServer server = new WebServer(asked -> {
            if (asked.path().contains("/jobs/run-7?")) {
                running.countDown();
            }
            return workspace(asked, self[0].url("").toString(), "Running");
        })) {
            self[0] = server;
            JobBench job = pipeline(server, "{\"mlPipelineId\":\"p-1\"}").pausing(3_600_000);
            CompletableFuture<JobOutcome> outcome = job.started();
            running.await();
            job.cancel();
            assertThat(outcome.get()).isInstanceOf(JobOutcome.Cancelled.class);
            assertThat(server.asked.getLast().method()).isEqualTo("POST");
            assertThat(server.asked.getLast().path()).startsWith(WORKSPACE + "/jobs/run-7/cancel?");
        }
    }

    @Test
    void a_workspace_that_is_not_there_is_told_with_its_answer() {
        try (WebServer server = new WebServer(asked -> asked.path().endsWith("token")
                ? Reply.json("{\"access_token\":\"token-1\"}")
                : new Reply(404, Map.of(), "{\"error\":{\"code\":\"ResourceNotFound\"}}"))) {
            assertThat(pipeline(server, "{\"mlPipelineId\":\"p-1\"}").error().message())
                    .contains("'404'", "ResourceNotFound")
                    .doesNotContain("app-secret", "token-1");
        }
    }

    private JobBench studio(WebServer server, String kind, String properties, String update) {
        return JobBench.job(folder, kind, properties)
                .pausing(0)
                .tokensFrom(server.url(""))
                .with("Storage", storage())
                .on(
                        "{\"type\":\"AzureML\",\"typeProperties\":{\"mlEndpoint\":\"%s?api-version=2.0\",\"apiKey\":{\"type\":\"SecureString\",\"value\":\"api-key-1\"},\"updateResourceEndpoint\":\"%s\",\"servicePrincipalId\":\"app\",\"servicePrincipalKey\":{\"type\":\"SecureString\",\"value\":\"app-secret\"},\"tenant\":\"t\"}}"
                                .formatted(server.url("/workspaces/w/services/v/jobs"), server.url(update)));
    }

    private static final String BATCH =
            "{\"globalParameters\":{\"day\":\"2026\"},\"webServiceInputs\":{\"in1\":{\"filePath\":\"c/in.csv\",\"linkedServiceName\":{\"referenceName\":\"Storage\",\"type\":\"LinkedServiceReference\"}}},\"webServiceOutputs\":{\"out1\":{\"filePath\":\"c/out.csv\",\"linkedServiceName\":{\"referenceName\":\"Storage\",\"type\":\"LinkedServiceReference\"}}}}";

    @Test
    void a_batch_is_made_started_and_asked_after() {
        AtomicInteger questions = new AtomicInteger();
        try (WebServer server = new WebServer(asked -> {
            if (asked.method().equals("GET")) {
                return Reply.json(
                        questions.incrementAndGet() < 2
                                ? "{\"StatusCode\":\"Running\"}"
                                : "{\"StatusCode\":4,\"Results\":{\"out1\":{\"ConnectionString\":\"x\",\"BaseLocation\":\"https://b/\",\"RelativeLocation\":\"c/out.csv\",\"SasBlobToken\":\"?sig=1\"}}}");
            }
            return asked.path().contains("/start") ? new Reply(204, Map.of(), "") : Reply.json("\"job_1\"");
        })) {
            JsonNode output =
                    studio(server, "AzureMLBatchExecution", BATCH, "/u").output();
            JobBench.same(
                    output.path("results"),
                    "{\"out1\":{\"baseLocation\":\"https://b/\",\"relativeLocation\":\"c/out.csv\"}}");
            assertThat(server.asked)
                    .extracting(a -> a.method() + " " + a.path())
                    .containsExactly(
                            "POST /workspaces/w/services/v/jobs?api-version=2.0",
                            "POST /workspaces/w/services/v/jobs/job_1/start?api-version=2.0",
                            "GET /workspaces/w/services/v/jobs/job_1?api-version=2.0",
                            "GET /workspaces/w/services/v/jobs/job_1?api-version=2.0");
            Asked made = server.asked.getFirst();
            assertThat(made.header("Authorization")).isEqualTo("Bearer api-key-1");
            String account = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=" + KEY;
            JobBench.same(
                    Json.parse(made.body()),
                    "{\"Inputs\":{\"in1\":{\"ConnectionString\":\"%s\",\"RelativeLocation\":\"c/in.csv\"}},\"Outputs\":{\"out1\":{\"ConnectionString\":\"%s\",\"RelativeLocation\":\"c/out.csv\"}},\"GlobalParameters\":{\"day\":\"2026\"}}"
                            .formatted(account, account));
        }
    }

    @Test
    void a_failed_batch_is_told_with_its_details_and_a_refused_one_without_secrets() {
        try (WebServer server = new WebServer(asked -> asked.method().equals("GET")
                ? Reply.json("{\"StatusCode\":\"Failed\",\"Details\":\"input in1 has no rows\"}")
                : asked.path().contains("/start") ? new Reply(204, Map.of(), "") : Reply.json("\"job_1\""))) {
            assertThat(studio(server, "AzureMLBatchExecution", BATCH, "/u")
                            .error()
                            .message())
                    .contains("job_1", "Failed", "input in1 has no rows");
        }
        try (WebServer server = new WebServer(asked -> new Reply(400, Map.of(), "bad: " + asked.body()))) {
            assertThat(studio(server, "AzureMLBatchExecution", BATCH, "/u")
                            .error()
                            .message())
                    .contains("'400'")
                    .doesNotContain(KEY);
        }
    }

    @Test
    void cancelling_deletes_a_batch() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        try (WebServer server = new WebServer(asked -> {
            if (asked.method().equals("GET")) {
                running.countDown();
                return Reply.json("{\"StatusCode\":\"Running\"}");
            }
            return asked.method().equals("POST") && !asked.path().contains("/start")
                    ? Reply.json("\"job_1\"")
                    : new Reply(204, Map.of(), "");
        })) {
            JobBench job = studio(server, "AzureMLBatchExecution", BATCH, "/u").pausing(3_600_000);
            CompletableFuture<JobOutcome> outcome = job.started();
            running.await();
            job.cancel();
            assertThat(outcome.get()).isInstanceOf(JobOutcome.Cancelled.class);
            assertThat(server.asked.getLast().method()).isEqualTo("DELETE");
            assertThat(server.asked.getLast().path()).isEqualTo("/workspaces/w/services/v/jobs/job_1?api-version=2.0");
        }
    }

    private static final String MODEL =
            "{\"trainedModelName\":\"churn\",\"trainedModelFilePath\":\"models/churn.ilearner\",\"trainedModelLinkedServiceName\":{\"referenceName\":\"Storage\",\"type\":\"LinkedServiceReference\"}}";

    @Test
    void a_trained_model_is_sent_to_a_classic_endpoint_as_a_link() {
        try (WebServer server = new WebServer(asked -> new Reply(200, Map.of(), ""))) {
            studio(server, "AzureMLUpdateResource", MODEL, "/workspaces/w/webservices/v/endpoints/e")
                    .output();
            Asked sent = server.asked.getFirst();
            assertThat(sent.method() + " " + sent.path()).isEqualTo("PATCH /workspaces/w/webservices/v/endpoints/e");
            JsonNode resource = Json.parse(sent.body()).path("Resources").path(0);
            assertThat(resource.path("Name").stringValue()).isEqualTo("churn");
            assertThat(resource.path("Location").path("BaseLocation").stringValue())
                    .isEqualTo("https://acme.blob.core.windows.net/");
            assertThat(resource.path("Location").path("RelativeLocation").stringValue())
                    .isEqualTo("models/churn.ilearner");
            assertThat(resource.path("Location").path("SasBlobToken").stringValue())
                    .startsWith("?sv=")
                    .contains("&sp=r&", "&sr=b&", "&sig=")
                    .doesNotContain(KEY);
        }
    }

    @Test
    void the_link_to_a_trained_model_lets_read_that_blob_and_no_other() throws Exception {
        String container = Blobs.container("model one.ilearner", "other").getBlobContainerName();
        String model = MODEL.replace("models/churn.ilearner", container + "/model one.ilearner");
        try (WebServer server = new WebServer(asked -> new Reply(200, Map.of(), ""));
                HttpClient client = HttpClient.newHttpClient()) {
            studio(server, "AzureMLUpdateResource", model, "/e")
                    .with("Storage", Blobs.service())
                    .output();
            JsonNode location = Json.parse(server.asked.getFirst().body())
                    .path("Resources")
                    .path(0)
                    .path("Location");
            String link = location.path("BaseLocation").stringValue()
                    + location.path("RelativeLocation").stringValue().replace(" ", "%20")
                    + location.path("SasBlobToken").stringValue();
            HttpResponse<String> read =
                    client.send(HttpRequest.newBuilder(URI.create(link)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
            assertThat(read.body()).isEqualTo("model one.ilearner");
            HttpResponse<String> other = client.send(
                    HttpRequest.newBuilder(URI.create(link.replace("model%20one.ilearner", "other")))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(other.statusCode()).isEqualTo(403);
        }
    }

    @Test
    void a_trained_model_of_a_managed_web_service_takes_the_place_of_its_asset() {
        String path = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearning/webServices/v";
        List<String> states = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (WebServer server = new WebServer(asked -> {
            if (asked.path().endsWith("/oauth2/token")) {
                return Reply.json("{\"access_token\":\"token-1\"}");
            }
            states.add(asked.method());
            return Reply.json(
                    "{\"properties\":{\"provisioningState\":\"" + (states.size() < 4 ? "Updating" : "Succeeded")
                            + "\",\"assets\":{\"asset1\":{\"name\":\"other\"},\"asset2\":{\"name\":\"Churn\",\"type\":\"Resource\"}}}}");
        })) {
            studio(server, "AzureMLUpdateResource", MODEL, path + "?api-version=2016-05-01-preview")
                    .output();
            assertThat(states).containsExactly("GET", "PATCH", "GET", "GET");
            Asked sent = server.asked.stream()
                    .filter(a -> a.method().equals("PATCH"))
                    .findFirst()
                    .orElseThrow();
            assertThat(sent.path()).isEqualTo(path + "?api-version=2016-05-01-preview");
            assertThat(sent.header("Authorization")).isEqualTo("Bearer token-1");
            JsonNode assets = Json.parse(sent.body()).path("properties").path("assets");
            assertThat(assets.propertyNames()).containsExactly("asset2");
            assertThat(assets.path("asset2").path("locationInfo").path("uri").stringValue())
                    .isEqualTo("https://acme.blob.core.windows.net/models/churn.ilearner");
        }
    }
}
