package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.Program.Ended;
import dev.sluice.acceptance.TestFactory.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `sluice run` and a service give the same for the same pipeline: status, every activity run with its status, input,
/// output and error. The pipelines come from a seed, which is printed; `-Dsluice.engines.seed=N` takes another one,
/// `-Dsluice.engines=200` more pipelines.
@ExtendWith(Stage.class)
class EnginesTest {
    private static final int PIPELINES = Integer.getInteger("sluice.engines", 8);
    private static final long SEED = Long.getLong("sluice.engines.seed", 20_261_127L);

    /// Errors name the runs that were called.
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    @Test
    void random_pipelines_end_the_same_in_one_process_and_in_a_service(Installation installation) {
        System.out.printf("%d pipelines with -Dsluice.engines.seed=%d%n", PIPELINES, SEED);
        Path folder = installation.files("engines");
        Path git = folder.resolve("factory");
        TestFactory factory = installation.factory("engines");
        SplittableRandom seeds = new SplittableRandom(SEED);
        for (int i = 0; i < PIPELINES; i++) {
            String document = new RandomPipelines(seeds.nextLong()).pipeline(i);
            GitFolder.write(git.resolve("pipeline").resolve(RandomPipelines.name(i) + ".json"), document);
            factory.client()
                    .put(
                            factory.paths().one("pipelines", RandomPipelines.name(i)),
                            JsonMapper.shared().readTree(document));
        }
        int failed = 0;
        int activities = 0;
        for (int i = 0; i < PIPELINES; i++) {
            String name = RandomPipelines.name(i);
            Run service = factory.run(name);
            Ended offline = Program.run("run", folder, "run", "factory", "--pipeline", name, "-o", "json");
            JsonNode run = JsonMapper.shared().readTree(offline.text());
            assertThat(run.path("status").asString()).as(name).isEqualTo(service.status());
            assertThat(runs(run.path("activityRuns").values()))
                    .as("activity runs of %s, %s", name, git.resolve("pipeline"))
                    .containsExactlyInAnyOrderElementsOf(runs(service.activities()));
            failed += service.status().equals("Failed") ? 1 : 0;
            activities += service.activities().size();
        }
        System.out.printf("%d of them failed as they should, %d activity runs%n", failed, activities);
        assertThat(failed).isBetween(1, PIPELINES - 1);
        assertThat(activities).isGreaterThan(3 * PIPELINES);
    }

    /// What must be equal of activity runs: not ids and times.
    private static List<String> runs(Iterable<JsonNode> activities) {
        List<String> runs = new ArrayList<>();
        for (JsonNode activity : activities) {
            Map<String, String> shown = new LinkedHashMap<>();
            for (String member : List.of("activityName", "activityType", "status", "input", "error")) {
                shown.put(member, activity.path(member).toString());
            }
            // Made from the run's id.
            shown.put(
                    "iteration",
                    String.valueOf(!activity.path("iterationHash").asString("").isEmpty()));
            JsonNode output = activity.path("output");
            if (output instanceof ObjectNode given) {
                given.remove("pipelineRunId");
            }
            shown.put("output", output.toString());
            runs.add(ID.matcher(shown.toString()).replaceAll("ID"));
        }
        return runs;
    }
}
