package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.job.JobOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ValidationTest {
    @TempDir
    Path folder;

    private JobBench validation(String properties, String path, String name) {
        return JobBench.job(folder, "Validation", properties)
                .reading(
                        """
                        {"type":"Binary","typeProperties":{"location":{"type":"FileServerLocation","folderPath":"%s",
                        "fileName":"%s"}}}""".formatted(path, name),
                        "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\"}}".formatted(folder));
    }

    @Test
    void it_waits_until_the_file_is_large_enough() throws Exception {
        CompletableFuture<JobOutcome> outcome =
                validation("{\"sleep\":0,\"minimumSize\":3}", "in", "a.txt").started();
        Files.createDirectories(folder.resolve("in"));
        Files.writeString(folder.resolve("in/a.txt"), "xx");
        assertThat(outcome).isNotDone();
        Files.writeString(folder.resolve("in/a.txt"), "xxx");
        JsonNode output = ((JobOutcome.Succeeded) outcome.get()).output();
        assertThat(output.path("exists").booleanValue()).isTrue();
        assertThat(output.path("itemName").stringValue()).isEqualTo("a.txt");
        assertThat(output.path("itemType").stringValue()).isEqualTo("File");
        assertThat(output.path("size").intValue()).isEqualTo(3);
    }

    @Test
    void a_folder_is_there_with_or_without_children_as_wanted() throws Exception {
        Files.createDirectories(folder.resolve("in"));
        assertThat(validation("{\"sleep\":0}", "in", "")
                        .output()
                        .path("itemType")
                        .stringValue())
                .isEqualTo("Folder");
        assertThat(validation("{\"sleep\":0,\"childItems\":false}", "in", "")
                        .output()
                        .path("exists")
                        .booleanValue())
                .isTrue();
        CompletableFuture<JobOutcome> outcome =
                validation("{\"sleep\":0,\"childItems\":true}", "in", "").started();
        Files.writeString(folder.resolve("in/a.txt"), "x");
        JobBench.same(
                ((JobOutcome.Succeeded) outcome.get()).output().path("childItems"),
                "[{\"name\":\"a.txt\",\"type\":\"File\"}]");
    }

    @Test
    void a_table_is_waited_for_and_the_wait_can_be_cancelled() throws Exception {
        JobBench job = JobBench.job(folder, "Validation", "{\"sleep\":3600}")
                .reading(
                        "{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"table\":\"never_made\"}}",
                        Postgres.service());
        CompletableFuture<JobOutcome> outcome = job.started();
        job.cancel();
        assertThat(outcome.get()).isInstanceOf(JobOutcome.Cancelled.class);
        Postgres.sql("CREATE TABLE validation_made (id int)");
        assertThat(JobBench.job(folder, "Validation", "{}")
                        .reading(
                                "{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"table\":\"validation_made\"}}",
                                Postgres.service())
                        .output()
                        .path("exists")
                        .booleanValue())
                .isTrue();
    }
}
