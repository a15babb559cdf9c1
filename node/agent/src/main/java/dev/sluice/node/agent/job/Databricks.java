package dev.sluice.node.agent.job;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.web.Identity;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Notebooks, jars and Python files on Azure Databricks, as one-time runs of its Jobs API 2.1, on a cluster that is
/// there or on one made for the run.
final class Databricks implements RemoteJob.Service {
    private static final Set<String> ENDED = Set.of("TERMINATED", "SKIPPED", "INTERNAL_ERROR");

    private final JobSpec spec;
    private final Place properties;
    private final Settings workspace;
    private final Place workspaceJson;

    Databricks(JobDocuments documents) {
        JobSpec.Resource service = documents.service();
        this.spec = documents.spec();
        this.properties = documents.json();
        this.workspace = documents.typeProperties("linkedService", service);
        this.workspaceJson = Place.root(service.properties()).member("typeProperties");
    }

    URI root() {
        return WebSettings.url(workspace, "domain");
    }

    /// A token of the workspace, or else the identity of the machine for the resource that all workspaces share.
    Identity identity() {
        return workspace
                .secret("accessToken")
                .map(SecretValue::reveal)
                .<Identity>map(Identity.Bearer::new)
                .orElseGet(() -> {
                    if (!workspace.text("authentication").orElse("").equalsIgnoreCase("MSI")) {
                        throw workspace.missing("accessToken");
                    }
                    return new Identity.Managed("", "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d");
                });
    }

    @Override
    public String name() {
        return "Databricks";
    }

    @Override
    public String submit(RemoteJob.Caller caller) throws InterruptedException {
        ObjectNode run = Json.object();
        run.put(
                "run_name",
                "ADF_" + spec.factoryName() + "_" + spec.pipelineName() + "_" + spec.activityName() + "_"
                        + spec.activityRunId());
        // The same attempt handed in twice is one run.
        run.put("idempotency_token", spec.activityRunId());
        cluster(run);
        Place libraries = properties.member("libraries");
        if (libraries.present()) {
            run.set("libraries", libraries.json());
        }
        task(run);
        return caller.post("/api/2.1/jobs/runs/submit", run).path("run_id").asString("");
    }

    private void cluster(ObjectNode run) {
        var existing = workspace.text("existingClusterId").filter(s -> !s.isBlank());
        if (existing.isPresent()) {
            run.put("existing_cluster_id", existing.get());
            return;
        }
        if (workspace.text("instancePoolId").isEmpty()
                && workspace.text("newClusterNodeType").isEmpty()) {
            throw workspace.missing("existingClusterId");
        }
        ObjectNode cluster = run.putObject("new_cluster");
        cluster.put("spark_version", workspace.requiredText("newClusterVersion"));
        workspace.text("instancePoolId").ifPresent(id -> cluster.put("instance_pool_id", id));
        workspace.text("newClusterNodeType").ifPresent(type -> cluster.put("node_type_id", type));
        workspace.text("newClusterDriverNodeType").ifPresent(type -> cluster.put("driver_node_type_id", type));
        workers(cluster, workspace.text("newClusterNumOfWorker").orElse("1"));
        copy(cluster, "newClusterSparkConf", "spark_conf");
        copy(cluster, "newClusterSparkEnvVars", "spark_env_vars");
        copy(cluster, "newClusterCustomTags", "custom_tags");
    }

    /// `4`, or `1:8` for a cluster that grows.
    private void workers(ObjectNode cluster, String text) {
        String[] parts = text.strip().split(":", -1);
        try {
            if (parts.length == 2) {
                cluster.putObject("autoscale")
                        .put("min_workers", Integer.parseInt(parts[0]))
                        .put("max_workers", Integer.parseInt(parts[1]));
            } else {
                cluster.put("num_workers", Integer.parseInt(parts[0]));
            }
        } catch (NumberFormatException e) {
            throw workspace.wrong("newClusterNumOfWorker", text, "a number, or two with a colon between them");
        }
    }

    private void copy(ObjectNode cluster, String from, String to) {
        JsonNode value = workspaceJson.member(from).json();
        if (value.isObject() && !value.isEmpty()) {
            cluster.set(to, value);
        }
    }

    private void task(ObjectNode run) {
        switch (spec.kind().toLowerCase(Locale.ROOT)) {
            case "databricksnotebook" -> {
                ObjectNode task = run.putObject("notebook_task");
                task.put("notebook_path", properties.member("notebookPath").requiredText());
                ObjectNode parameters = task.putObject("base_parameters");
                properties
                        .member("baseParameters")
                        .members()
                        .forEach((name, value) -> parameters.put(
                                name,
                                value.json().isValueNode() ? value.json().asString("") : Json.write(value.json())));
            }
            case "databrickssparkjar" -> {
                ObjectNode task = run.putObject("spark_jar_task");
                task.put("main_class_name", properties.member("mainClassName").requiredText());
                parameters(task.putArray("parameters"));
            }
            default -> {
                ObjectNode task = run.putObject("spark_python_task");
                task.put("python_file", properties.member("pythonFile").requiredText());
                parameters(task.putArray("parameters"));
            }
        }
    }

    private void parameters(ArrayNode into) {
        properties.member("parameters").items().forEach(p -> into.add(p.json().asString("")));
    }

    @Override
    public RemoteJob.State state(RemoteJob.Caller caller, String job) throws InterruptedException {
        JsonNode run = caller.get("/api/2.1/jobs/runs/get?run_id=" + job);
        String life = run.path("state").path("life_cycle_state").asString("");
        String result = run.path("state").path("result_state").asString("");
        boolean ended = ENDED.contains(life);
        boolean good = ended && result.equals("SUCCESS");
        ObjectNode output = Json.object();
        output.put("runPageUrl", run.path("run_page_url").asString(""));
        if (good && spec.kind().equalsIgnoreCase("DatabricksNotebook")) {
            result(caller, run, job, output);
        }
        return new RemoteJob.State(
                ended,
                good,
                result.isEmpty() ? life : result,
                run.path("state").path("state_message").asString("") + " "
                        + run.path("run_page_url").asString(""),
                output);
    }

    /// What the notebook gave with `dbutils.notebook.exit`; JSON is read as such.
    private static void result(RemoteJob.Caller caller, JsonNode run, String job, ObjectNode output)
            throws InterruptedException {
        String task = run.path("tasks").path(0).path("run_id").asString(job);
        JsonNode given = caller.get("/api/2.1/jobs/runs/get-output?run_id=" + task)
                .path("notebook_output")
                .path("result");
        if (given.isString()) {
            output.set("runOutput", read(given.stringValue()));
        }
    }

    private static JsonNode read(String text) {
        try {
            JsonNode json = Json.parse(text);
            return json.isContainer() ? json : Json.text(text);
        } catch (dev.sluice.diagnosis.ProblemException noJson) {
            return Json.text(text);
        }
    }

    @Override
    public void cancel(RemoteJob.Caller caller, String job) throws InterruptedException {
        caller.post("/api/2.1/jobs/runs/cancel", Json.object().put("run_id", Long.parseLong(job)));
    }
}
