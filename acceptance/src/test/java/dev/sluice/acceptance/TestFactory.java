package dev.sluice.acceptance;

import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.ServiceClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A factory of a running service, filled and run through the public REST API.
final class TestFactory {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed", "Cancelled");

    private final ServiceClient client;
    private final FactoryPaths paths;

    TestFactory(ServiceClient client, String name) {
        this.client = client;
        this.paths = new FactoryPaths(name);
        client.put(paths.root(), JSON.readTree("{\"location\":\"local\"}"));
    }

    ServiceClient client() {
        return client;
    }

    FactoryPaths paths() {
        return paths;
    }

    TestFactory linkedService(String name, String type, Map<String, Object> typeProperties) {
        client.put(
                paths.one("linkedservices", name), properties(Map.of("type", type, "typeProperties", typeProperties)));
        return this;
    }

    /// One that is reached through an integration runtime.
    TestFactory linkedService(String name, String type, Map<String, Object> typeProperties, String via) {
        client.put(
                paths.one("linkedservices", name),
                properties(Map.of(
                        "type",
                        type,
                        "connectVia",
                        Map.of("referenceName", via, "type", "IntegrationRuntimeReference"),
                        "typeProperties",
                        typeProperties)));
        return this;
    }

    /// A self-hosted runtime; its nodes come later.
    TestFactory runtime(String name) {
        client.put(paths.one("integrationRuntimes", name), properties(Map.of("type", "SelfHosted")));
        return this;
    }

    /// The first of the two keys that nodes of a runtime register with.
    String authKey(String runtime) {
        return client.post(paths.one("integrationRuntimes", runtime) + "/listAuthKeys", null)
                .path("authKey1")
                .asString();
    }

    TestFactory folder(String name, Path folder) {
        return linkedService(name, "FileServer", Map.of("host", folder.toString()));
    }

    TestFactory dataset(String name, String type, String linkedService, String typeProperties, String... parameters) {
        Map<String, Object> declared = new java.util.LinkedHashMap<>();
        for (String parameter : parameters) {
            declared.put(parameter, Map.of("type", "string"));
        }
        client.put(
                paths.one("datasets", name),
                properties(Map.of(
                        "type",
                        type,
                        "linkedServiceName",
                        Map.of("referenceName", linkedService, "type", "LinkedServiceReference"),
                        "parameters",
                        declared,
                        "typeProperties",
                        JSON.readTree(typeProperties))));
        return this;
    }

    TestFactory table(String name, String linkedService, String schema, String table) {
        return dataset(
                name,
                "PostgreSqlV2Table",
                linkedService,
                "{\"schema\":\"%s\",\"table\":\"%s\"}".formatted(schema, table));
    }

    TestFactory parquet(String name, String linkedService, String path) {
        return dataset(name, "Parquet", linkedService, "{\"location\":%s}".formatted(location(path)));
    }

    TestFactory csv(String name, String linkedService, String path, String more) {
        return dataset(
                name,
                "DelimitedText",
                linkedService,
                "{\"location\":%s,\"firstRowAsHeader\":true,\"escapeChar\":\"\\\"\"%s}"
                        .formatted(location(path), more));
    }

    /// `folder/file` on a file server; `container:folder/file` for a blob.
    private static String location(String path) {
        int colon = path.indexOf(':');
        int slash = path.lastIndexOf('/');
        String folder = slash < 0 ? "" : path.substring(colon + 1, slash);
        String file = path.substring(Math.max(slash, colon) + 1);
        String store = colon < 0
                ? "\"type\":\"FileServerLocation\""
                : "\"type\":\"AzureBlobStorageLocation\",\"container\":\"" + path.substring(0, colon) + "\"";
        return "{%s,\"folderPath\":\"%s\",\"fileName\":\"%s\"}".formatted(store, folder, file);
    }

    TestFactory pipeline(String name, Copy... activities) {
        return pipeline(
                name, List.of(), List.of(activities).stream().map(Copy::json).toList());
    }

    /// @param parameters names of string parameters
    TestFactory pipeline(String name, List<String> parameters, List<String> activities) {
        Map<String, Object> declared = new java.util.LinkedHashMap<>();
        parameters.forEach(p -> declared.put(p, Map.of("type", "string")));
        client.put(
                paths.one("pipelines", name),
                properties(Map.of(
                        "parameters",
                        declared,
                        "activities",
                        JSON.readTree("[" + String.join(",", activities) + "]"))));
        return this;
    }

    private static JsonNode properties(Map<String, Object> properties) {
        return JSON.valueToTree(Map.of("properties", properties));
    }

    /// @param parameters of the run, as JSON
    String start(String pipeline, String parameters) {
        return client.post(paths.one("pipelines", pipeline) + "/createRun", JSON.readTree(parameters))
                .path("runId")
                .asString();
    }

    String start(String pipeline) {
        return start(pipeline, "{}");
    }

    Run run(String pipeline) {
        return finish(start(pipeline));
    }

    JsonNode get(String runId) {
        return client.get(paths.run(runId));
    }

    boolean hasEnded(String runId) {
        return ended(get(runId));
    }

    /// Whether this record of a run is that of one that has ended.
    static boolean ended(JsonNode run) {
        return ENDED.contains(run.path("status").asString(""));
    }

    /// The records of all runs, whoever started them.
    List<JsonNode> runs() {
        List<JsonNode> all = new ArrayList<>();
        ObjectNode query = everything();
        while (true) {
            JsonNode page = client.post(paths.root() + "/queryPipelineRuns", query);
            page.path("value").forEach(all::add);
            String next = page.path("continuationToken").asString("");
            if (next.isEmpty()) {
                return all;
            }
            query.put("continuationToken", next);
        }
    }

