package dev.sluice.node.tools.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.agent.network.Step;
import dev.sluice.node.agent.network.Walk;
import dev.sluice.node.tools.trace.NetworkLab;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// From one network namespace over a router to another, where OpenSSL answers HTTPS.
@Timeout(120)
class NetworkWalkTest {
    private static final int PORT = 8443;

    @TempDir
    Path folder;

    @BeforeEach
    void certificate() throws Exception {
        Process made = new ProcessBuilder(List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=lab",
                        "-addext",
                        "subjectAltName=IP:" + NetworkLab.SERVER,
                        "-keyout",
                        "key.pem",
                        "-out",
                        "cert.pem"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        made.getInputStream().readAllBytes();
        assertThat(made.waitFor()).isZero();
    }

    @Test
    void R12_a_sound_way_is_in_order_hop_by_hop_and_its_rule_is_told() throws Exception {
        try (NetworkLab lab = served()) {
            Walk walk = walk(lab, NetworkLab.SERVER);

            assertThat(walk.inOrder()).as("%s", walk).isTrue();
            assertThat(hops(walk)).startsWith("resolver ok, tcp ok, tls ok, http ok");
            assertThat(walk.rule())
                    .isEqualTo("allow outbound TCP from 10.91.1.2 to 10.91.2.2 (now 10.91.2.2) port 8443, without"
                            + " replacing its certificate");
        }
    }

    @Test
    void S20_dropped_packets_are_told_from_a_reset_and_from_a_network_without_a_way() throws Exception {
        try (NetworkLab lab = served()) {
            lab.rule("tcp dport " + PORT + " drop");
            Walk dropped = walk(lab, NetworkLab.SERVER);
            assertThat(dropped.code()).isEqualTo("ServiceTimedOut");
            assertThat(hops(dropped)).isEqualTo("resolver ok, tcp failed, tls not tried, http not tried");
            assertThat(detail(dropped, "tcp")).contains("packets are dropped");
        }
        try (NetworkLab lab = served()) {
            lab.rule("tcp dport " + PORT + " reject with tcp reset");
            Walk reset = walk(lab, NetworkLab.SERVER);
            assertThat(reset.code()).isEqualTo("ServiceConnectionRefused");
            assertThat(detail(reset, "tcp")).contains("refused", "answers with a reset");
        }
        try (NetworkLab lab = served()) {
            lab.rule("tcp dport " + PORT + " reject with icmp type host-unreachable");
            Walk nowhere = walk(lab, NetworkLab.SERVER);
            assertThat(nowhere.code()).isEqualTo("ServiceTimedOut");
            assertThat(detail(nowhere, "tcp")).contains("no way to that network");
        }
    }

    @Test
    void S20_what_lets_tcp_pass_but_not_tls_is_seen_at_the_hop_tls() throws Exception {
        try (NetworkLab lab = served()) {
            // The greeting of TLS is the first large packet.
            lab.rule("tcp dport " + PORT + " meta length > 200 drop");
            Walk swallowed = walk(lab, NetworkLab.SERVER);
            assertThat(swallowed.code()).isEqualTo("TlsHandshakeFailed");
            assertThat(hops(swallowed)).isEqualTo("resolver ok, tcp ok, tls failed, http not tried");
            assertThat(detail(swallowed, "tls")).contains("swallows it");
        }
        try (NetworkLab lab = served()) {
            lab.rule("tcp dport " + PORT + " meta length > 200 reject with tcp reset");
            Walk cut = walk(lab, NetworkLab.SERVER);
            assertThat(cut.code()).isEqualTo("TlsHandshakeFailed");
            assertThat(detail(cut, "tls")).contains("cut after the first packet of TLS");
        }
    }

    @Test
    void S20_a_name_server_that_does_not_answer_is_told_from_a_name_that_does_not_exist() throws Exception {
        try (NetworkLab lab = served()) {
            lab.etc("resolv.conf", "nameserver " + NetworkLab.SERVER + "\noptions timeout:1 attempts:1\n");
            lab.etc("nsswitch.conf", "hosts: files dns\n");
            lab.rule("udp dport 53 drop");
            Walk silent = walk(lab, "service.corp.test");
            assertThat(silent.code()).isEqualTo("ServiceHostUnknown");
            assertThat(hops(silent)).isEqualTo("resolver failed, tcp not tried, tls not tried, http not tried");
            assertThat(detail(silent, "resolver")).contains("Temporary failure", "name servers: " + NetworkLab.SERVER);

            lab.etc("nsswitch.conf", "hosts: files\n");
            Walk unknown = walk(lab, "service.corp.test");
            assertThat(detail(unknown, "resolver")).contains("Name or service not known");
        }
    }

    private NetworkLab served() throws IOException, InterruptedException {
        NetworkLab lab = new NetworkLab();
        lab.serve(
                PORT,
                List.of("openssl", "s_server", "-accept", "" + PORT, "-cert", "cert.pem", "-key", "key.pem", "-www"),
                folder);
        return lab;
    }

    private Walk walk(NetworkLab lab, String host) throws IOException, InterruptedException {
        String said = lab.onClient(
                WalkMain.class, host, "" + PORT, folder.resolve("cert.pem").toString());
        return Wire.decode(said.getBytes(StandardCharsets.UTF_8), Walk.class);
    }

    private static String hops(Walk walk) {
        return walk.steps().stream()
                .map(step -> step.hop() + " " + step.outcome())
                .collect(Collectors.joining(", "));
    }

    private static String detail(Walk walk, String hop) {
        return walk.steps().stream()
                .filter(step -> step.hop().equals(hop))
                .map(Step::detail)
                .findFirst()
                .orElseThrow();
    }
}
