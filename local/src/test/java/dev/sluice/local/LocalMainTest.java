package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The command on a real folder with real files.
class LocalMainTest {
    @TempDir
    Path work;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path factory;
    private Path store;

    @BeforeEach
    void writeFactory() throws IOException {
        factory = work.resolve("my-factory");
        store = Files.createDirectories(work.resolve("store"));
        Files.writeString(store.resolve("in.csv"), "id,name\n1,one\n2,\"t,wo\"\n3,\n");
        write("linkedService", "Folder", """
                {"name":"Folder","properties":{"type":"FileServer","typeProperties":{"host":"/nowhere"}}}""");
        write("dataset", "In", dataset("In", "\"in.csv\""));
        write("dataset", "Out", dataset("Out", "{\"value\":\"@{dataset().file}.csv\",\"type\":\"Expression\"}"));
        write("pipeline", "Copy", """
                {"name":"Copy","properties":{"parameters":{"to":{"type":"string"}},"activities":[
                {"name":"First","type":"Copy","inputs":[{"referenceName":"In","type":"DatasetReference",
                "parameters":{"file":"x"}}],"outputs":[{"referenceName":"Out","type":"DatasetReference",
                "parameters":{"file":{"value":"@pipeline().parameters.to","type":"Expression"}}}],
                "typeProperties":{"source":{"type":"DelimitedTextSource"},"sink":{"type":"DelimitedTextSink",
                "formatSettings":{"type":"DelimitedTextWriteSettings","quoteAllText":false}}}}]}}""");
        Files.writeString(work.resolve("local.json"), "{\"folder\":{\"host\":\"" + store + "\"}}");
    }

    private static String dataset(String name, String file) {
        return """
                {"name":"%s","properties":{"type":"DelimitedText","linkedServiceName":{"referenceName":"Folder",
                "type":"LinkedServiceReference"},"parameters":{"file":{"type":"string"}},"typeProperties":{
                "columnDelimiter":",","quoteChar":"\\"","escapeChar":"\\"","firstRowAsHeader":true,
                "location":{"type":"FileServerLocation","fileName":%s}}}}""".formatted(name, file);
    }

