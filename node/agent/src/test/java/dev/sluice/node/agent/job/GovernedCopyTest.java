package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Copies whose linked services say how hard their stores may be worked.
class GovernedCopyTest {
    @TempDir
    Path folder;

    @TempDir
    Path shared;

    @BeforeEach
    void share() throws Exception {
        System.setProperty("sluice.limits", shared.toString());
        for (int i = 0; i < 4; i++) {
            Files.createDirectories(folder.resolve("in"));
            Files.writeString(folder.resolve("in/" + i + ".csv"), "id,name\n" + i + ",x\n");
        }
    }

    @AfterEach
    void shareNoMore() {
        System.clearProperty("sluice.limits");
    }

    private JobBench copy(String annotations) {
        String dataset = """
                {"type":"DelimitedText","typeProperties":{"firstRowAsHeader":true,
                "location":{"type":"FileServerLocation","folderPath":"%s"}}}""";
        return JobBench.job(folder, "Copy", """
                        {"parallelCopies":4,
                         "source":{"type":"DelimitedTextSource","storeSettings":{"type":"FileServerReadSettings"}},
                         "sink":{"type":"DelimitedTextSink","storeSettings":{"type":"FileServerWriteSettings"},
                           "formatSettings":{"fileExtension":".csv"}}}""")
                .reading(dataset.formatted("in"), """
                        {"type":"FileServer","annotations":%s,"typeProperties":{"host":"%s"}}""".formatted(annotations, folder))
                .writing(dataset.formatted("out"), """
                        {"type":"FileServer","typeProperties":{"host":"%s"}}""".formatted(folder));
    }

    @Test
    void a_maximum_of_connections_bounds_the_streams_of_a_copy() {
        assertThat(copy("[]").output().path("usedParallelCopies").intValue()).isEqualTo(4);
        JsonNode limited = copy("[\"sluice.maxConnections=1\"]").output();
        assertThat(limited.path("usedParallelCopies").intValue()).isEqualTo(1);
        assertThat(limited.path("rowsCopied").intValue()).isEqualTo(4);
    }

    @Test
    void rows_that_are_read_are_booked_where_all_jobs_see_them() throws Exception {
        assertThat(copy("[\"sluice.maxRowsPerSecond=1000000\"]")
                        .output()
                        .path("rowsCopied")
                        .intValue())
                .isEqualTo(4);
        assertThat(shared).isDirectoryContaining("glob:**.rows");
    }

    @Test
    void a_limit_that_is_no_number_fails_the_copy_by_name() {
        assertThat(copy("[\"sluice.maxConnections=few\"]").code()).isEqualTo("MemberInvalid");
    }
}
