package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.BlobContainerClient;
import dev.sluice.model.error.ActivityError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class MetadataTest {
    private static final Instant MODIFIED = Instant.parse("2024-02-29T13:05:06Z");

    @TempDir
    Path folder;

    @BeforeEach
    void files() throws Exception {
        Files.createDirectories(folder.resolve("in/sub/deep"));
        Files.createDirectories(folder.resolve("in/empty"));
        Files.writeString(folder.resolve("in/a.csv"), "id,name\n1,one\n");
        Files.writeString(folder.resolve("in/b.csv"), "x");
        Files.writeString(folder.resolve("in/sub/c.csv"), "x");
        Files.setLastModifiedTime(folder.resolve("in/a.csv"), FileTime.from(MODIFIED));
    }

    private JobBench metadata(String fields, String more, String type, String path, String name) {
        return JobBench.job(folder, "GetMetadata", "{\"fieldList\":" + fields + more + "}")
                .reading(
                        """
                        {"type":"%s","typeProperties":{"firstRowAsHeader":true,"location":{"type":"FileServerLocation",
                        "folderPath":"%s","fileName":"%s"}}}""".formatted(type, path, name),
                        "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\"}}".formatted(folder));
    }

    @Test
    void a_file_tells_what_it_is() {
        JsonNode output = metadata(
                        "[\"itemName\",\"itemType\",\"size\",\"lastModified\",\"created\",\"structure\",\"columnCount\",\"EXISTS\",\"contentMD5\"]",
                        "",
                        "DelimitedText",
                        "in",
                        "a.csv")
                .output();
        assertThat(output.path("itemName").stringValue()).isEqualTo("a.csv");
        assertThat(output.path("itemType").stringValue()).isEqualTo("File");
        assertThat(output.path("size").intValue()).isEqualTo(14);
        assertThat(output.path("lastModified").stringValue()).isEqualTo("2024-02-29T13:05:06Z");
        assertThat(Instant.parse(output.path("created").stringValue())).isAfter(Instant.EPOCH);
        assertThat(output.path("columnCount").intValue()).isEqualTo(2);
        assertThat(output.path("exists").booleanValue()).isTrue();
        assertThat(output.path("contentMD5").isNull()).isTrue();
        JobBench.same(
                output.path("structure"),
                "[{\"name\":\"id\",\"type\":\"String\"},{\"name\":\"name\",\"type\":\"String\"}]");
    }

    @Test
    void a_folder_lists_its_children() {
        JsonNode output = metadata(
                        "[\"childItems\",\"itemName\",\"itemType\",\"lastModified\"]", "", "Binary", "/in/", "")
                .output();
        assertThat(output.path("itemName").stringValue()).isEqualTo("in");
        assertThat(output.path("itemType").stringValue()).isEqualTo("Folder");
        JobBench.same(output.path("childItems"), """
                [{"name":"empty","type":"Folder"},{"name":"sub","type":"Folder"},{"name":"a.csv","type":"File"},
                {"name":"b.csv","type":"File"}]""");
        JsonNode late = metadata(
                        "[\"childItems\"]",
                        ",\"storeSettings\":{\"type\":\"FileServerReadSettings\",\"modifiedDatetimeStart\":\"2024-03-01\",\"modifiedDatetimeEnd\":\"2100-01-01T00:00:00Z\"}",
                        "Binary",
                        "in/sub",
                        "")
                .output();
        JobBench.same(
                late.path("childItems"),
                "[{\"name\":\"deep\",\"type\":\"Folder\"},{\"name\":\"c.csv\",\"type\":\"File\"}]");
    }

    @Test
    void what_is_missing_fails_unless_exists_is_asked_for() {
        ActivityError error =
                metadata("[\"size\"]", "", "Binary", "in", "no.csv").error();
        assertThat(error.details().getFirst().code()).isEqualTo("MetadataObjectNotFound");
        assertThat(error.message()).contains("in/no.csv");
        JsonNode output =
                metadata("[\"exists\",\"size\"]", "", "Binary", "in", "no.csv").output();
        assertThat(output.path("exists").booleanValue()).isFalse();
        assertThat(output.has("size")).isFalse();
        assertThat(metadata("[\"exists\"]", "", "Binary", "nowhere", "")
                        .output()
                        .path("exists")
                        .booleanValue())
                .isFalse();
        assertThat(metadata("[\"exists\"]", "", "Binary", "in/empty", "")
                        .output()
                        .path("exists")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void fields_that_do_not_fit_are_refused_by_name() {
        assertThat(metadata("[\"childItems\"]", "", "Binary", "in", "a.csv").code())
                .isEqualTo("MetadataFieldNotSupported");
        assertThat(metadata("[\"size\"]", "", "Binary", "in", "").error().message())
                .contains("size");
        assertThat(metadata("[\"colour\"]", "", "Binary", "in", "a.csv").error().message())
                .contains("colour");
    }

    @Test
    void a_table_tells_its_columns() throws Exception {
        Postgres.sql("CREATE TABLE metadata_orders (id int, price numeric(10,2), at timestamp)");
        JobBench job = JobBench.job(folder, "GetMetadata", "{\"fieldList\":[\"exists\",\"structure\",\"columnCount\"]}")
                .reading(
                        "{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"table\":\"metadata_orders\"}}",
                        Postgres.service());
        JsonNode output = job.output();
        JobBench.same(output.path("structure"), """
                [{"name":"id","type":"Int32"},{"name":"price","type":"Decimal"},{"name":"at","type":"DateTime"}]""");
        JobBench missing = JobBench.job(folder, "GetMetadata", "{\"fieldList\":[\"exists\",\"columnCount\"]}")
                .reading(
                        "{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"table\":\"no_orders\"}}",
                        Postgres.service());
        assertThat(missing.output().path("exists").booleanValue()).isFalse();
    }

    @Test
    void blobs_and_their_folders_are_told_alike() {
        BlobContainerClient container = Blobs.container("in/a.txt", "in/sub/b.txt", "top.txt");
        String name = container.getBlobContainerName();
        JsonNode root = JobBench.job(folder, "GetMetadata", "{\"fieldList\":[\"childItems\",\"itemName\",\"exists\"]}")
                .reading(Blobs.dataset(name, "", ""), Blobs.service())
                .output();
        assertThat(root.path("itemName").stringValue()).isEqualTo(name);
        JobBench.same(
                root.path("childItems"),
                "[{\"name\":\"in\",\"type\":\"Folder\"},{\"name\":\"top.txt\",\"type\":\"File\"}]");
        JsonNode file = JobBench.job(
                        folder, "GetMetadata", "{\"fieldList\":[\"size\",\"contentMD5\",\"lastModified\"]}")
                .reading(Blobs.dataset(name, "in", "a.txt"), Blobs.service())
                .output();
        assertThat(file.path("size").intValue()).isEqualTo(8);
        assertThat(file.path("contentMD5").stringValue()).hasSize(24);
        JsonNode nowhere = JobBench.job(folder, "GetMetadata", "{\"fieldList\":[\"exists\"]}")
                .reading(Blobs.dataset("no-such-container", "in", ""), Blobs.service())
                .output();
        assertThat(nowhere.path("exists").booleanValue()).isFalse();
    }
}
