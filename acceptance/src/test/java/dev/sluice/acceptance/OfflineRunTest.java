package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.Program.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sluice run`: a pipeline of a Git folder in one process, without a service.
class OfflineRunTest {
    @TempDir
    Path folder;

    private Ended run(String git, String... more) {
        List<String> arguments = new ArrayList<>(List.of("run", git));
        arguments.addAll(List.of(more));
        Ended ended = Program.run("run", folder, arguments.toArray(String[]::new));
        assertThat(ended.messages()).doesNotContain("\tat ").doesNotContain(".java:");
        return ended;
    }

    @Test
    void csv_becomes_parquet_and_csv_again() {
        GitFolder git = new GitFolder(folder);
        Ended ended = run("factory", "--pipeline", "There", "--parameter", "day=2026-01-31");
        assertThat(ended.exit()).as(ended.messages()).isZero();
        assertThat(ended.text()).contains("Pack").contains("Unpack").endsWith("There: Succeeded");
        assertThat(git.store().resolve("2026-01-31.csv"))
                .content()
                .isEqualToNormalizingNewlines("id;name;price\n1;one;1.50\n2;two, quoted;2.25\n3;;3\n");
        assertThat(git.store().resolve("middle.parquet")).isNotEmptyFile();
    }

    @Test
    void the_result_as_json_is_data_factorys() {
        new GitFolder(folder);
        Ended ended = run("factory", "--pipeline", "there", "--parameter", "day=x", "-o", "json");
        assertThat(ended.exit()).as(ended.messages()).isZero();
        JsonNode run = JsonMapper.shared().readTree(ended.text());
        assertThat(run.path("status").asString()).isEqualTo("Succeeded");
        assertThat(run.path("parameters").path("day").asString()).isEqualTo("x");
        assertThat(run.path("activityRuns")
                        .path(0)
                        .path("output")
                        .path("rowsCopied")
                        .asLong())
                .isEqualTo(3);
    }

    @Test
    void a_run_that_fails_ends_with_1_and_says_why() {
        GitFolder git = new GitFolder(folder);
        assertThat(git.store().resolve("in.csv").toFile().delete()).isTrue();
        Ended ended = run("factory", "--pipeline", "There", "--parameter", "day=x");
        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.text()).endsWith("There: Failed");
        assertThat(ended.messages())
                .contains("FileNotFound")
                .contains("in.csv does not exist in folder " + git.store())
                .contains("→ Check folder and file name");
        assertThat(git.store()).isEmptyDirectory();
    }

    @Test
    void a_folder_that_is_not_there_ends_with_2() {
        Ended ended = run("nowhere", "--pipeline", "There");
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.messages()).contains("FolderFileUnreadable").contains("nowhere");
    }

    @Test
    void an_unknown_pipeline_ends_with_2() {
        new GitFolder(folder);
        Ended ended = run("factory", "--pipeline", "Their");
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.messages()).contains("ReferenceNotFound").contains("'Their'");
    }

    @Test
    void missing_and_unknown_parameters_end_with_2() {
        new GitFolder(folder);
        Ended missing = run("factory", "--pipeline", "There");
        assertThat(missing.exit()).isEqualTo(2);
        assertThat(missing.messages()).contains("ParameterRequired").contains("'day'");
        Ended unknown = run("factory", "--pipeline", "There", "--parameter", "day=x", "--parameter", "dya=y");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.messages()).contains("ParameterUnknown").contains("'dya'");
        Ended shapeless = run("factory", "--pipeline", "There", "--parameter", "day");
        assertThat(shapeless.exit()).isEqualTo(2);
    }

    @Test
    void wrong_documents_are_located_by_file_and_pointer() {
        GitFolder git = new GitFolder(folder);
        git.document("dataset", "Broken", "{\"name\":\"Broken\",\n \"properties\":{\"type\":}}");
        git.document(
                "pipeline",
                "Typed",
                "{\"name\":\"Typed\",\"properties\":{\"activities\":[{\"name\":7,\"type\":\"Copy\"}]}}");
        Ended ended = run("factory", "--pipeline", "There", "--parameter", "day=x");
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.messages())
                .contains("dataset/Broken.json line 2, column")
                .contains("JsonMalformed")
                .contains("pipeline/Typed.json /properties/activities/0/name");
        assertThat(git.store().resolve("middle.parquet")).doesNotExist();
    }
}
