package dev.sluice.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The log of real processes.
@Timeout(180)
class NodeLogTest {
    @TempDir
    Path temp;

    private Path data;
    private LeasingService service;

    @BeforeEach
    void setUp() throws Exception {
        data = temp.resolve("node");
        service = new LeasingService(temp.resolve("ca"));
        Files.createDirectories(temp.resolve("store"));
        Files.writeString(temp.resolve("store/in.csv"), "id,name\n1,one\n2,two\n");
    }

    @AfterEach
    void tearDown() {
        service.close();
    }

    private NodeProcess start(String... more) throws Exception {
        Path key = Files.writeString(temp.resolve("key.txt"), service.key());
        List<String> line = new java.util.ArrayList<>(
                List.of("start", "--data", data.toString(), "--key-file", key.toString(), "--name", "loader-1"));
        line.addAll(List.of(more));
        return new NodeProcess(temp, Map.of(), line.toArray(String[]::new));
    }

    private String run(String... arguments) throws Exception {
        List<String> line = new java.util.ArrayList<>(List.of(arguments));
        line.addAll(List.of("--data", data.toString()));
        try (NodeProcess command = new NodeProcess(temp, Map.of(), line.toArray(String[]::new))) {
            assertThat(command.await()).as(command.err()).isZero();
            return command.out();
        }
    }

    private void copy(String id) throws Exception {
        ObjectNode folder = Json.parseObject("{\"type\":\"FileServer\",\"typeProperties\":{}}");
        ((ObjectNode) folder.path("typeProperties"))
                .put("host", temp.resolve("store").toString());
        JobSpec spec = new JobSpec(
                "Copy",
                "f",
                "p",
                "r",
                "run-of-" + id,
                "copy " + id,
                Json.parseObject(
                        "{\"name\":\"copy\",\"type\":\"Copy\",\"typeProperties\":{\"source\":{\"type\":\"DelimitedTextSource\"},"
                                + "\"sink\":{\"type\":\"DelimitedTextSink\"}}}"),
                List.of(new JobSpec.Endpoint(
                        new JobSpec.Resource("In", file("in.csv")), new JobSpec.Resource("Store", folder))),
                List.of(new JobSpec.Endpoint(
                        new JobSpec.Resource("Out", file(id + ".csv")), new JobSpec.Resource("Store", folder))),
                Map.of());
        service.offer(new JobOffer(new JobRef(id, 1), "Copy", spec.toJson(), 600_000));
        assertThat(service.awaitReport(new JobRef(id, 1))
                        .outcome()
                        .path("status")
                        .asString(""))
                .isEqualTo("Succeeded");
    }

    private static ObjectNode file(String name) {
        return Json.parseObject(
                "{\"type\":\"DelimitedText\",\"typeProperties\":{\"columnDelimiter\":\",\",\"firstRowAsHeader\":true,"
                        + "\"location\":{\"type\":\"FileServerLocation\",\"fileName\":\"" + name + "\"}}}");
    }

    private String log() throws Exception {
        return Files.readString(data.resolve("logs/node.log"));
    }

    @Test
    void G14_the_log_is_an_object_a_line_and_details_come_and_go_without_a_restart() throws Exception {
        try (NodeProcess node = start()) {
            node.awaitOut("online");
            copy("before");
            assertThat(run("verbose")).contains("off");
            assertThat(run("verbose", "on")).contains("verbose log: on");
            copy("during");
            assertThat(run("verbose", "off")).contains("off");
            copy("after");
            node.stop();
        }
        List<JsonNode> lines = log().lines().map(Json::parse).toList();
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.path("time").asString("")).endsWith("Z"));
        assertThat(lines).noneMatch(line -> detail(line, "before") || detail(line, "after"));
        // The worker's own words, by the host, with the job that they are about.
        assertThat(lines)
                .anyMatch(line -> detail(line, "during")
                        && line.path("message").asString("").contains("In in Store")
                        && line.path("logger").asString("").equals("worker"));
        assertThat(log()).contains("POST /node/v1/heartbeat");

        String ofOne = run("logs", "--activity-run", "run-of-during", "-o", "json");
        assertThat(ofOne.lines().map(Json::parse))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.toString()).contains("during-1"));
        assertThat(run("logs", "--level", "info", "--since", "1h"))
                .contains("Stopped")
                .doesNotContain("POST /node");
    }

    private static boolean detail(JsonNode line, String job) {
        return line.path("level").asString("").equals("DEBUG")
                && line.path("job").asString("").equals(job + "-1");
    }

    @Test
    void G14_a_verbose_log_stays_so_over_a_restart_and_its_files_have_limits() throws Exception {
        try (NodeProcess node = start()) {
            node.awaitOut("online");
            node.stop();
        }
        assertThat(run("verbose", "on")).contains("on");
        Files.delete(data.resolve("logs/node.log"));
        Files.writeString(data.resolve("logs/node.log"), ("x".repeat(999) + "\n").repeat(1_100));
        try (NodeProcess node = start("--log-format", "text", "--log-files", "2", "--log-file-mb", "1")) {
            node.awaitOut("online");
            // Heartbeats are details: they make lines, at which the logging library looks at the size.
            long end = System.nanoTime() + 60_000_000_000L;
            while (!Files.exists(data.resolve("logs/node.1.log")) && System.nanoTime() < end) {
                Thread.sleep(200);
            }
            node.stop();
        }
        assertThat(data.resolve("logs/node.1.log")).exists();
        assertThat(data.resolve("logs/node.2.log")).doesNotExist();
        assertThat(log()).contains(" [").contains("DEBUG").doesNotContain("{\"time\"");
    }

    @Test
    void wrong_limits_of_the_log_are_refused_with_the_right_ones() throws Exception {
        try (NodeProcess node = start("--log-files", "1")) {
            assertThat(node.await()).isEqualTo(2);
            assertThat(node.err()).contains("--log-files 1: 2 to 20");
        }
    }
}
