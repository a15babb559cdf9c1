package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import dev.sluice.demo.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// Copies between two runtimes with a node each. The database's password is sealed to the node of the one, so the other
/// could not sign in even if it tried.
@ExtendWith(Stage.class)
class BridgeTest {
    private static final String STAGED = """
        ,"enableStaging":true,"stagingSettings":{"path":"between","linkedServiceName":
        {"referenceName":"Between","type":"LinkedServiceReference"}}""";
    private static final int ROWS = 30_000;

    private static Copy rows(String name, String more) {
        return Copy.of(name, "Orders", TestFactory.FROM_CSV, "Table", TestFactory.TO_TABLE)
                .with(more);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> runtimes(JsonNode output) {
        return output.path("executionDetails").findValuesAsString("effectiveIntegrationRuntime");
    }

    @Test
    void S08_G19_a_copy_between_two_runtimes_goes_by_way_of_a_staging_store_as_one_activity(Database database)
            throws Exception {
        try (Installation installation = new Installation()) {
            installation.startService();
            TestFactory factory =
                    installation.factory("bridge").runtime("North").runtime("South");
            installation.joinNode("north-1", factory.authKey("North"));
            installation.joinNode("south-1", factory.authKey("South"));
            Path between = installation.files("between");
            Path north = installation.files("north");
            Path south = installation.files("south");
            StringBuilder csv = new StringBuilder("id,name\n");
            for (int i = 0; i < ROWS; i++) {
                csv.append(i).append(",name ").append(i).append('\n');
            }
            GitFolder.write(north.resolve("orders.csv"), csv.toString());
            byte[] picture = new byte[3 << 20];
            new java.util.Random(7).nextBytes(picture);
            Files.createDirectories(north.resolve("pictures/deep"));
            Files.write(north.resolve("pictures/deep/a.bin"), picture);
            Files.write(north.resolve("pictures/b.bin"), new byte[] {1, 2, 3});
            Stage.execute(database, "create table bridged_orders (id int primary key, name text)");
            factory.folder("Between", between)
                    .linkedService("Landing", "FileServer", Map.of("host", north.toString()), "North")
                    .linkedService("Warehouse", "AzurePostgreSql", database.linkedService(), "South")
                    .linkedService("Archive", "FileServer", Map.of("host", south.toString()), "South")
                    .csv("Orders", "Landing", "orders.csv", "")
                    .csv("Copied", "Archive", "copied.csv", "")
                    .dataset(
                            "Table",
                            "AzurePostgreSqlTable",
                            "Warehouse",
                            "{\"schema\":\"public\",\"table\":\"bridged_orders\"}")
                    .dataset("Gone", "AzurePostgreSqlTable", "Warehouse", "{\"schema\":\"public\",\"table\":\"gone\"}")
                    .dataset(
                            "Pictures",
                            "Binary",
                            "Landing",
                            "{\"location\":{\"type\":\"FileServerLocation\"," + "\"folderPath\":\"pictures\"}}")
                    .dataset(
                            "Kept",
                            "Binary",
                            "Archive",
                            "{\"location\":{\"type\":\"FileServerLocation\"," + "\"folderPath\":\"kept\"}}")
                    .pipeline("Rows", rows("Rows", STAGED))
                    .pipeline("Unstaged", rows("Unstaged", ""))
                    .pipeline(
                            "Files",
                            Copy.of("Text", "Orders", TestFactory.FROM_CSV, "Copied", TestFactory.TO_CSV)
                                    .with(STAGED),
                            Copy.of(
                                            "Pictures",
                                            "Pictures",
                                            "{\"type\":\"BinarySource\",\"storeSettings\":{\"type\":\"FileServerReadSettings\","
                                                    + "\"recursive\":true}}",
                                            "Kept",
                                            "{\"type\":\"BinarySink\",\"storeSettings\":{\"type\":\"FileServerWriteSettings\"}}")
                                    .with(STAGED))
                    .pipeline(
                            "Fails",
                            Copy.of("Fails", "Orders", TestFactory.FROM_CSV, "Gone", TestFactory.TO_TABLE)
                                    .with(STAGED)
                                    .retry(1));

            Run rows = factory.run("Rows");
            assertThat(rows.status()).as(rows.toString()).isEqualTo("Succeeded");
            JsonNode output = rows.output("Rows");
            assertThat(output.path("rowsRead").intValue()).isEqualTo(ROWS);
            assertThat(output.path("rowsCopied").intValue()).isEqualTo(ROWS);
            assertThat(runtimes(output)).containsExactly("North", "South");
            assertThat(Stage.ask(database, "select count(*) || ' ' || sum(id) from bridged_orders"))
                    .isEqualTo(ROWS + " " + (long) ROWS * (ROWS - 1) / 2);
            Eventually.holds("nothing stays staged", () -> files(between).isEmpty());

            Run files = factory.run("Files");
            assertThat(files.status()).as(files.toString()).isEqualTo("Succeeded");
            assertThat(Files.readString(south.resolve("copied.csv"))).isEqualToNormalizingNewlines(csv.toString());
            assertThat(Files.readAllBytes(south.resolve("kept/deep/a.bin"))).isEqualTo(picture);
            assertThat(Files.readAllBytes(south.resolve("kept/b.bin"))).containsExactly(1, 2, 3);
            Eventually.holds("nothing stays staged", () -> files(between).isEmpty());

            Run fails = factory.run("Fails");
            assertThat(fails.attempts("Fails")).hasSize(2);
            assertThat(Run.cause(fails.attempts("Fails").getLast()).path("code").asString())
                    .as(fails.toString())
                    .isEqualTo("TableNotFound");
            Eventually.holds(
                    "nothing stays staged after a failure", () -> files(between).isEmpty());

            Run unstaged = factory.run("Unstaged");
            assertThat(Run.cause(unstaged.activity("Unstaged")).path("code").asString())
                    .isEqualTo("IntegrationRuntimesDiffer");
        }
    }
}