    private static ObjectNode everything() {
        return JSON.createObjectNode()
                .put("lastUpdatedAfter", "2000-01-01T00:00:00Z")
                .put("lastUpdatedBefore", "2100-01-01T00:00:00Z");
    }

    void cancel(String runId) {
        client.post(paths.run(runId) + "/cancel", null);
    }

    /// Waits for the run's end.
    Run finish(String runId) {
        return finish(runId, Eventually.LIMIT);
    }

    Run finish(String runId, Duration limit) {
        JsonNode run = Eventually.value("run " + runId + " ends", limit, () -> get(runId), TestFactory::ended);
        return new Run(run, activities(runId));
    }

    /// A run as it is now.
    Run asIs(String runId) {
        return new Run(get(runId), activities(runId));
    }

    /// The attempts so far, in the order of their start.
    List<JsonNode> activities(String runId) {
        return client.post(paths.run(runId) + "/queryActivityruns", everything())
                .path("value")
                .valueStream()
                .sorted(Comparator.comparing(a -> a.path("activityRunStart").asString("")))
                .toList();
    }

    /// A run that has ended.
    record Run(JsonNode run, List<JsonNode> activities) {
        String status() {
            return run.path("status").asString("");
        }

        List<JsonNode> attempts(String activity) {
            return activities.stream()
                    .filter(a -> a.path("activityName").asString("").equals(activity))
                    .toList();
        }

        /// The only attempt of an activity.
        JsonNode activity(String name) {
            List<JsonNode> attempts = attempts(name);
            if (attempts.size() != 1) {
                throw new AssertionError(name + " has " + attempts.size() + " attempts: " + activities);
            }
            return attempts.getFirst();
        }

        JsonNode output(String activity) {
            return activity(activity).path("output");
        }

        /// Why an activity failed: the first of its error's details.
        static JsonNode cause(JsonNode attempt) {
            return attempt.path("error").path("details").path(0);
        }

        @Override
        public String toString() {
            return run + "\n"
                    + String.join(
                            "\n", activities.stream().map(JsonNode::toString).toList());
        }
    }

    /// A copy activity being described.
    record Copy(
            String name,
            String input,
            String source,
            String output,
            String sink,
            String more,
            List<String> dependsOn,
            String inputParameters,
            String outputParameters,
            int retry,
            String timeout) {
        /// @param source typeProperties.source, as JSON
        /// @param sink typeProperties.sink, as JSON
        static Copy of(String name, String input, String source, String output, String sink) {
            return new Copy(name, input, source, output, sink, "", List.of(), "{}", "{}", 0, "0.00:05:00");
        }

        /// After another activity ended so.
        Copy after(String activity, String condition) {
            List<String> all = new ArrayList<>(dependsOn);
            all.add("{\"activity\":\"%s\",\"dependencyConditions\":[\"%s\"]}".formatted(activity, condition));
            return new Copy(
                    name, input, source, output, sink, more, all, inputParameters, outputParameters, retry, timeout);
        }

        Copy retry(int times) {
            return new Copy(
                    name,
                    input,
                    source,
                    output,
                    sink,
                    more,
                    dependsOn,
                    inputParameters,
                    outputParameters,
                    times,
                    timeout);
        }

        /// @param limit as `d.hh:mm:ss`
        Copy timeout(String limit) {
            return new Copy(
                    name,
                    input,
                    source,
                    output,
                    sink,
                    more,
                    dependsOn,
                    inputParameters,
                    outputParameters,
                    retry,
                    limit);
        }

        /// Further typeProperties, beginning with a comma.
        Copy with(String further) {
            return new Copy(
                    name,
                    input,
                    source,
                    output,
                    sink,
                    further,
                    dependsOn,
                    inputParameters,
                    outputParameters,
                    retry,
                    timeout);
        }

        Copy parameters(String ofInput, String ofOutput) {
            return new Copy(name, input, source, output, sink, more, dependsOn, ofInput, ofOutput, retry, timeout);
        }

        String json() {
            return """
                    {"name":"%s","type":"Copy","dependsOn":[%s],
                     "policy":{"timeout":"%s","retry":%d,"retryIntervalInSeconds":1},
                     "inputs":[{"referenceName":"%s","type":"DatasetReference","parameters":%s}],
                     "outputs":[{"referenceName":"%s","type":"DatasetReference","parameters":%s}],
                     "typeProperties":{"source":%s,"sink":%s%s}}""".formatted(
                            name,
                            String.join(",", dependsOn),
                            timeout,
                            retry,
                            input,
                            inputParameters,
                            output,
                            outputParameters,
                            source,
                            sink,
                            more);
        }
    }

    /// Sources and sinks that most tests use.
    static final String FROM_TABLE = "{\"type\":\"PostgreSqlV2Source\"}";
    static final String TO_TABLE = "{\"type\":\"AzurePostgreSqlSink\"}";
    static final String FROM_PARQUET =
            "{\"type\":\"ParquetSource\",\"storeSettings\":{\"type\":\"FileServerReadSettings\"}}";
    static final String TO_PARQUET =
            "{\"type\":\"ParquetSink\",\"storeSettings\":{\"type\":\"FileServerWriteSettings\"}}";
    static final String FROM_CSV =
            "{\"type\":\"DelimitedTextSource\",\"storeSettings\":{\"type\":\"FileServerReadSettings\"}}";
    static final String TO_CSV = """
            {"type":"DelimitedTextSink","storeSettings":{"type":"FileServerWriteSettings"},
             "formatSettings":{"type":"DelimitedTextWriteSettings","quoteAllText":false,"fileExtension":".csv"}}""";

    /// Rows of a statement instead of a table.
    static String fromQuery(String sql) {
        return JSON.writeValueAsString(Map.of("type", "PostgreSqlV2Source", "query", sql));
    }
}
