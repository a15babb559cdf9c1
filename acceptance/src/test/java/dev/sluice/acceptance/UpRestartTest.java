package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Stopping `sluice up` and starting it again on the same folder.
@ExtendWith(Stage.class)
class UpRestartTest {
    @Test
    void a_second_start_continues_where_sigterm_ended_the_first_and_ctrl_c_ends_everything() throws Exception {
        try (Installation installation = new Installation().up()) {
            Path files = installation.files("store");
            Files.writeString(files.resolve("in.csv"), "id,name\n1,one\n2,two\n");
            TestFactory factory = installation.factory("restarted").folder("Store", files);
            factory.csv("In", "Store", "in.csv", "")
                    .csv("First", "Store", "first.csv", "")
                    .csv("Last", "Store", "last.csv", "");
            String pause = "{\"name\":\"Pause\",\"type\":\"Wait\",\"dependsOn\":[{\"activity\":\"Before\","
                    + "\"dependencyConditions\":[\"Succeeded\"]}],\"typeProperties\":{\"waitTimeInSeconds\":6}}";
            factory.pipeline(
                    "Paused",
                    List.of(),
                    List.of(
                            copy("Before", "First").json(),
                            pause,
                            copy("Behind", "Last").after("Pause", "Succeeded").json()));
            factory.pipeline("Whole", copy("Only", "First"));
            String finished = factory.start("Whole");
            assertThat(factory.finish(finished).status()).isEqualTo("Succeeded");
            String open = factory.start("Paused");
            Eventually.holds(
                    "the run is in its pause",
                    () -> factory.activities(open).stream()
                            .anyMatch(a -> a.path("activityName").asString("").equals("Pause")));

            Program first = installation.program("up");
            first.terminate();
            assertThat(first.awaitExit()).isIn(0, 143);
            assertThat(first.group()).as("processes left").isEmpty();
            assertThat(files.resolve("last.csv")).doesNotExist();

            installation.up();
            TestFactory again = new TestFactory(installation.client(), "restarted");
            assertThat(again.client()
                            .get(again.paths().one("pipelines", "Paused"))
                            .path("name")
                            .asString())
                    .isEqualTo("Paused");
            TestFactory.Run before = again.finish(finished);
            assertThat(before.status()).isEqualTo("Succeeded");
            assertThat(before.output("Only").path("rowsCopied").asLong()).isEqualTo(2);
            TestFactory.Run continued = again.finish(open);
            assertThat(continued.status()).as(continued.toString()).isEqualTo("Succeeded");
            assertThat(continued.attempts("Before")).hasSize(1);
            assertThat(files.resolve("last.csv")).exists();

            Program second = installation.program("up");
            second.interruptGroup();
            assertThat(second.awaitExit()).isIn(0, 130);
            assertThat(second.group()).as("processes left").isEmpty();
            assertThat(second.messages()).doesNotContain("\tat ");
        }
    }

    private static TestFactory.Copy copy(String name, String output) {
        return TestFactory.Copy.of(name, "In", TestFactory.FROM_CSV, output, TestFactory.TO_CSV);
    }
}
