package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DataCommandsTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String command, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Objects.requireNonNull(Program.commandLine(command));
        return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
    }

    private String orders() throws IOException {
        Path file = folder.resolve("orders.csv");
        Files.writeString(file, "id,name\n1,one\n2,\"two, or\"\"so\"\"\"\n3,three\n");
        return file.toString();
    }

    @Test
    void a_file_goes_through_every_format_and_comes_back_the_same() throws IOException {
        String from = orders();
        for (String format : new String[] {"parquet", "avro", "orc", "xlsx", "json", "csv.gz"}) {
            String to = folder.resolve("copy." + format).toString();
            assertThat(run("copy", from, "file:" + to)).as(err.toString()).isZero();
            assertThat(out.toString()).contains("Succeeded");
            String back = folder.resolve("back." + format + ".csv").toString();
            assertThat(run("copy", to, back)).as(err.toString()).isZero();
            assertThat(Files.readString(Path.of(back)).lines())
                    .as(format)
                    .containsExactly("id,name", "1,one", "2,\"two, or\"\"so\"\"\"", "3,three");
        }
    }

    @Test
    void wildcards_read_several_files_and_unknown_files_are_copied_as_they_are() throws IOException {
        orders();
        Files.writeString(folder.resolve("other.csv"), "id,name\n9,nine\n");
        String all = folder.resolve("all.parquet").toString();
        assertThat(run("copy", folder + "/*.csv", all)).as(err.toString()).isZero();
        assertThat(run("preview", all, "--rows", "2")).isZero();
        assertThat(out.toString().lines()).hasSize(3).first().asString().startsWith("id  name");
        Files.write(folder.resolve("thing.bin"), new byte[] {1, 2, 3});
        assertThat(run("copy", folder + "/thing.bin", folder + "/same.bin")).isZero();
        assertThat(folder.resolve("same.bin")).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void a_dataset_of_a_folder_is_previewed_and_described() throws IOException {
        orders();
        Files.createDirectories(folder.resolve("factory/dataset"));
        Files.createDirectories(folder.resolve("factory/linkedService"));
        Files.writeString(folder.resolve("factory/linkedService/Disk.json"), """
                {"name": "Disk", "properties": {"type": "FileServer", "typeProperties": {"host": "/nowhere"}}}""");
        Files.writeString(folder.resolve("factory/dataset/Orders.json"), """
                {"name": "Orders", "properties": {"type": "DelimitedText",
                 "linkedServiceName": {"referenceName": "Disk", "type": "LinkedServiceReference"},
                 "typeProperties": {"firstRowAsHeader": true,
                   "location": {"type": "FileServerLocation", "fileName": "orders.csv"}}}}""");
        Path override = folder.resolve("local.json");
        Files.writeString(override, "{\"Disk\": {\"host\": \"" + folder + "\"}}");
        String factory = folder.resolve("factory").toString();
        assertThat(run("preview", factory, "orders", "--override", override.toString(), "-o", "json"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString().replaceAll("\\s+", "")).startsWith("[{\"id\":\"1\",\"name\":\"one\"}");
        assertThat(run("schema", factory, "Orders", "--override", override.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("id").contains("String");
        assertThat(run("test-connection", factory, "disk", "--override", override.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("Disk: connected (File system)");
        assertThat(run("test-connection", factory, "Disk")).isEqualTo(1);
        assertThat(err.toString()).contains("/nowhere");
        assertThat(run("test-connection", factory, "Nothing")).isEqualTo(2);
        assertThat(run("preview", factory, "Nothing")).isEqualTo(2);
        assertThat(err.toString()).contains("ReferenceNotFound").contains("Nothing");
        assertThat(run("preview", factory, "Orders")).isEqualTo(1);
        assertThat(err.toString()).contains("/nowhere");
    }

    @Test
    void a_copy_that_kept_its_manifest_is_verified_and_what_was_changed_since_is_told() throws IOException {
        String from = orders();
        String to = folder.resolve("copy.parquet").toString();
        Path proofs = folder.resolve("proofs");
        assertThat(run("copy", from, to, "--manifest", proofs.toString()))
                .as(err.toString())
                .isZero();
        String manifest;
        try (var kept = Files.list(proofs)) {
            manifest = kept.findFirst().orElseThrow().toString();
        }
        assertThat(run("verify", manifest, to)).as(err.toString()).isZero();
        assertThat(out.toString()).isEqualTo("3 rows read, 1 files read: all as it was written\n");
        String other = folder.resolve("other.csv").toString();
        Files.writeString(Path.of(other), "id,name\n1,one\n2,two\n3,three\n");
        assertThat(run("copy", other, to)).isZero();
        assertThat(run("verify", manifest, to, "-o", "json")).isEqualTo(1);
        assertThat(out.toString())
                .contains("\"verificationResult\"", "Different", "\"column\"", "name")
                .doesNotContain("\"id\"");
        assertThat(run("verify", folder.resolve("none.json").toString(), to)).isEqualTo(2);
        assertThat(run("copy", other, to, "-o", "json")).isZero();
        Path printed = folder.resolve("run.json");
        Files.writeString(printed, out.toString());
        assertThat(run("verify", printed.toString(), to)).as(err.toString()).isZero();
    }

    @Test
    void places_become_documents_and_passwords_come_from_the_environment() {
        ShortForm table = ShortForm.source(
                "postgres://me@db.example:5433/shop/public.orders?sslMode=1",
                name -> name.equals("SLUICE_SOURCE_PASSWORD") ? "secret" : null);
        assertThat(table.service().toString())
                .contains("PostgreSqlV2")
                .contains("\"port\":5433")
                .contains("\"database\":\"shop\"")
                .contains("\"sslMode\":\"1\"")
                .contains("\"value\":\"secret\"");
        assertThat(table.dataset().toString()).contains("\"schema\":\"public\"").contains("\"table\":\"orders\"");
        assertThatThrownBy(() -> ShortForm.sink("postgres://me:pw@db/shop/t", name -> null))
                .hasMessageContaining("SLUICE_SINK_PASSWORD")
                .hasMessageNotContaining("pw@");
        ShortForm blob = ShortForm.source(
                "azblob://acme/raw/in/2024/*.parquet", name -> name.equals("AZURE_STORAGE_KEY") ? "a2V5" : null);
        assertThat(blob.dataset().toString())
                .contains("Parquet")
                .contains("\"container\":\"raw\"")
                .contains("\"folderPath\":\"in/2024\"");
        assertThat(blob.side().toString()).contains("\"wildcardFileName\":\"*.parquet\"");
        assertThatThrownBy(() -> ShortForm.source("azblob://acme/raw/x.csv", name -> null))
                .hasMessageContaining("AZURE_STORAGE_KEY");
        assertThatThrownBy(() -> ShortForm.source("gopher://x/y", name -> null)).hasMessageContaining("postgres://");
    }
}
