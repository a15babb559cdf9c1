package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import dev.sluice.demo.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Secrets in a group of nodes: whoever fails, those that are left can open them.
@ExtendWith(Stage.class)
class CredentialsTest {
    private static JsonNode runtime(TestFactory factory) {
        return factory.client().post(factory.paths().one("integrationRuntimes", "Group") + "/getStatus", null);
    }

    private static boolean inSync(TestFactory factory) {
        return runtime(factory)
                .at("/properties/typeProperties/capabilities/credentialInSync")
                .asString("")
                .equals("True");
    }

    @Test
    void S09_a_node_that_joined_later_opens_the_secrets_when_the_first_one_is_killed(Database database)
            throws Exception {
        try (Installation installation = new Installation()) {
            installation.startService();
            TestFactory factory = installation.factory("failover");
            factory.runtime("Group");
            String key = factory.authKey("Group");
            installation.joinNode("first", key);
            factory.linkedService("Shop", "PostgreSqlV2", database.linkedService(), "Group")
                    .folder("Landing", installation.files("failover"))
                    .table("Customer", "Shop", "public", "customer")
                    .parquet("File", "Landing", "customer.parquet")
                    .pipeline(
                            "Copy",
                            Copy.of("Copy", "Customer", TestFactory.FROM_TABLE, "File", TestFactory.TO_PARQUET));
            installation.joinNode("second", key);
            Eventually.holds("the first node has sealed the secrets to the second", () -> inSync(factory));
            installation.program("first").kill();
            Run ended = factory.finish(factory.start("Copy"));
            assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
            assertThat(Files.size(installation.files("failover").resolve("customer.parquet")))
                    .isPositive();
            // Whoever finds the first machine later knows what is to be changed.
            Program.Ended removed = Program.run(
                    "delete-node",
                    installation.folder(),
                    List.of(
                                    "integration-runtime",
                                    "delete-node",
                                    "--factory-name",
                                    "failover",
                                    "--name",
                                    "Group",
                                    "--node-name",
                                    "first",
                                    "--data",
                                    installation.data().toString())
                            .toArray(String[]::new));
            assertThat(removed.exit()).as(removed.messages()).isZero();
            assertThat(removed.text())
                    .contains("linked service 'Shop'")
                    .contains("/properties/typeProperties/password");
            assertThat(runtime(factory).at("/properties/typeProperties/nodes")).hasSize(1);
        }
    }

    /// Entered on the node's machine: what goes to the service is an envelope already.
    @Test
    void G11_a_secret_that_was_sealed_on_the_nodes_machine_works_on_every_node_and_is_nowhere_in_the_service(
            Database database) throws Exception {
        try (Installation installation = new Installation()) {
            installation.startService();
            TestFactory factory = installation.factory("sealed-there").runtime("Group");
            String key = factory.authKey("Group");
            installation.joinNode("first", key).joinNode("second", key);
            String password = Stage.password(database);
            String plain = JsonMapper.shared()
                    .writeValueAsString(Map.of(
                            "properties",
                            Map.of(
                                    "type",
                                    "PostgreSqlV2",
                                    "connectVia",
                                    Map.of("referenceName", "Group", "type", "IntegrationRuntimeReference"),
                                    "typeProperties",
                                    database.linkedService())));
            Path entered = Files.writeString(installation.files("entered").resolve("shop.json"), plain);
            Program.Ended sealed = Program.run(
                    "encrypt",
                    installation.folder(),
                    "node",
                    "encrypt",
                    entered.toString(),
                    "--data",
                    installation.node("first").toString());
            assertThat(sealed.exit()).as(sealed.messages()).isZero();
            Files.delete(entered);
            assertThat(sealed.text()).contains("\"sealed\":").doesNotContain(password);
            factory.client()
                    .put(
                            factory.paths().one("linkedservices", "Shop"),
                            JsonMapper.shared().readTree(sealed.text()));
            factory.linkedService(
                            "Landing",
                            "FileServer",
                            Map.of("host", installation.files("sealed-there").toString()),
                            "Group")
                    .table("Customer", "Shop", "public", "customer")
                    .parquet("File", "Landing", "customer.parquet")
                    .pipeline(
                            "Copy",
                            Copy.of("Copy", "Customer", TestFactory.FROM_TABLE, "File", TestFactory.TO_PARQUET));
            assertThat(factory.run("Copy").status()).isEqualTo("Succeeded");
            Eventually.holds("sealed to the second, too", () -> inSync(factory));
            installation.program("first").kill();
            Run ended = factory.finish(factory.start("Copy"));
            assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
            assertThat(ended.toString()).doesNotContain(password);

            installation.program("service-process").terminate();
            installation.program("service-process").awaitExit();
            int searched = 0;
            try (Stream<Path> files = Files.walk(installation.folder())) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                    searched += file.startsWith(installation.data()) && content.contains("sealed-there") ? 1 : 0;
                    assertThat(content).as("%s", file).doesNotContain(password);
                }
            }
            assertThat(searched).as("the search looks into the database").isPositive();
        }
    }
}
