package dev.sluice.node.agent.job;

import dev.sluice.data.spi.Settings;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.web.Identity;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A published pipeline of Azure Machine Learning. It is handed in at the workspace's own address, which the workspace
/// tells (`discoveryUrl`), as published pipelines document it; its run is asked after and called off as the job of its
/// name at the resource manager (Jobs, api-version 2024-04-01).
final class MachineLearningPipeline implements RemoteJob.Service {
    private static final Set<String> ENDED = Set.of("completed", "failed", "canceled", "notresponding");
    private static final String VERSION = "api-version=2024-04-01";

    private final JobSpec spec;
    private final Place properties;
    private final Settings workspace;

    MachineLearningPipeline(JobDocuments documents) {
        this.spec = documents.spec();
        this.properties = documents.json();
        this.workspace = documents.typeProperties("linkedService", documents.service());
    }

    Identity identity() {
        return identity(workspace);
    }

    /// The application of a linked service of Azure Machine Learning, or else the machine's identity, for Azure's
    /// resource manager.
    static Identity identity(Settings service) {
        String resource = "https://management.azure.com/";
        if (service.text("servicePrincipalId").filter(s -> !s.isBlank()).isPresent()) {
            return new Identity.ServicePrincipal(
                    service.requiredText("tenant"),
                    service.requiredText("servicePrincipalId"),
                    WebSettings.plain(service, "servicePrincipalKey"),
                    resource);
        }
        if (!service.text("authentication").orElse("").equalsIgnoreCase("MSI")) {
            throw service.missing("servicePrincipalId");
        }
        return new Identity.Managed("", resource);
    }

    @Override
    public String name() {
        return "Azure Machine Learning";
    }

    /// The workspace's path, the same at the resource manager and at its own address.
    private String path() {
        return "/subscriptions/" + encoded(workspace.requiredText("subscriptionId")) + "/resourceGroups/"
                + encoded(workspace.requiredText("resourceGroupName"))
                + "/providers/Microsoft.MachineLearningServices/workspaces/"
                + encoded(workspace.requiredText("mlWorkspaceName"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String submit(RemoteJob.Caller caller) throws InterruptedException {
        ObjectNode run = run();
        String target = target();
        JsonNode told = caller.get(path() + "?" + VERSION);
        String discovery = told.path("properties").path("discoveryUrl").asString("");
        if (!discovery.matches("https?://[^/]+.*")) {
            throw caller.unexpected("the workspace tells no discoveryUrl");
        }
        URI root = URI.create(discovery).resolve("/pipelines/v1.0");
        return new RemoteJob.Caller(caller.client(), root)
                .post(path() + "/PipelineRuns/" + target, run)
                .path("Id")
                .asString("");
    }

    /// A pipeline, or an endpoint, which leads to one of its versions.
    private String target() {
        Optional<String> endpoint = given("mlPipelineEndpointId");
        if (endpoint.isEmpty()) {
            return "PipelineSubmit/" + encoded(properties.member("mlPipelineId").requiredText());
        }
        return "PipelineEndpointSubmit/Id/" + encoded(endpoint.get())
                + given("version").map(v -> "?pipelineVersion=" + encoded(v)).orElse("");
    }

    private Optional<String> given(String member) {
        return properties.member(member).text().filter(s -> !s.isBlank());
    }

    private ObjectNode run() {
        ObjectNode run = Json.object();
        run.put("ExperimentName", given("experimentName").orElse(spec.pipelineName()));
        run.put("RunSource", "ADF");
        given("mlParentRunId").ifPresent(id -> run.put("ParentRunId", id));
        Place parameters = properties.member("mlPipelineParameters");
        if (parameters.present()) {
            run.set("ParameterAssignments", parameters.json());
        }
        Place paths = properties.member("dataPathAssignments");
        if (paths.present()) {
            run.set("DataPathAssignments", paths.json());
        }
        Place goesOn = properties.member("continueOnStepFailure");
        if (goesOn.present()) {
            run.set("ContinueRunOnStepFailure", goesOn.json());
        }
        return run;
    }

    @Override
    public RemoteJob.State state(RemoteJob.Caller caller, String job) throws InterruptedException {
        JsonNode told =
                caller.get(path() + "/jobs/" + encoded(job) + "?" + VERSION).path("properties");
        String word = told.path("status").asString("");
        String page = told.path("services").path("Studio").path("endpoint").asString("");
        ObjectNode output = Json.object().put("runId", job);
        output.put("studioUrl", page);
        return new RemoteJob.State(
                ENDED.contains(word.toLowerCase(Locale.ROOT)),
                word.equalsIgnoreCase("Completed"),
                word,
                // The reason stands with the steps; where to read it is all that the run itself tells.
                page.isEmpty() ? "" : "see " + page,
                output);
    }

    @Override
    public void cancel(RemoteJob.Caller caller, String job) throws InterruptedException {
        caller.send("POST", path() + "/jobs/" + encoded(job) + "/cancel?" + VERSION, "");
    }
}
