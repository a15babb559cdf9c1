package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The command on folders and templates with one mistake each.
class ValidateCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int validate(String... args) {
        out.getBuffer().setLength(0);
        return Program.line(new ValidateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void pipeline(String name, String members) throws IOException {
        write("pipeline/" + name + ".json", "{\n  \"name\": \"" + name + "\",\n  \"properties\": " + members + "\n}");
    }

    private void store() throws IOException {
        write("linkedService/Store.json", """
                {"name": "Store", "properties": {"type": "FileServer", "typeProperties": {"host": "/x"}}}""");
        write("dataset/Files.json", """
                {"name": "Files", "properties": {"type": "Binary", "linkedServiceName": {"referenceName": "Store",
                "type": "LinkedServiceReference"}, "parameters": {"file": {"type": "string"}, "n": {"type": "int",
                "defaultValue": 1}}, "typeProperties": {"location": {"type": "FileServerLocation"}}}}""");
    }

    /// The only error, as `file:line:column code`.
    private void expectOnly(String place, String... words) {
        assertThat(validate(folder.toString(), "--no-warnings"))
                .as("%s%s", out, err)
                .isEqualTo(1);
        List<String> findings =
                out.toString().lines().filter(l -> l.contains(": error: ")).toList();
        assertThat(findings).as("%s", out).hasSize(1);
        assertThat(findings.getFirst()).startsWith(place).contains(words);
        assertThat(out.toString()).contains("    at /").contains("    → ");
    }

    private static String activity(String name, String type, String more) {
        return "{\"name\": \"" + name + "\", \"type\": \"" + type + "\"" + more + "}";
    }

    private static String set(String value) {
        return ", \"typeProperties\": {\"variableName\": \"v\", \"value\": \"" + value + "\"}";
    }

    @Test
    void a_factory_in_order_has_no_findings_and_exit_code_0() throws IOException {
        store();
        pipeline("P", """
                {"variables": {"v": {"type": "String"}}, "activities": [
                {"name": "Look", "type": "GetMetadata", "typeProperties": {"fieldList": ["exists"], "dataset":
                {"referenceName": "Files", "type": "DatasetReference", "parameters": {"file": "a"}}}},
                {"name": "Set", "type": "SetVariable", "dependsOn": [{"activity": "Look", "dependencyConditions":
                ["Succeeded"]}], "typeProperties": {"variableName": "v", "value": "@string(activity('Look').output)"}}]}""");
        assertThat(validate(folder.toString())).as("%s%s", out, err).isZero();
        assertThat(out.toString()).isEqualTo("3 documents checked: 0 errors, 0 warnings%n".formatted());
    }

    @Test
    void a_dangling_reference_is_found_with_line_and_column() throws IOException {
        store();
        write("dataset/Other.json", """
                {"name": "Other",
                 "properties": {"type": "Binary",
                   "linkedServiceName": {
                     "referenceName": "Sotre", "type": "LinkedServiceReference"}}}""");
        expectOnly("dataset/Other.json:4:6: error: ", "linked service 'Sotre'", "[ReferenceNotFound]");
    }

    @Test
    void an_unknown_dependency_and_a_circle_are_found() throws IOException {
        pipeline("P", "{\"activities\": [\n" + activity("A", "Wait", """
                , "typeProperties": {"waitTimeInSeconds": 1},
                "dependsOn": [{"activity": "B", "dependencyConditions": ["Succeeded"]}]""") + "]}");
        expectOnly("pipeline/P.json:5:16: error: ", "activity 'B'", "[ReferenceNotFound]");
        pipeline("P", "{\"activities\": [\n" + activity("A", "Wait", """
                , "typeProperties": {"waitTimeInSeconds": 1},
                "dependsOn": [{"activity": "A", "dependencyConditions": ["Succeeded"]}]""") + "]}");
        expectOnly("pipeline/P.json:5:1: error: ", "A → A", "[DependencyCycle]");
    }

    @Test
    void an_expression_that_cannot_be_parsed_names_the_column_in_it() throws IOException {
        pipeline(
                "P",
                "{\"variables\": {\"v\": {\"type\": \"String\"}}, \"activities\": [\n"
                        + activity("A", "SetVariable", set("@concat('a', upper('b'))")) + "]}");
        expectOnly("pipeline/P.json:4:", "column 14", "'upper' is not defined", "[ExpressionSyntaxError]");
    }

    @Test
    void what_an_expression_reads_must_exist() throws IOException {
        pipeline(
                "P",
                "{\"activities\": ["
                        + activity(
                                "A",
                                "Fail",
                                ", \"typeProperties\": {\"message\": \"@activity('Lok').output\", \"errorCode\": \"1\"}")
                        + "]}");
        expectOnly("pipeline/P.json:3:", "activity('Lok')", "[ExpressionActivityUnknown]");
        pipeline(
                "P",
                "{\"activities\": ["
                        + activity(
                                "A",
                                "Fail",
                                ", \"typeProperties\": {\"message\": \"@variables('v')\", \"errorCode\": \"1\"}")
                        + "]}");
        expectOnly("pipeline/P.json:3:", "no variable 'v'; it has: none", "[VariableUndeclared]");
        pipeline(
                "P",
                "{\"parameters\": {\"day\": {\"type\": \"String\"}}, \"activities\": ["
                        + activity(
                                "A",
                                "Fail",
                                ", \"typeProperties\": {\"message\": \"@{pipeline().parameters.dya}\", \"errorCode\": \"1\"}")
                        + "]}");
        expectOnly("pipeline/P.json:3:", "parameter 'dya'", "it has: day", "[ParameterUndeclared]");
        pipeline(
                "P",
                "{\"activities\": ["
                        + activity(
                                "A", "Fail", ", \"typeProperties\": {\"message\": \"@item()\", \"errorCode\": \"1\"}")
                        + "]}");
        expectOnly("pipeline/P.json:3:", "item()", "inside a ForEach", "[FunctionMisplaced]");
        pipeline("P", "{\"activities\": [" + activity("A", "SetVariable", set("x")) + "]}");
        expectOnly("pipeline/P.json:3:", "no variable 'v'", "[VariableUndeclared]");
    }

    @Test
    void arguments_must_fit_the_parameters_of_what_is_referred_to() throws IOException {
        store();
        pipeline("P", "{\"activities\": [" + activity("A", "GetMetadata", """
                , "typeProperties": {"dataset": {"referenceName": "Files", "type": "DatasetReference",
                "parameters": {"file": "a", "n": "many"}}}""") + "]}");
        expectOnly("pipeline/P.json:4:29: error: ", "\"many\"", "parameter 'n'", "Int", "[ParameterTypeMismatch]");
    }

    @Test
    void warnings_do_not_fail_the_command_unless_strict() throws IOException {
        store();
        pipeline(
                "P",
                "{\"activites\": [], \"activities\": [" + activity("A", "Wait", """
                , "typeProperties": {"waitTimeInSecond": 1, "waitTimeInSeconds": 1}""") + ","
                        + activity("B", "GetMetadata", """
                , "typeProperties": {"dataset": {"referenceName": "Files", "type": "DatasetReference",
                "parameters": {"fiel": "a"}}}""") + "]}");
        assertThat(validate(folder.toString())).as("%s%s", out, err).isZero();
        assertThat(out.toString())
                .contains("pipeline/P.json:3:18: warning: 'activites' is not known")
                .contains("did you mean 'activities'?")
                .contains("did you mean 'waitTimeInSeconds'?")
                .contains("[MemberUnknown]", "[ParameterUnknown]", "[ParameterRequired]");
        assertThat(validate(folder.toString(), "--strict")).isEqualTo(1);
    }

    @Test
    void a_default_that_its_type_cannot_take_is_a_warning() throws IOException {
        pipeline("P", """
                {"parameters": {"n": {"type": "Int", "defaultValue": "many"}, "i": {"type": "Int", "defaultValue": "5"},
                "b": {"type": "Bool", "defaultValue": 7}, "t": {"type": "String", "defaultValue": []},
                "a": {"type": "Array", "defaultValue": "[1]"}, "f": {"type": "Float", "defaultValue": null}},
                "variables": {"v": {"type": "Array", "defaultValue": "x"}}, "activities": []}""");
        assertThat(warnings())
                .containsExactlyInAnyOrder(
                        "ParameterTypeMismatch P.json /properties/parameters/n/defaultValue",
                        "ParameterTypeMismatch P.json /properties/parameters/b/defaultValue",
                        "ParameterTypeMismatch P.json /properties/variables/v/defaultValue");
    }

    /// `code pointer` of every finding; each must be a warning with a line and a way out.
    private List<String> warnings() {
        assertThat(validate(folder.toString(), "-o", "json"))
                .as("%s%s", out, err)
                .isZero();
        JsonNode found = JsonMapper.shared().readTree(out.toString());
        for (JsonNode one : found) {
            assertThat(one.path("severity").asString()).as("%s", one).isEqualTo("warning");
            assertThat(one.path("line").asInt()).isPositive();
            assertThat(one.path("resolution").size()).isPositive();
        }
        return found.valueStream()
                .map(f -> f.path("code").asString() + " "
                        + f.path("file").asString().replaceAll(".*/", "") + " "
                        + f.path("pointer").asString())
                .toList();
    }

    @Test
    void what_can_be_loaded_but_not_run_here_is_a_warning_at_its_place() throws IOException {
        store();
        write("linkedService/Lake.json", """
                {"name": "Lake", "properties": {"type": "Couchbase", "typeProperties": {"database": "d"}}}""");
        for (String[] one : new String[][] {
            {"Documents", "CouchbaseTable", "Lake"},
            {"More", "CouchbaseTable", "Lake"},
            {"Odd", "HyperCube", "Store"}
        }) {
            write("dataset/" + one[0] + ".json", """
                    {"name": "%s", "properties": {"type": "%s", "linkedServiceName": {"referenceName": "%s",
                    "type": "LinkedServiceReference"}, "typeProperties": {}}}""".formatted((Object[]) one));
        }
        write("dataflow/Flow.json", """
                {"name": "Flow", "properties": {"type": "MappingDataFlow", "typeProperties": {"scriptLines": []}}}""");
        String flow =
                ", \"typeProperties\": {\"dataFlow\": {\"referenceName\": \"Flow\", \"type\": \"DataFlowReference\"}}";
        pipeline(
                "P",
                "{\"activities\": ["
                        + activity(
                                "Each",
                                "ForEach",
                                ", \"typeProperties\": {\"items\": {\"value\": \"@createArray(1)\", "
                                        + "\"type\": \"Expression\"}, \"activities\": ["
                                        + activity("Transform", "ExecuteDataFlow", flow) + "]}")
                        + "," + activity("Future", "TeleportRows", "")
                        + "," + activity("Parked", "TeleportRows", ", \"state\": \"Inactive\"")
                        + ","
                        + activity(
                                "Ask",
                                "Script",
                                ", \"linkedServiceName\": {\"referenceName\": \"Store\", "
                                        + "\"type\": \"LinkedServiceReference\"}, \"typeProperties\": {\"scripts\": "
                                        + "[{\"type\": \"Query\", \"text\": \"select 1\"}]}")
                        + "]}");
        write("trigger/T.json", """
                {"name": "T", "properties": {"type": "ChainingTrigger", "typeProperties": {}}}""");
        assertThat(warnings())
                .contains(
                        "TypeNotSupportedHere Flow.json /properties/type",
                        "TypeNotSupportedHere Lake.json /properties/type",
                        "TypeNotSupportedHere Odd.json /properties/type",
                        "ServiceNeeded P.json /properties/activities/0/typeProperties/activities/0/type",
                        "TypeNotSupportedHere P.json /properties/activities/1/type",
                        "TriggerTypeNotSupported T.json /properties/type")
                .anyMatch(w -> w.endsWith("P.json /properties/activities/3/linkedServiceName"))
                .noneMatch(w -> w.contains("NotSupported") && w.contains("/activities/2"))
                .doesNotHaveDuplicates();
    }

    @Test
    void names_given_twice_and_documents_in_a_circle_are_found() throws IOException {
        pipeline("P", "{\"activities\": []}");
        write("pipeline/sub/Again.json", "{\"name\": \"p\", \"properties\": {\"activities\": []}}");
        expectOnly("pipeline/sub/Again.json:1:2: error: ", "pipeline/P.json", "[NameGivenTwice]");
        Files.delete(folder.resolve("pipeline/sub/Again.json"));
        String call = "{\"activities\": [" + activity("A", "ExecutePipeline", """
                , "typeProperties": {"pipeline": {"referenceName": "%s", "type": "PipelineReference"}}""") + "]}";
        pipeline("P", call.formatted("Q"));
        pipeline("Q", call.formatted("P"));
        assertThat(validate(folder.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("pipeline 'P' → pipeline 'Q' → pipeline 'P'")
                .contains("[ReferenceCycle]");
    }

    @Test
    void malformed_json_is_placed_and_secrets_are_not_shown() throws IOException {
        write("pipeline/P.json", "{\"name\": \"P\",\n  \"properties\": {,}}");
        assertThat(validate(folder.toString(), "-o", "json")).isEqualTo(1);
        JsonNode finding = JsonMapper.shared().readTree(out.toString()).path(0);
        assertThat(finding.path("code").asString()).isEqualTo("JsonMalformed");
        assertThat(finding.path("line").asInt()).isEqualTo(2);
        assertThat(finding.path("file").asString()).isEqualTo("pipeline/P.json");
        Files.delete(folder.resolve("pipeline/P.json"));
        write("linkedService/L.json", """
                {"name": "L", "properties": {"type": "SqlServer", "typeProperties": {
                "connectionString": "Server=@{nope()};Password=hunter2"}}}""");
        assertThat(validate(folder.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("ExpressionSyntaxError").doesNotContain("hunter2");
    }

    @Test
    void a_template_is_checked_with_places_in_it() throws IOException {
        write("ARMTemplateForFactory.json", """
                {"$schema": "http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
                 "contentVersion": "1.0.0.0",
                 "parameters": {"factoryName": {"type": "string"}, "host": {"type": "string", "defaultValue": "/x"}},
                 "variables": {"factoryId": "[concat('Microsoft.DataFactory/factories/', parameters('factoryName'))]"},
                 "resources": [
                 {"name": "[concat(parameters('factoryName'), '/Store')]",
                  "type": "Microsoft.DataFactory/factories/linkedServices",
                  "properties": {"type": "FileServer", "typeProperties": {"host": "[parameters('host')]"}}},
                 {"name": "[concat(parameters('factoryName'), '/Files')]",
                  "type": "Microsoft.DataFactory/factories/datasets",
                  "properties": {"type": "Binary",
                    "linkedServiceName": {"referenceName": "Store", "type": "LinkedServiceReference"}}},
                 {"name": "[concat(parameters('factoryName'), '/P')]",
                  "type": "Microsoft.DataFactory/factories/pipelines",
                  "properties": {"activities": [{"name": "A", "type": "Wait",
                    "typeProperties": {"waitTimeInSeconds": "@pipeline().parameters.seconds"}}]}}]}""");
        assertThat(validate(folder.resolve("ARMTemplateForFactory.json").toString()))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("ARMTemplateForFactory.json:16:24: error: The expression reads the parameter 'seconds'")
                .contains("at /resources/2/properties/activities/0/typeProperties/waitTimeInSeconds")
                .contains("3 documents checked: 1 error, 0 warnings");
        assertThat(validate(folder.toString())).isEqualTo(1);
    }

    @Test
    void pipelines_of_synapse_and_fabric_are_accepted() throws IOException {
        write("workspace/pipeline/S.json", """
                {"name": "S", "properties": {"activities": [{"name": "N", "type": "SynapseNotebook", "typeProperties":
                {"notebook": {"referenceName": "Book", "type": "NotebookReference"}, "snapshot": true}}]}}""");
        write("fabric/Load.DataPipeline/pipeline-content.json", """
                {"properties": {"activities": [{"name": "C", "type": "Copy", "typeProperties": {
                "source": {"type": "DelimitedTextSource", "datasetSettings": {"type": "DelimitedText"}},
                "sink": {"type": "LakehouseTableSink", "datasetSettings": {"type": "LakehouseTable"}}}}]}}""");
        assertThat(validate(folder.toString())).as("%s", out).isZero();
        assertThat(out.toString()).contains("2 factories, 2 documents checked: 0 errors");
    }

    @Test
    void nothing_to_check_is_wrong_usage() throws IOException {
        assertThat(validate(folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("NothingToCheck").contains("→ Give the folder");
        assertThat(validate(folder.resolve("none").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("there is no such file or folder");
        write("x.json", "{\"a\": 1}");
        assertThat(validate(folder.resolve("x.json").toString())).isEqualTo(2);
    }
}
