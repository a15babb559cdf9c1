package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Activities that fail by the network bring the walk to the server along.
@Timeout(120)
class FailedWayTest {
    private static final String SECRET = "a-password-nobody-may-see";

    @TempDir
    Path folder;

    static String postgres(String host, int port) {
        return """
            {"type":"PostgreSqlV2","typeProperties":{"server":"%s","port":%d,"database":"postgres","connectionTimeout":3,
            "username":"postgres","password":{"type":"SecureString","value":"%s"}}}""".formatted(host, port, SECRET);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private JobBench lookup(String service) {
        return JobBench.job(folder, "Lookup", """
                {"source":{"type":"PostgreSqlV2Source","query":"select 1"}}""").reading("{\"type\":\"PostgreSqlV2Table\"}", service);
    }

    private static String walk(ActivityError error) {
        return error.details().getFirst().evidence().getOrDefault("networkWalk", "");
    }

    @Test
    void R12_a_refused_port_is_walked_to_and_the_hop_and_the_rule_are_evidence() throws Exception {
        int port = closedPort();
        ActivityError error = lookup(postgres("127.0.0.1", port)).error();
        assertThat(error.details().getFirst().code()).isEqualTo("ConnectionRefused");
        assertThat(walk(error))
                .startsWith("127.0.0.1:" + port + ": the way ends at hop tcp. resolver ok")
                .contains("tcp failed", "the connection is refused", "rule: allow outbound TCP")
                .doesNotContain(SECRET);
    }

    @Test
    void R12_a_name_that_does_not_exist_ends_the_way_at_the_resolver() {
        ActivityError error = lookup(postgres("no-such-host.invalid", 5432)).error();
        assertThat(error.details().getFirst().code()).isEqualTo("HostNameUnresolvable");
        assertThat(walk(error))
                .startsWith("no-such-host.invalid:5432: the way ends at hop resolver. resolver failed")
                .doesNotContain("tcp ok", SECRET);
    }

    @Test
    void R12_a_copy_that_is_cut_off_says_whether_the_way_is_there_again() throws Exception {
        try (CuttingProxy line = new CuttingProxy(Postgres.server().getPort(), 1_000, 40, 12)) {
            ActivityError error = lookup(postgres("127.0.0.1", line.port())).error();
            assertThat(error.details().getFirst().code()).isEqualTo("ConnectionLost");
            assertThat(walk(error)).contains("every hop is in order now", "resolver ok", "tcp ok");
        }
    }

    @Test
    void a_failure_that_is_not_the_networks_is_not_walked_after() {
        ActivityError error = lookup(postgres("127.0.0.1", Postgres.server().getPort())
                        .replace("\"postgres\",\"conn", "\"none\",\"conn"))
                .error();
        assertThat(error.details().getFirst().code()).isEqualTo("DatabaseNotFound");
        assertThat(walk(error)).isEmpty();
    }

    /// In a network of its own, whose only rule drops or resets what goes to the database's port.
    @Test
    void R12_dropped_packets_and_resets_of_a_firewall_are_seen_by_the_walk() throws Exception {
        JsonNode dropped = behind("drop");
        assertThat(dropped.at("/details/0/code").stringValue()).isEqualTo("ConnectionTimedOut");
        assertThat(dropped.at("/details/0/evidence/networkWalk").stringValue())
                .contains("the way ends at hop tcp", "packets are dropped on the way", "port 5432");
        JsonNode reset = behind("reject with tcp reset");
        assertThat(reset.at("/details/0/code").stringValue()).isEqualTo("ConnectionRefused");
        assertThat(reset.at("/details/0/evidence/networkWalk").stringValue()).contains("answers with a reset");
    }

    private JsonNode behind(String rule) throws IOException, InterruptedException {
        boolean possible = "root".equals(System.getProperty("user.name"))
                && List.of("/usr/sbin/ip", "/usr/sbin/nft", "/usr/bin/unshare").stream()
                        .allMatch(p -> Files.isExecutable(Path.of(p)));
        assumeTrue(possible, "NETWORK TESTS ARE SKIPPED: root and iproute2, nftables, unshare are needed");
        String script = "ip link set lo up && nft add table ip t"
                + " && nft 'add chain ip t o { type filter hook output priority 0; }'"
                + " && nft 'add rule ip t o tcp dport 5432 " + rule + "' && exec \"$@\"";
        Process p = new ProcessBuilder(
                        "unshare",
                        "-n",
                        "sh",
                        "-c",
                        script,
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        UnreachedMain.class.getName(),
                        "127.0.0.1",
                        "5432",
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor()).as(said).isZero();
        assertThat(said).doesNotContain(SECRET);
        return Json.parse(said.substring(said.lastIndexOf("\n{") + 1));
    }
}
