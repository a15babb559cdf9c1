package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DeleteTest {
    @TempDir
    Path folder;

    @BeforeEach
    void files() throws IOException {
        for (String path : List.of("in/a.csv", "in/b.txt", "in/sub/c.csv", "in/sub/deep/d.csv", "keep/e.csv")) {
            Files.createDirectories(folder.resolve(path).getParent());
            Files.writeString(folder.resolve(path), path);
        }
    }

    private JobBench delete(String properties, String path, String name) {
        return JobBench.job(folder, "Delete", properties).reading("""
                        {"type":"Binary","typeProperties":{"location":{"type":"FileServerLocation","folderPath":"%s",
                        "fileName":"%s"}}}""".formatted(path, name), service());
    }

    private String service() {
        return "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\"}}".formatted(folder);
    }

    private List<String> left() throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(p -> !p.equals(folder))
                    .map(p -> folder.relativize(p) + (Files.isDirectory(p) ? "/" : ""))
                    .sorted()
                    .toList();
        }
    }

    private static String store(String members) {
        return "{\"storeSettings\":{\"type\":\"FileServerReadSettings\"" + members + "}}";
    }

    @Test
    void without_recursive_only_the_files_of_the_folder_go() throws IOException {
        JsonNode output = delete(store(""), "in", "").output();
        assertThat(output.path("filesDeleted").intValue()).isEqualTo(2);
        assertThat(output.path("recursive").booleanValue()).isFalse();
        assertThat(output.path("isWildcardUsed").booleanValue()).isFalse();
        assertThat(output.path("datasetName").stringValue()).isEqualTo("Data");
        assertThat(output.path("path").stringValue()).isEqualTo("in");
        assertThat(left())
                .containsExactly(
                        "in/", "in/sub/", "in/sub/c.csv", "in/sub/deep/", "in/sub/deep/d.csv", "keep/", "keep/e.csv");
    }

    @Test
    void with_recursive_the_folder_itself_goes_too() throws IOException {
        JsonNode output = delete(store(",\"recursive\":true"), "in", "").output();
        assertThat(output.path("filesDeleted").intValue()).isEqualTo(4);
        assertThat(left()).containsExactly("keep/", "keep/e.csv");
        assertThat(delete(store(",\"recursive\":true"), "in", "").code()).isEqualTo("FileNotFound");
        Files.createDirectories(folder.resolve("hollow/inner"));
        assertThat(delete("{\"recursive\":true}", "hollow", "")
                        .output()
                        .path("filesDeleted")
                        .intValue())
                .isZero();
        assertThat(left()).containsExactly("keep/", "keep/e.csv");
    }

    @Test
    void a_file_is_named_and_must_be_there() throws IOException {
        assertThat(delete(store(""), "in", "a.csv")
                        .output()
                        .path("filesDeleted")
                        .intValue())
                .isEqualTo(1);
        assertThat(delete(store(""), "in", "a.csv").code()).isEqualTo("FileNotFound");
        assertThat(left()).contains("in/b.txt");
    }

    @Test
    void wildcards_and_lists_choose_and_may_find_nothing() throws IOException {
        JsonNode output = delete(
                        store(",\"recursive\":true,\"wildcardFolderPath\":\"in\",\"wildcardFileName\":\"*.csv\""),
                        "",
                        "")
                .output();
        assertThat(output.path("filesDeleted").intValue()).isEqualTo(3);
        assertThat(output.path("isWildcardUsed").booleanValue()).isTrue();
        assertThat(output.path("wildcard").stringValue()).isEqualTo("in/*.csv");
        assertThat(left()).contains("in/b.txt", "in/sub/");
        assertThat(delete(store(",\"wildcardFileName\":\"*.none\""), "in", "")
                        .output()
                        .path("filesDeleted")
                        .intValue())
                .isZero();
        Files.writeString(folder.resolve("list.txt"), "b.txt\n");
        assertThat(delete(store(",\"fileListPath\":\"list.txt\""), "in", "")
                        .output()
                        .path("filesDeleted")
                        .intValue())
                .isEqualTo(1);
        assertThat(left()).doesNotContain("in/b.txt");
    }

    @Test
    void the_log_names_every_file() throws IOException {
        JsonNode output = delete("""
                        {"enableLogging":true,"logStorageSettings":{"path":"logs/today","linkedServiceName":
                        {"referenceName":"Store","type":"LinkedServiceReference"}},
                        "storeSettings":{"type":"FileServerReadSettings","recursive":true}}""", "in/sub", "").with("Store", service()).output();
        String path = "logs/today/" + JobBench.RUN_ID + "/" + JobBench.RUN_ID + ".csv";
        assertThat(output.path("logPath").stringValue()).isEqualTo(path);
        assertThat(folder.resolve(path)).hasContent("""
                Name,Category,Status,Error
                in/sub/c.csv,File,Deleted,
                in/sub/deep/d.csv,File,Deleted,
                """);
    }

    @Test
    void blobs_go_with_their_log_in_another_container() {
        BlobContainerClient container = Blobs.container("in/a.txt", "in/sub/b.txt", "other.txt");
        BlobContainerClient logs = Blobs.container();
        JsonNode output = JobBench.job(folder, "Delete", """
                        {"enableLogging":true,"logStorageSettings":{"path":"%s/deleted","linkedServiceName":
                        {"referenceName":"Blobs","type":"LinkedServiceReference"}},
                        "storeSettings":{"type":"AzureBlobStorageReadSettings","recursive":true}}""".formatted(logs.getBlobContainerName()))
                .reading(Blobs.dataset(container.getBlobContainerName(), "in", ""), Blobs.service())
                .with("Blobs", Blobs.service())
                .output();
        assertThat(output.path("filesDeleted").intValue()).isEqualTo(2);
        assertThat(container.listBlobs().stream().map(BlobItem::getName)).containsExactly("other.txt");
        assertThat(output.path("logPath").stringValue()).startsWith(logs.getBlobContainerName() + "/deleted/");
        assertThat(logs.listBlobs().stream()).hasSize(1);
    }
}
