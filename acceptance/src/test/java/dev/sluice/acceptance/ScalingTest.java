package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.demo.Database;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// More jobs per node, and more nodes, while copies run.
@ExtendWith(Stage.class)
class ScalingTest {
    @Test
    void G09_a_node_takes_more_jobs_and_the_group_more_nodes_without_a_restart(Database database) throws Exception {
        try (Installation installation = new Installation();
                RowGate gate = new RowGate(database)) {
            installation.startService();
            TestFactory factory = installation.factory("scaled").runtime("Plant");
            String key = factory.authKey("Plant");
            installation.joinNode("first", key);
            String runtime = factory.paths().one("integrationRuntimes", "Plant");
            limit(installation, runtime, "first", 1);
            factory.linkedService("Shop", "PostgreSqlV2", database.linkedService(), "Plant")
                    .linkedService(
                            "Disk",
                            "FileServer",
                            java.util.Map.of(
                                    "host", installation.files("scaled").toString()),
                            "Plant")
                    .table("Rows", "Shop", "public", "orders")
                    .dataset(
                            "File",
                            "Parquet",
                            "Disk",
                            "{\"location\":{\"type\":\"FileServerLocation\",\"fileName\":{\"value\":"
                                    + "\"@dataset().name\",\"type\":\"Expression\"}}}",
                            "name")
                    .pipeline(
                            "Copy",
                            List.of("name"),
                            List.of(Copy.of(
                                            "Copy",
                                            "Rows",
                                            TestFactory.fromQuery(gate.query(300)),
                                            "File",
                                            TestFactory.TO_PARQUET)
                                    .parameters("{}", "{\"name\":\"@pipeline().parameters.name\"}")
                                    .json()));
            long pid = installation.program("first").pid();
            List<String> runs = Stream.of("a", "b", "c", "d")
                    .map(name -> factory.start("Copy", "{\"name\":\"" + name + ".parquet\"}"))
                    .toList();
            gate.awaitReaders(1, factory, runs.getFirst());
            assertThat(running(installation, "first")).isEqualTo(1);

            limit(installation, runtime, "first", 2);
            Eventually.holds("two at once", () -> running(installation, "first") == 2);
            installation.joinNode("second", key);
            // The second opens secrets as soon as the first has sealed them to it.
            Eventually.holds("the others run on the second", () -> running(installation, "second") == 2);
            assertThat(running(installation, "first")).isEqualTo(2);
            gate.open();
            for (String run : runs) {
                assertThat(factory.finish(run).status()).isEqualTo("Succeeded");
            }
            assertThat(installation.program("first").pid()).isEqualTo(pid);
            assertThat(installation.program("first").isAlive()).isTrue();
        }
    }

    private static int running(Installation installation, String node) {
        return installation.nodeStatus(node).path("jobs").size();
    }

    private static void limit(Installation installation, String runtime, String node, int jobs) {
        assertThat(installation
                        .raw(
                                "PATCH",
                                runtime + "/nodes/" + node + "?api-version=2018-06-01",
                                "{\"concurrentJobsLimit\":" + jobs + "}")
                        .statusCode())
                .isEqualTo(200);
    }
}
