package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What Lookup, GetMetadata, Validation and Delete do on every store of files. Extend it, name a linked service whose
/// store is real and empty; the files are written by a Copy.
abstract class FileActivitiesContract {
    @TempDir
    java.nio.file.Path local;

    /// The linked service's `properties`, with an empty store behind it.
    abstract String service();

    /// Members of a `location` of that store, type and container included, without folder and file.
    abstract String location();

    /// The store's `storeSettings` types: `Sftp` for `SftpReadSettings` and `SftpWriteSettings`.
    abstract String settings();

    private String dataset(String folder, String file) {
        return """
                {"type":"DelimitedText","typeProperties":{"firstRowAsHeader":true,"location":{%s,"folderPath":"%s",
                "fileName":"%s"}}}""".formatted(location(), folder, file);
    }

    private void put(String folder, String file, String content) throws Exception {
        java.nio.file.Path from = local.resolve("upload").resolve(file);
        java.nio.file.Files.createDirectories(from.getParent());
        java.nio.file.Files.writeString(from, content);
        JobBench.job(local, "Copy", """
                        {"source":{"type":"BinarySource","storeSettings":{"type":"FileServerReadSettings"}},
                         "sink":{"type":"BinarySink","storeSettings":{"type":"%sWriteSettings"}}}""".formatted(settings()))
                .reading("""
                        {"type":"Binary","typeProperties":{"location":{"type":"FileServerLocation","fileName":"%s"}}}""".formatted(file), """
                        {"type":"FileServer","typeProperties":{"host":"%s"}}""".formatted(from.getParent()))
                .writing(dataset(folder, file).replace("DelimitedText", "Binary"), service())
                .output();
    }

    private void put() throws Exception {
        put("in", "a.csv", "id,name\n1,one\n2,two\n");
        put("in", "b.txt", "text");
        put("in/sub", "c.csv", "id,name\n3,three\n");
    }

    private JobBench job(String kind, String properties, String folder, String file) {
        return JobBench.job(local, kind, properties).reading(dataset(folder, file), service());
    }

    private static List<String> names(JsonNode items) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(i -> i.path("name").stringValue() + ":" + i.path("type").stringValue())
                .sorted()
                .toList();
    }

    @Test
    void lookup_reads_rows_of_a_file() throws Exception {
        put();
        String properties = """
                {"firstRowOnly":false,"source":{"type":"DelimitedTextSource","storeSettings":{"type":"%sReadSettings"}}}""".formatted(settings());
        JsonNode output = job("Lookup", properties, "in", "a.csv").output();
        assertThat(output.path("count").intValue()).isEqualTo(2);
        assertThat(output.path("value").path(1).path("name").stringValue()).isEqualTo("two");
        assertThat(job("Lookup", properties, "in", "none.csv").code()).isEqualTo("FileNotFound");
    }

    @Test
    void metadata_of_files_and_folders_are_told() throws Exception {
        put();
        JsonNode file = job("GetMetadata", """
                        {"fieldList":["exists","itemName","itemType","size","lastModified","columnCount"]}""", "in", "a.csv").output();
        assertThat(file.path("exists").booleanValue()).isTrue();
        assertThat(file.path("itemName").stringValue()).isEqualTo("a.csv");
        assertThat(file.path("itemType").stringValue()).isEqualTo("File");
        assertThat(file.path("size").intValue()).isEqualTo("id,name\n1,one\n2,two\n".length());
        assertThat(file.path("columnCount").intValue()).isEqualTo(2);
        assertThat(file.path("lastModified").stringValue()).startsWith("20");
        JsonNode folder = job("GetMetadata", "{\"fieldList\":[\"exists\",\"itemType\",\"childItems\"]}", "in", "")
                .output();
        assertThat(folder.path("itemType").stringValue()).isEqualTo("Folder");
        assertThat(names(folder.path("childItems"))).containsExactly("a.csv:File", "b.txt:File", "sub:Folder");
        assertThat(job("GetMetadata", "{\"fieldList\":[\"exists\"]}", "gone", "x.csv")
                        .output()
                        .path("exists")
                        .booleanValue())
                .isFalse();
    }

    @Test
    void validation_finds_what_is_there() throws Exception {
        put();
        assertThat(job("Validation", "{\"minimumSize\":5}", "in", "a.csv")
                        .output()
                        .path("exists")
                        .booleanValue())
                .isTrue();
        assertThat(job("Validation", "{\"childItems\":true}", "in/sub", "")
                        .output()
                        .path("exists")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void delete_takes_what_wildcards_choose_and_then_the_folder() throws Exception {
        put();
        JsonNode some = job("Delete", """
                        {"storeSettings":{"type":"%sReadSettings","recursive":true,"wildcardFileName":"*.csv"}}""".formatted(settings()), "in", "").output();
        assertThat(some.path("filesDeleted").intValue()).isEqualTo(2);
        JsonNode left =
                job("GetMetadata", "{\"fieldList\":[\"childItems\"]}", "in", "").output();
        assertThat(names(left.path("childItems"))).contains("b.txt:File").doesNotContain("a.csv:File");
        JsonNode all = job("Delete", """
                        {"storeSettings":{"type":"%sReadSettings","recursive":true}}""".formatted(settings()), "in", "").output();
        assertThat(all.path("filesDeleted").intValue()).isEqualTo(1);
        assertThat(job("GetMetadata", "{\"fieldList\":[\"exists\"]}", "in", "")
                        .output()
                        .path("exists")
                        .booleanValue())
                .isFalse();
        assertThat(job("Delete", """
                        {"storeSettings":{"type":"%sReadSettings"}}""".formatted(settings()), "in", "b.txt").code())
                .isEqualTo("FileNotFound");
    }
}
