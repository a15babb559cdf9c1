package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.Program.Ended;
import dev.sluice.acceptance.TestFactory.Copy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sluice runs` against a real service with a real node, as a person calls it.
@ExtendWith(Stage.class)
class RunsTest {
    private static final String WAIT = """
            {"name":"Long","type":"Wait","typeProperties":{"waitTimeInSeconds":3600}}""";

    private Installation installation;
    private TestFactory factory;
    private String name;
    private Path folder;

    @BeforeEach
    void fill(Installation shared, TestInfo test) {
        installation = shared;
        name = "runs-" + Integer.toHexString(test.getDisplayName().hashCode());
        folder = installation.files(name);
        StringBuilder csv = new StringBuilder("id,name\n");
        for (int i = 0; i < 50_000; i++) {
            csv.append(i).append(",name ").append(i).append('\n');
        }
        GitFolder.write(folder.resolve("in.csv"), csv.toString());
        factory = installation
                .factory(name)
                .folder("Store", folder)
                .csv("In", "Store", "in.csv", "")
                .csv("Late", "Store", "late.csv", "")
                .parquet("Out", "Store", "out.parquet")
                .pipeline("Copying", Copy.of("Pack", "In", TestFactory.FROM_CSV, "Out", TestFactory.TO_PARQUET))
                .pipeline(
                        "Failing",
                        Copy.of("First", "In", TestFactory.FROM_CSV, "Out", TestFactory.TO_PARQUET),
                        Copy.of("Second", "Late", TestFactory.FROM_CSV, "Out", TestFactory.TO_PARQUET)
                                .after("First", "Succeeded"))
                .pipeline("Waiting", List.of(), List.of(WAIT))
                .pipeline("Calling", List.of(), List.of("""
                        {"name":"Call","type":"ExecutePipeline","typeProperties":{"waitOnCompletion":true,
                         "pipeline":{"referenceName":"Waiting","type":"PipelineReference"}}}"""));
    }

    private Ended runs(String... arguments) {
        List<String> all = new ArrayList<>(List.of("runs"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("-f", name, "--data", installation.data().toString()));
        Ended ended = Program.run("runs", folder, all.toArray(String[]::new));
        assertThat(ended.messages()).doesNotContain("\tat ");
        return ended;
    }

    private static JsonNode json(Ended ended) {
        assertThat(ended.exit()).as(ended.messages()).isZero();
        return JsonMapper.shared().readTree(ended.text());
    }

    @Test
    void show_explains_a_copy_in_measured_parts_that_add_up() {
        String run = factory.start("Copying");
        assertThat(factory.finish(run).status()).isEqualTo("Succeeded");
        JsonNode activity =
                json(runs("show", run, "-o", "json")).path("activityRuns").path(0);
        JsonNode time = activity.path("time");
        assertThat(time.valueStream().mapToLong(JsonNode::asLong).sum())
                .as("%s", activity)
                .isEqualTo(activity.path("durationInMs").asLong());
        JsonNode timings = activity.path("output").path("timings");
        assertThat(timings.propertyNames())
                .containsExactly("leased", "admission", "start", "run", "prepare", "connect", "read", "write");
        // A copy of 50,000 rows works for more than no time, and not longer than its job ran.
        long copying = timings.path("prepare").asLong()
                + timings.path("connect").asLong()
                + timings.path("read").asLong()
                + timings.path("write").asLong();
        assertThat(copying).isPositive().isLessThanOrEqualTo(timings.path("run").asLong());
        assertThat(time.path("read").asLong() + time.path("write").asLong()).isPositive();
        Ended table = runs("show", run);
        assertThat(table.output().getFirst()).startsWith("Copying " + run + ": Succeeded, ");
        assertThat(table.text()).contains("Where it went").contains(" + report ");
    }

    @Test
    void show_explains_why_a_run_failed_and_where_that_took_its_time() {
        String run = factory.start("Failing");
        assertThat(factory.finish(run).status()).isEqualTo("Failed");
        Ended table = runs("show", run);
        assertThat(table.text()).contains("late.csv does not exist").contains("  → ");
        for (JsonNode activity : json(runs("show", run, "-o", "json")).path("activityRuns")) {
            assertThat(activity.path("time")
                            .valueStream()
                            .mapToLong(JsonNode::asLong)
                            .sum())
                    .isEqualTo(activity.path("durationInMs").asLong());
            assertThat(activity.path("output").path("timings").path("start").isNumber())
                    .as("%s", activity)
                    .isTrue();
        }
    }

    @Test
    void list_finds_runs_by_pipeline_and_status() {
        String failed = factory.start("Failing");
        String succeeded = factory.start("Copying");
        factory.finish(failed);
        factory.finish(succeeded);
        JsonNode found = json(runs("list", "--status", "Failed", "-o", "json"));
        assertThat(found).hasSize(1);
        assertThat(found.path(0).path("runId").asString()).isEqualTo(failed);
        assertThat(runs("list", "--pipeline", "Copying").output())
                .hasSize(3)
                .anyMatch(line -> line.startsWith(succeeded) && line.contains("Succeeded"));
    }

    @Test
    void cancel_ends_a_run_and_if_wanted_what_it_called() {
        String run = factory.start("Calling");
        Eventually.value(
                "the called run is there",
                () -> json(runs("list", "--pipeline", "Waiting", "--status", "InProgress", "-o", "json")),
                list -> list.size() == 1);
        assertThat(runs("cancel", run, "--recursive").exit()).isZero();
        assertThat(factory.finish(run).status()).isEqualTo("Cancelled");
        Eventually.value(
                "the called run is cancelled",
                () -> json(runs("list", "--pipeline", "Waiting", "--status", "Cancelled", "-o", "json")),
                list -> list.size() == 1);
        Ended twice = runs("cancel", "00000000-0000-0000-0000-000000000000");
        assertThat(twice.exit()).isEqualTo(1);
        assertThat(twice.messages()).startsWith("error: ");
    }

    @Test
    void rerun_goes_on_from_what_failed() throws java.io.IOException {
        String run = factory.start("Failing");
        assertThat(factory.finish(run).status()).isEqualTo("Failed");
        Files.copy(folder.resolve("in.csv"), folder.resolve("late.csv"));
        JsonNode again = json(runs("rerun", run, "-o", "json"));
        String second = again.path("runId").asString();
        assertThat(second).isNotEqualTo(run);
        assertThat(again.path("runGroupId").asString())
                .isEqualTo(factory.get(run).path("runGroupId").asString());
        TestFactory.Run end = factory.finish(second);
        assertThat(end.status()).as("%s", end).isEqualTo("Succeeded");
        assertThat(end.attempts("Second")).hasSize(1);
        assertThat(runs("rerun", second).messages()).contains("nothing of this run had failed", "--from-start");
        assertThat(runs("rerun", run, "--from", "First", "--from-start").exit()).isEqualTo(2);
    }

    @Test
    void watch_follows_a_run_and_ends_as_it_does() {
        String good = factory.start("Copying");
        Ended watched = runs("watch", good, "--plain");
        assertThat(watched.exit()).as(watched.messages()).isZero();
        assertThat(watched.output().getLast()).isEqualTo("Copying: Succeeded");
        assertThat(watched.text()).contains("Pack").contains("50,000 rows");
        Ended failed = runs("watch", factory.start("Failing"), "--plain");
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.output().getLast()).startsWith("Failing: Failed");
    }
}