    private void write(String kind, String name, String json) throws IOException {
        Files.writeString(Files.createDirectories(factory.resolve(kind)).resolve(name + ".json"), json);
    }

    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of(factory.toString()));
        all.addAll(List.of(args));
        return LocalMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private String overrides() {
        return work.resolve("local.json").toString();
    }

    @Test
    void what_is_looked_up_decides_what_is_copied_and_deleted() throws IOException {
        write("pipeline", "Decide", """
                {"name":"Decide","properties":{"activities":[
                {"name":"Look","type":"Lookup","typeProperties":{"source":{"type":"DelimitedTextSource"},
                "dataset":{"referenceName":"In","type":"DatasetReference","parameters":{"file":"x"}}}},
                {"name":"Meta","type":"GetMetadata","dependsOn":[{"activity":"Look","dependencyConditions":["Succeeded"]}],
                "typeProperties":{"fieldList":["size","columnCount"],
                "dataset":{"referenceName":"In","type":"DatasetReference","parameters":{"file":"x"}}}},
                {"name":"Copy","type":"Copy","dependsOn":[{"activity":"Meta","dependencyConditions":["Succeeded"]}],
                "inputs":[{"referenceName":"In","type":"DatasetReference","parameters":{"file":"x"}}],
                "outputs":[{"referenceName":"Out","type":"DatasetReference","parameters":{"file":{"type":"Expression",
                "value":"@{activity('Look').output.firstRow.name}-@{activity('Meta').output.columnCount}"}}}],
                "typeProperties":{"source":{"type":"DelimitedTextSource"},"sink":{"type":"DelimitedTextSink"}}},
                {"name":"Gone","type":"Delete","dependsOn":[{"activity":"Copy","dependencyConditions":["Succeeded"]}],
                "typeProperties":{"dataset":{"referenceName":"In","type":"DatasetReference","parameters":{"file":"x"}},
                "storeSettings":{"type":"FileServerReadSettings"}}}]}}""");
        assertThat(run("--pipeline", "Decide", "--override", overrides()))
                .as("%s", err)
                .isZero();
        assertThat(store.resolve("one-2.csv")).exists();
        assertThat(store.resolve("in.csv")).doesNotExist();
    }

    @Test
    void a_service_on_this_machine_is_asked_and_calls_back() throws Exception {
        BlockingQueue<String> replies = new LinkedBlockingQueue<>();
        HttpServer called = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        called.createContext("/", exchange -> {
            try (exchange) {
                String address = JsonMapper.shared()
                        .readTree(exchange.getRequestBody().readAllBytes())
                        .path("callBackUri")
                        .asString();
                exchange.sendResponseHeaders(202, -1);
                replies.add(callBack(address + "x") + " " + callBack(address) + " " + callBack(address));
            }
        });
        // The server answers one after the other: the run cannot end before both calls back were answered.
        called.createContext("/after", exchange -> {
            try (exchange) {
                byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        called.start();
        int port = called.getAddress().getPort();
        try {
            write("pipeline", "Ask", """
                    {"name":"Ask","properties":{"activities":[
                    {"name":"Hook","type":"WebHook","typeProperties":{"url":"http://127.0.0.1:%d/","method":"POST"}},
                    {"name":"Hold","type":"WebActivity","dependsOn":[{"activity":"Hook","dependencyConditions":["Succeeded"]}],
                    "typeProperties":{"url":"http://127.0.0.1:%d/after","method":"GET"}},
                    {"name":"Use","type":"Fail","dependsOn":[{"activity":"Hold","dependencyConditions":["Succeeded"]}],
                    "typeProperties":{"message":{"type":"Expression","value":"@activity('Hook').output.word"},
                    "errorCode":"1"}}]}}""".formatted(port, port));
            assertThat(run("--pipeline", "Ask")).isEqualTo(1);
            assertThat(out.toString() + err).contains("called back");
            assertThat(replies.poll(60, TimeUnit.SECONDS)).matches("400 200 (200|409)");
        } finally {
            called.stop(0);
        }
    }

    private static int callBack(String address) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .POST(HttpRequest.BodyPublishers.ofString("{\"word\":\"called back\"}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException | InterruptedException e) {
            return -1;
        }
    }

    @Test
    void a_pipeline_of_the_folder_runs_with_parameters_and_overrides() throws IOException {
        assertThat(run("--pipeline", "copy", "--parameter", "to=out", "--override", overrides()))
                .as("%s", err)
                .isZero();
        assertThat(Files.readAllLines(store.resolve("out.csv")))
                .containsExactly("id,name", "1,one", "2,\"t,wo\"", "3,");
        assertThat(out.toString()).contains("First").contains("Succeeded").contains("Copy: Succeeded");
    }

    @Test
    void json_output_holds_the_run_and_its_activity_runs() {
        assertThat(run("--pipeline", "Copy", "--parameter", "to=out", "--override", overrides(), "-o", "json"))
                .isZero();
        JsonNode run = JsonMapper.shared().readTree(out.toString());
        assertThat(run.path("status").asString()).isEqualTo("Succeeded");
        JsonNode output = run.path("activityRuns").path(0).path("output");
        assertThat(output.path("rowsRead").asLong()).isEqualTo(3);
        assertThat(output.path("rowsCopied").asLong()).isEqualTo(3);
        assertThat(output.path("executionDetails").path(0).path("status").asString())
                .isEqualTo("Succeeded");
    }

    private static String call(String name, String pipeline, String more) {
        return "{\"name\":\"" + name
                + "\",\"type\":\"ExecutePipeline\",\"typeProperties\":{\"pipeline\":{\"referenceName\":\"" + pipeline
                + "\",\"type\":\"PipelineReference\"}" + more + "}}";
    }

    @Test
    void a_pipeline_calls_others_and_waits_for_those_it_wants_to() throws IOException {
        write(
                "pipeline",
                "Outer",
                "{\"name\":\"Outer\",\"properties\":{\"activities\":["
                        + call("Copied", "Copy", ",\"waitOnCompletion\":true,\"parameters\":{\"to\":\"called\"}") + ","
                        + call("Thrown", "Slow", "") + "]}}");
        write("pipeline", "Slow", """
                {"name":"Slow","properties":{"activities":[{"name":"W","type":"Wait","typeProperties":{"waitTimeInSeconds":1}}]}}""");
        assertThat(run("--pipeline", "Outer", "--override", overrides(), "-o", "json"))
                .as("%s", err)
                .isZero();
        assertThat(store.resolve("called.csv")).exists();
        JsonNode run = JsonMapper.shared().readTree(out.toString());
        assertThat(run.path("calledRuns")
                        .valueStream()
                        .map(r -> r.path("pipelineName").asString() + " "
                                + r.path("status").asString()))
                .containsExactly("Copy Succeeded", "Slow Succeeded");
        assertThat(run.at("/activityRuns/0/output/pipelineRunId")).isEqualTo(run.at("/calledRuns/0/runId"));
    }

    @Test
    void called_runs_wait_for_the_concurrency_of_their_pipeline() throws IOException {
        write(
                "pipeline",
                "Outer",
                "{\"name\":\"Outer\",\"properties\":{\"activities\":[{\"name\":\"Each\",\"type\":\"ForEach\","
                        + "\"typeProperties\":{\"items\":\"@range(0,3)\",\"activities\":["
                        + call("C", "One", ",\"waitOnCompletion\":true") + "]}}]}}");
        write("pipeline", "One", """
                {"name":"One","properties":{"concurrency":1,"activities":[{"name":"W","type":"Wait","typeProperties":{"waitTimeInSeconds":1}}]}}""");
        assertThat(run("--pipeline", "Outer", "-o", "json")).as("%s", err).isZero();
        List<JsonNode> called = JsonMapper.shared()
                .readTree(out.toString())
                .path("calledRuns")
                .valueStream()
                .toList();
        assertThat(called).hasSize(3);
        for (int i = 1; i < called.size(); i++) {
            assertThat(called.get(i).path("runStart").asString())
                    .isGreaterThanOrEqualTo(called.get(i - 1).path("runEnd").asString());
        }
    }

    @Test
    void a_run_that_fails_says_why_and_leaves_no_file() throws IOException {
        Files.delete(store.resolve("in.csv"));
        assertThat(run("--pipeline", "Copy", "--parameter", "to=out", "--override", overrides()))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("First")
                .contains("FileNotFound")
                .contains("in.csv")
                .contains("→");
        assertThat(store).isEmptyDirectory();
    }

    @Test
    void every_broken_file_is_named_with_its_place_before_anything_runs() throws IOException {
        write("dataset", "Broken", "{\"name\": }");
        write(
                "pipeline",
                "Typo",
                "{\"name\":\"Typo\",\"properties\":{\"activities\":[{\"name\":\"W\",\"type\":\"Wait\","
                        + "\"typeProperties\":{\"waitTimeInSeconds\":\"@add(1,\"}}]}}");
        write("pipeline", "Bad", "{\"name\":\"Bad\",\"properties\":{\"activities\":[{\"type\":\"Wait\"}]}}");
        assertThat(run("--pipeline", "Copy")).isEqualTo(2);
        assertThat(err.toString())
                .contains("dataset/Broken.json")
                .contains("JsonMalformed")
                .contains("pipeline/Bad.json /properties/activities/0")
                .contains("'name' is required")
                .contains("pipeline/Typo.json /properties/activities/0/typeProperties/waitTimeInSeconds")
                .contains("ExpressionSyntaxError");
        assertThat(store.resolve("out.csv")).doesNotExist();
    }

    @Test
    void a_pipeline_a_parameter_and_an_override_that_are_unknown_are_named() throws IOException {
        assertThat(run("--pipeline", "Nope")).isEqualTo(2);
        assertThat(err.toString()).contains("pipeline 'Nope'");

        assertThat(run("--pipeline", "Copy")).isEqualTo(2);
        assertThat(err.toString()).contains("parameter 'to'");

        assertThat(run("--pipeline", "Copy", "--parameter", "to=x", "--parameter", "other=1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no parameter 'other'");

        Files.writeString(work.resolve("local.json"), "{\"Foldr\":{}}");
        assertThat(run("--pipeline", "Copy", "--parameter", "to=x", "--override", overrides()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("linked service 'Foldr'");
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        factory = work.resolve("missing");
        assertThat(run("--pipeline", "Copy")).isEqualTo(2);
        assertThat(err.toString()).contains("FolderFileUnreadable").contains("missing");
    }

    private void triggers() throws IOException {
        write("pipeline", "Echo", """
                {"name":"Echo","properties":{"parameters":{"from":{"type":"string"},"to":{"type":"string","defaultValue":"none"}},
                "activities":[{"name":"Set","type":"SetVariable","typeProperties":{"setSystemVariable":true,
                "variableName":"pipelineReturnValue","value":[{"key":"said","value":{"type":"Expression",
                "content":"@concat(pipeline().parameters.from,'|',pipeline().parameters.to,'|',pipeline().TriggerName)"}}]}}]}}""");
        write("trigger", "Hourly", """
                {"name":"Hourly","properties":{"type":"TumblingWindowTrigger","pipeline":{"pipelineReference":{"referenceName":"Echo",
                "type":"PipelineReference"},"parameters":{"from":"@trigger().outputs.windowStartTime","to":"@trigger().outputs.windowEndTime"}},
                "typeProperties":{"frequency":"Hour","interval":1,"startTime":"2026-01-01T00:00:00Z","maxConcurrency":1}}}""");
        write("trigger", "Daily", """
                {"name":"Daily","properties":{"type":"ScheduleTrigger","pipelines":[{"pipelineReference":{"referenceName":"Echo",
                "type":"PipelineReference"},"parameters":{"from":"@trigger().scheduledTime"}}],"typeProperties":{"recurrence":{
                "frequency":"Day","interval":1,"startTime":"2026-01-01T06:00:00Z"}}}}""");
        write("trigger", "Files", """
                {"name":"Files","properties":{"type":"BlobEventsTrigger","pipelines":[{"pipelineReference":{"referenceName":"Echo",
                "type":"PipelineReference"},"parameters":{"from":"@triggerBody().folderPath","to":"@triggerBody().fileName"}}],
                "typeProperties":{"blobPathBeginsWith":"/raw/blobs/in/","events":["Microsoft.Storage.BlobCreated"],"scope":"x"}}}""");
        write("trigger", "Orders", """
                {"name":"Orders","properties":{"type":"CustomEventsTrigger","pipelines":[{"pipelineReference":{"referenceName":"Echo",
                "type":"PipelineReference"},"parameters":{"from":"@triggerBody().event.data.order"}}],
                "typeProperties":{"events":["made"],"scope":"x"}}}""");
    }

    private String said() {
        JsonNode runs = JsonMapper.shared().readTree(out.toString());
        return runs.toString();
    }

    @Test
    void a_pipeline_runs_as_its_trigger_would_start_it() throws IOException {
        triggers();
        assertThat(run("--trigger", "Hourly", "--at", "2026-03-05T10:20:00Z", "-o", "json"))
                .as(err.toString())
                .isZero();
        assertThat(said())
                .contains("2026-03-05T10:00:00")
                .contains("2026-03-05T11:00:00")
                .contains("|Hourly");
    }

    @Test
    void without_a_time_it_is_the_latest_occurrence_and_a_parameter_given_by_hand_wins() throws IOException {
        triggers();
        assertThat(run("--trigger", "daily", "--parameter", "TO=hand", "-o", "json"))
                .as(err.toString())
                .isZero();
        assertThat(said()).contains("T06:00:00").contains("|hand|Daily");
    }

    @Test
    void files_and_events_are_given_by_hand_and_must_be_such_as_the_trigger_means() throws IOException {
        triggers();
        assertThat(run("--trigger", "Files", "--file", "raw/in/a.csv", "-o", "json"))
                .as(err.toString())
                .isZero();
        assertThat(said()).contains("raw/in|a.csv|Files");
        Files.writeString(
                work.resolve("event.json"), "{\"id\":\"1\",\"eventType\":\"made\",\"data\":{\"order\":\"o7\"}}");
        out.getBuffer().setLength(0);
        assertThat(run(
                        "--trigger",
                        "Orders",
                        "--event",
                        work.resolve("event.json").toString(),
                        "-o",
                        "json"))
                .as(err.toString())
                .isZero();
        assertThat(said()).contains("o7|none|Orders");
        assertThat(run("--trigger", "Files")).isEqualTo(2);
        assertThat(err.toString()).contains("TriggerEventNeeded").contains("--file");
        assertThat(run("--trigger", "Nothing")).isEqualTo(2);
        assertThat(err.toString()).contains("The trigger 'Nothing'");
        assertThat(run("--trigger", "Hourly", "--at", "2025-01-01T00:00:00Z")).isEqualTo(2);
        assertThat(err.toString()).contains("TriggerWindowMissing");
        assertThat(run("--pipeline", "Echo", "--at", "2025-01-01T00:00:00Z")).isEqualTo(2);
        assertThat(err.toString()).contains("belong to --trigger");
    }
}
