package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Nodes on machines whose firewalls drop all that comes in, and all that goes out but to the service's one port: no
/// way leads from one node to the other either.
class IsolatedNodesTest {
    private static final Pattern DROPPED = Pattern.compile("counter packets (\\d+) bytes \\d+ drop");

    private static TestFactory factory(Installation installation, String name) throws Exception {
        TestFactory factory = installation.factory(name).runtime("Plant");
        Path folder = installation.files(name);
        Files.writeString(folder.resolve("in.csv"), "id,name\n1,one\n2,two\n");
        return factory.linkedService("Disk", "FileServer", Map.of("host", folder.toString()), "Plant")
                .csv("In", "Disk", "in.csv", "")
                .parquet("Out", "Disk", "out.parquet")
                .pipeline("Copy", Copy.of("Copy", "In", TestFactory.FROM_CSV, "Out", TestFactory.TO_PARQUET));
    }

    private static String copied(TestFactory factory) {
        String id = factory.start("Copy");
        Run run = factory.finish(id);
        assertThat(run.status()).as(run.toString()).isEqualTo("Succeeded");
        assertThat(run.output("Copy").path("rowsCopied").asInt()).isEqualTo(2);
        return factory.client()
                .get("/api/v1/runs/" + id + "/progress")
                .at("/activities/0/node")
                .asString("");
    }

    private static long dropped(Cell cell, String chain) {
        String rules = cell.rules();
        Matcher found = DROPPED.matcher(rules.substring(rules.indexOf("chain " + chain)));
        assertThat(found.find()).as(rules).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static JsonNode status(TestFactory factory) {
        return factory.client()
                .post(factory.paths().one("integrationRuntimes", "Plant") + "/getStatus", null)
                .path("properties");
    }

    private static JsonNode node(TestFactory factory, String name) {
        return status(factory)
                .at("/typeProperties/nodes")
                .valueStream()
                .filter(n -> n.path("nodeName").asString("").equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void G03_a_node_works_where_nothing_comes_in_and_nothing_goes_out_but_to_one_port() throws Exception {
        try (Cell cell = new Cell(31);
                Installation installation = new Installation()) {
            installation.startService(cell.host());
            cell.closeAllBut(cell.host(), installation.port());
            TestFactory factory = factory(installation, "outbound");
            installation.joinNode("inner", factory.authKey("Plant"), cell);
            assertThat(copied(factory)).isEqualTo("inner");

            // It listens to nobody outside, and nobody outside would get through.
            assertThat(cell.inside("ss -Hltn").lines().filter(l -> !l.contains("127.0.0.1:") && !l.contains("[::1]:")))
                    .isEmpty();
            long in = dropped(cell, "in");
            assertThatThrownBy(() -> {
                        try (Socket knock = new Socket()) {
                            knock.connect(new InetSocketAddress(cell.address(), 8060), 1_500);
                        }
                    })
                    .isInstanceOf(java.io.IOException.class);
            assertThat(dropped(cell, "in")).isGreaterThan(in);
            // Nor does it get out elsewhere: the firewall is a real one.
            long out = dropped(cell, "out");
            assertThat(cell.inside("timeout 1 bash -c 'exec 3<>/dev/tcp/" + cell.host() + "/9' 2>&1 || echo shut"))
                    .contains("shut");
            assertThat(dropped(cell, "out")).isGreaterThan(out);
            assertThat(copied(factory)).isEqualTo("inner");
            // Lookups of names and the like were not even tried by the node.
            assertThat(node(factory, "inner").path("status").asString()).isEqualTo("Online");
        }
    }

    /// There is no port 8060 that one node would have to reach another by.
    @Test
    void S22_nodes_that_cannot_reach_each_other_are_online_and_both_work_and_one_without_a_way_is_named()
            throws Exception {
        try (Cell west = new Cell(32);
                Cell east = new Cell(33);
                Installation installation = new Installation()) {
            installation.startService(west.host());
            west.closeAllBut(west.host(), installation.port());
            east.closeAllBut(west.host(), installation.port());
            TestFactory factory = factory(installation, "apart");
            String key = factory.authKey("Plant");
            installation.joinNode("west", key, west).joinNode("east", key, east);
            assertThat(status(factory).path("state").asString()).isEqualTo("Online");
            assertThat(west.inside(
                            "timeout 1 bash -c 'exec 3<>/dev/tcp/" + east.address() + "/8060' 2>&1 || echo shut"))
                    .contains("shut");
            Set<String> workers = new TreeSet<>();
            Eventually.holds("both have worked", () -> {
                workers.add(copied(factory));
                return workers.size() == 2;
            });

            east.cutOff();
            JsonNode group = Eventually.value(
                    "the group is limited",
                    Duration.ofSeconds(60),
                    () -> status(factory),
                    s -> s.path("state").asString("").equals("Limited"));
            assertThat(group.at("/typeProperties/stateReason/message").asString())
                    .contains("1 of 2 nodes", "east Offline (NodeNotHeard");
            assertThat(node(factory, "west").path("status").asString()).isEqualTo("Online");
            assertThat(copied(factory)).isEqualTo("west");
            // The node itself says where its way ends.
            JsonNode said = Eventually.value(
                    "the node knows",
                    Duration.ofSeconds(90),
                    () -> installation.nodeStatus("east"),
                    s -> s.path("state").asString("").equals("Offline"));
            assertThat(said.path("code").asString()).isEqualTo("ServiceTimedOut");
            assertThat(said.path("hop").asString()).isEqualTo("tcp");
            assertThat(said.path("problem").asString()).contains(west.host());
        }
    }
}
