package dev.sluice.demo;

import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.ServiceClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The demo's factory, made through the public REST API: what a person would have in a Git folder.
final class DemoFactory {
    static final FactoryPaths PATHS = new FactoryPaths("sluice-demo");
    static final String RUNTIME = "demo-runtime";
    static final String PIPELINE = "CopyTpch";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ServiceClient client;

    DemoFactory(ServiceClient client) {
        this.client = client;
    }

    /// The factory and its self-hosted runtime.
    ///
    /// @return the key that a node registers with
    String createRuntime() {
        client.put(PATHS.root(), json(Map.of("location", "local")));
        client.put(
                PATHS.one("integrationRuntimes", RUNTIME),
                properties(Map.of("type", "SelfHosted", "description", "One node beside the demo's stores")));
        return client.post(PATHS.one("integrationRuntimes", RUNTIME) + "/listAuthKeys", null)
                .path("authKey1")
                .asString();
    }

    /// Linked services, datasets and the pipeline.
    void createPipeline(Database database, Path output, Optional<Azurite> azurite) {
        linkedService("TpchSource", "PostgreSqlV2", database.linkedService());
        linkedService("TpchTarget", "AzurePostgreSql", database.linkedService());
        linkedService("LocalFolder", "FileServer", Map.of("host", output.toString()));
        azurite.ifPresent(
                a -> linkedService("BlobStore", "AzureBlobStorage", Map.of("connectionString", a.connectionString())));

        table("SourceTable", "TpchSource", "PostgreSqlV2Table", "public");
        table("TargetTable", "TpchTarget", "AzurePostgreSqlTable", Database.COPIED);
        file("LocalParquet", "LocalFolder", "Parquet", local("parquet", ".parquet"));
        file("LocalCsv", "LocalFolder", "DelimitedText", local("csv", ".csv.gz"));
        azurite.ifPresent(a -> {
            file("BlobParquet", "BlobStore", "Parquet", blob(a, "parquet", ".parquet"));
            file("BlobCsv", "BlobStore", "DelimitedText", blob(a, "csv", ".csv.gz"));
        });
        client.put(
                PATHS.one("pipelines", PIPELINE),
                properties(Map.of(
                        "description",
                        "TPC-H tables to Parquet and gzip CSV, and the Parquet files back into another schema",
                        "activities",
                        activities(azurite.isPresent()))));
    }

    private void linkedService(String name, String type, Map<String, Object> typeProperties) {
        client.put(
                PATHS.one("linkedservices", name),
                properties(Map.of(
                        "type",
                        type,
                        "connectVia",
                        Map.of("referenceName", RUNTIME, "type", "IntegrationRuntimeReference"),
                        "typeProperties",
                        typeProperties)));
    }

    private void table(String name, String linkedService, String type, String schema) {
        dataset(name, linkedService, type, Map.of("schema", schema, "table", expression("@dataset().table")));
    }

    private void file(String name, String linkedService, String format, Map<String, Object> location) {
        Map<String, Object> properties = format.equals("Parquet")
                ? Map.of("location", location, "compressionCodec", "snappy")
                : Map.of(
                        "location",
                        location,
                        "columnDelimiter",
                        ",",
                        "quoteChar",
                        "\"",
                        "escapeChar",
                        "\"",
                        "firstRowAsHeader",
                        true,
                        "compressionCodec",
                        "gzip");
        dataset(name, linkedService, format, properties);
    }

    private void dataset(String name, String linkedService, String type, Map<String, Object> typeProperties) {
        client.put(
                PATHS.one("datasets", name),
                properties(Map.of(
                        "type",
                        type,
                        "linkedServiceName",
                        Map.of("referenceName", linkedService, "type", "LinkedServiceReference"),
                        "parameters",
                        Map.of("table", Map.of("type", "string")),
                        "typeProperties",
                        typeProperties)));
    }

    private static Map<String, Object> local(String folder, String extension) {
        return Map.of(
                "type",
                "FileServerLocation",
                "folderPath",
                folder,
                "fileName",
                expression("@{dataset().table}" + extension));
    }

    private static Map<String, Object> blob(Azurite azurite, String folder, String extension) {
        return Map.of(
                "type",
                "AzureBlobStorageLocation",
                "container",
                azurite.containerName(),
                "folderPath",
                folder,
                "fileName",
                expression("@{dataset().table}" + extension));
    }

    private static Map<String, Object> expression(String text) {
        return Map.of("value", text, "type", "Expression");
    }

    private static List<Map<String, Object>> activities(boolean blobs) {
        List<Map<String, Object>> activities = new ArrayList<>();
        Map<String, Object> fromTable = Map.of("type", "PostgreSqlV2Source");
        for (Tpch t : List.of(Tpch.LINEITEM, Tpch.ORDERS, Tpch.CUSTOMER)) {
            activities.add(copy(t, "to Parquet", "SourceTable", fromTable, "LocalParquet", parquet("FileServer"), ""));
            activities.add(copy(t, "to CSV", "SourceTable", fromTable, "LocalCsv", csv("FileServer"), ""));
            if (blobs) {
                String store = "AzureBlobStorage";
                activities.add(copy(t, "to blob Parquet", "SourceTable", fromTable, "BlobParquet", parquet(store), ""));
                activities.add(copy(t, "to blob CSV", "SourceTable", fromTable, "BlobCsv", csv(store), ""));
            }
            Map<String, Object> fromParquet = Map.of(
                    "type",
                    "ParquetSource",
                    "storeSettings",
                    Map.of("type", "FileServerReadSettings", "recursive", false));
            activities.add(copy(
                    t,
                    "back to PostgreSQL",
                    "LocalParquet",
                    fromParquet,
                    "TargetTable",
                    Map.of("type", "AzurePostgreSqlSink"),
                    t.tableName() + " to Parquet"));
        }
        return activities;
    }

    private static Map<String, Object> parquet(String store) {
        return Map.of("type", "ParquetSink", "storeSettings", Map.of("type", store + "WriteSettings"));
    }

    private static Map<String, Object> csv(String store) {
        return Map.of(
                "type",
                "DelimitedTextSink",
                "storeSettings",
                Map.of("type", store + "WriteSettings"),
                "formatSettings",
                Map.of("type", "DelimitedTextWriteSettings", "quoteAllText", false, "fileExtension", ".csv"));
    }

    private static Map<String, Object> copy(
            Tpch table,
            String what,
            String input,
            Map<String, Object> source,
            String output,
            Map<String, Object> sink,
            String after) {
        List<Object> dependsOn = after.isEmpty()
                ? List.of()
                : List.of(Map.of("activity", after, "dependencyConditions", List.of("Succeeded")));
        return Map.of(
                "name",
                table.tableName() + " " + what,
                "type",
                "Copy",
                "dependsOn",
                dependsOn,
                "policy",
                Map.of("timeout", "0.00:10:00", "retry", 0),
                "inputs",
                List.of(reference(input, table)),
                "outputs",
                List.of(reference(output, table)),
                "typeProperties",
                Map.of("source", source, "sink", sink));
    }

    private static Map<String, Object> reference(String dataset, Tpch table) {
        return Map.of(
                "referenceName", dataset, "type", "DatasetReference", "parameters", Map.of("table", table.tableName()));
    }

    private static JsonNode properties(Map<String, Object> properties) {
        return json(Map.of("properties", properties));
    }

    private static JsonNode json(Map<String, Object> members) {
        return JSON.valueToTree(members);
    }
}
