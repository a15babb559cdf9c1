package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The commands against a real HTTP server that answers what a test told it to.
class RunsCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> answers = new LinkedHashMap<>();
    private final List<String> requests = java.util.Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            requests.add(request + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String answer = answers.entrySet().stream()
                    .filter(e -> request.contains(e.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse("{}");
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        Files.writeString(folder.resolve("token"), "t0ken\n");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int runs(String... args) {
        List<String> all = new ArrayList<>(List.of("runs"));
        all.addAll(List.of(args));
        all.addAll(List.of(
                "-f",
                "fac",
                "--service",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "--token-file",
                folder.resolve("token").toString()));
        String[] line = all.toArray(String[]::new);
        return SluiceMain.commandLine(line)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line);
    }

    private static final String COPY = """
        {"activityName":"Copy","activityType":"Copy","status":"Succeeded","durationInMs":20000,"output":{
        "durationInQueue":{"integrationRuntimeQueue":4},"executionDetails":[{"detailedDurations":
        {"queuingDuration":4,"timeToFirstByte":2,"transferDuration":12},"profile":{"transfer":{"details":
        {"readingFromSource":{"workingDuration":3},"writingToSink":{"workingDuration":9}}}}}]}}\
        """;

    @Test
    void a_list_is_filtered_by_the_service_and_follows_its_pages() {
        answers.put(
                "/queryPipelineRuns", "{\"value\":[{\"runId\":\"r1\",\"pipelineName\":\"P\",\"status\":\"Failed\"}]}");
        assertThat(runs("list", "--status", "Failed", "--pipeline", "P"))
                .as("%s", err)
                .isZero();
        assertThat(out.toString()).contains("r1").contains("Failed");
        assertThat(requests.getFirst())
                .contains("\"operand\":\"Status\",\"operator\":\"Equals\",\"values\":[\"Failed\"]")
                .contains("\"operand\":\"PipelineName\"");
    }

    @Test
    void R12_the_walk_that_a_failed_activity_brought_along_is_shown() {
        answers.put(
                "/queryActivityruns",
                "{\"value\":[{\"activityName\":\"Copy\",\"activityType\":\"Copy\",\"status\":\"Failed\","
                        + "\"durationInMs\":1500,\"error\":{\"message\":\"refused\",\"details\":[{\"evidence\":"
                        + "{\"networkWalk\":\"db:1433: the way ends at hop tcp. resolver ok\"},"
                        + "\"resolution\":[\"Start it.\"]}]}}]}");
        answers.put(
                "/pipelineruns/r1",
                "{\"runId\":\"r1\",\"pipelineName\":\"P\",\"status\":\"Failed\",\"durationInMs\":22000}");
        assertThat(runs("show", "r1")).as("%s", err).isZero();
        assertThat(out.toString())
                .contains("  → Start it.")
                .contains("  network: db:1433: the way ends at hop tcp. resolver ok");
    }

    @Test
    void the_parts_of_an_activity_add_up_to_its_duration() {
        answers.put(
                "/queryActivityruns",
                "{\"value\":[" + COPY + ",{\"activityName\":\"Wait\",\"activityType\":\"Wait\","
                        + "\"status\":\"Failed\",\"durationInMs\":1500,\"error\":{\"message\":\"too slow\"}}]}");
        answers.put(
                "/pipelineruns/r1",
                "{\"runId\":\"r1\",\"pipelineName\":\"P\",\"status\":\"Failed\",\"durationInMs\":22000}");
        assertThat(runs("show", "r1")).as("%s", err).isZero();
        assertThat(out.toString())
                .contains("P r1: Failed, 22.0 s")
                .contains("= queue 4.0 s + connect 2.0 s + read 3.0 s + write 9.0 s" + " + start and report 2.0 s")
                .contains("= run 1.5 s")
                .contains("Wait: too slow");
        out.getBuffer().setLength(0);
        assertThat(runs("show", "r1", "-o", "json")).isZero();
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        for (JsonNode activity : json.path("activityRuns")) {
            long sum = activity.path("time")
                    .valueStream()
                    .mapToLong(JsonNode::asLong)
                    .sum();
            assertThat(sum).isEqualTo(activity.path("durationInMs").asLong());
        }
    }

    @Test
    void R04_a_run_that_waits_is_shown_with_its_place_in_the_queue_and_how_long_it_will_take() {
        answers.put("/progress", """
            {"activities":[{"activityName":"Copy","status":"Queued","queue":{"position":3,"waiting":12,"lane":"bulk",
            "expectedWaitInSeconds":75}},{"activityName":"Next","status":"Waiting"}]}\
            """);
        answers.put("/queryActivityruns", "{\"value\":[]}");
        answers.put("/pipelineruns/r1", "{\"runId\":\"r1\",\"pipelineName\":\"P\",\"status\":\"InProgress\"}");
        assertThat(runs("show", "r1")).as("%s", err).isZero();
        assertThat(out.toString()).contains("Copy: place 3 of 12 in the queue, about 1 min 15 s");
        assertThat(out.toString()).doesNotContain("Next:");
    }

    @Test
    void rounded_figures_never_exceed_the_duration() {
        RunTime time = RunTime.of(JsonMapper.shared().readTree(COPY.replace("20000", "5400")));
        assertThat(time.parts().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(5_400);
        assertThat(time.parts()).containsEntry("queue", 4_000L).containsEntry("connect", 1_400L);
    }

    @Test
    void what_the_node_measured_is_shown_to_the_millisecond() {
        String activity = """
            {"activityRunStart":"2026-01-31T00:00:00Z","durationInMs":1000,
            "output":{"timings":{"leased":"2026-01-31T00:00:00.100Z","admission":50,"start":40,"run":700,"prepare":0,
            "connect":200,"read":150,"write":300}}}\
            """;
        RunTime copy = RunTime.of(JsonMapper.shared().readTree(activity));
        assertThat(copy.toJson().toString())
                .isEqualTo(
                        "{\"queue\":100,\"admission\":50,\"start\":40,\"connect\":200,\"read\":150,\"write\":300,\"run\":50,"
                                + "\"report\":110}");
        // Two clocks: what the node says cannot be more than the whole.
        RunTime shorter = RunTime.of(JsonMapper.shared().readTree(activity.replace("1000", "500")));
        assertThat(shorter.parts().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(500);
    }

    @Test
    void a_rerun_names_where_to_begin_and_is_recognised_by_its_group() {
        answers.put("/createRun", "{\"runId\":\"r2\"}");
        answers.put("/pipelineruns/", "{\"runId\":\"r2\",\"runGroupId\":\"g\",\"pipelineName\":\"P\"}");
        assertThat(runs("rerun", "r1")).as("%s", err).isZero();
        assertThat(requests)
                .anyMatch(r -> r.contains(
                        "/pipelines/P/createRun?referencePipelineRunId=r1&isRecovery=true&startFromFailure=true"));
        assertThat(runs("rerun", "r1", "--from", "Copy it")).isZero();
        assertThat(requests).anyMatch(r -> r.contains("&startActivityName=Copy%20it"));
        assertThat(runs("rerun", "r1", "--from", "Copy", "--from-start")).isEqualTo(2);
    }

    @Test
    void a_service_that_starts_another_run_instead_of_a_rerun_is_found_out() {
        answers.put("/createRun", "{\"runId\":\"r2\"}");
        answers.put("/pipelineruns/r2", "{\"runId\":\"r2\",\"runGroupId\":\"r2\",\"pipelineName\":\"P\"}");
        answers.put("/pipelineruns/r1", "{\"runId\":\"r1\",\"runGroupId\":\"r1\",\"pipelineName\":\"P\"}");
        assertThat(runs("rerun", "r1")).isEqualTo(1);
        assertThat(err.toString()).contains("r2 was cancelled");
        assertThat(requests).anyMatch(r -> r.contains("POST") && r.contains("/pipelineruns/r2/cancel"));
    }

    @Test
    void watch_prints_a_line_for_every_change_where_there_is_no_terminal() {
        answers.put("/progress", "{\"activities\":[{\"activityName\":\"Each[1]/Copy\",\"status\":\"Failed\"}]}");
        answers.put(
                "/pipelineruns/r1",
                "{\"runId\":\"r1\",\"pipelineName\":\"P\",\"status\":\"Failed\",\"message\":\"no\"}");
        assertThat(runs("watch", "r1")).isEqualTo(1);
        assertThat(out.toString()).contains("Each[1]/Copy").contains("P: Failed: no");
    }

    @Test
    void cancel_says_whether_the_runs_it_called_are_meant() {
        assertThat(runs("cancel", "r1", "--recursive")).isZero();
        assertThat(requests.getFirst()).contains("/pipelineruns/r1/cancel?isRecursive=true&api-version=");
    }
}
