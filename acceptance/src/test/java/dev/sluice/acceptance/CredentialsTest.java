package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import dev.sluice.demo.Database;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

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
}
