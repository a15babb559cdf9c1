package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.node.agent.web.AllowedHosts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CommandTest {
    private static final OwnersRules ALLOWED = new OwnersRules(AllowedHosts.ALL, true);

    @TempDir
    Path folder;

    private JobBench command(String command) {
        return JobBench.job(
                        folder,
                        "Custom",
                        "{\"command\":" + Json.write(Json.text(command)) + ",\"extendedProperties\":{\"k\":\"v\"}}")
                .under(ALLOWED);
    }

    @Test
    void without_the_owners_word_nothing_runs() {
        ActivityError error = command("touch ran").under(OwnersRules.DEFAULT).error();
        assertThat(error.details().getFirst().code()).isEqualTo("CommandsNotAllowed");
        assertThat(folder.resolve("command")).doesNotExist();
    }

    @Test
    void a_command_finds_its_activity_and_gives_its_output() {
        JsonNode output = command(
                        "grep -o '\"k\":\"v\"' activity.json; echo '{\"n\":7}' > outputs.json; echo problem >&2; env | grep -c SECRET || true")
                .output();
        assertThat(output.path("exitcode").intValue()).isZero();
        assertThat(output.path("stdout").stringValue()).startsWith("\"k\":\"v\"\n0");
        assertThat(output.path("stderr").stringValue()).isEqualTo("problem\n");
        assertThat(output.path("customOutput").path("n").intValue()).isEqualTo(7);
    }

    @Test
    void an_exit_code_fails_with_the_last_words() {
        ActivityError error = command("echo all is lost >&2; exit 3").error();
        assertThat(error.details().getFirst().code()).isEqualTo("CommandFailed");
        assertThat(error.message()).contains("exit code 3").contains("all is lost");
    }

    @Test
    void its_files_come_from_a_store() throws Exception {
        Files.createDirectories(folder.resolve("tools/sub"));
        Files.writeString(folder.resolve("tools/run.sh"), "cat sub/word.txt");
        Files.writeString(folder.resolve("tools/sub/word.txt"), "found");
        JsonNode output = JobBench.job(folder, "Custom", """
                        {"command":"sh run.sh","folderPath":"tools","resourceLinkedService":
                        {"referenceName":"Files","type":"LinkedServiceReference"}}""")
                .with("Files", "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\"}}".formatted(folder))
                .under(ALLOWED)
                .output();
        assertThat(output.path("stdout").stringValue()).isEqualTo("found");
    }

    @Test
    void cancelling_ends_it_with_its_children() throws Exception {
        JobBench job = command("sleep 1000 & echo $! > child; wait");
        CompletableFuture<JobOutcome> outcome = job.started();
        Path child = folder.resolve("command/child");
        while (!Files.exists(child) || Files.size(child) == 0) {
            assertThat(outcome).isNotDone();
            Thread.onSpinWait();
        }
        long pid = Long.parseLong(Files.readString(child).strip());
        job.cancel();
        assertThat(outcome.get()).isInstanceOf(JobOutcome.Cancelled.class);
        ProcessHandle.of(pid).ifPresent(p -> p.onExit().join());
    }
}
