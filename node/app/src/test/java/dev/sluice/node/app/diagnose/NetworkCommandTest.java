package dev.sluice.node.app.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.testkit.Squid;
import dev.sluice.data.testkit.Squid.Options;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class NetworkCommandTest {
    private static final String HOST = "https://service.corp.test:4433";

    @TempDir
    Path folder;

    private record Said(int exit, String out, String err) {}

    private Said diagnose(String... words) {
        List<String> line = new ArrayList<>(List.of("network", "--data", folder.toString(), "--seconds", "2"));
        line.addAll(List.of(words));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Objects.requireNonNull(DiagnoseMain.commandLine("diagnose"));
        int exit = command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.toArray(String[]::new));
        return new Said(exit, out.toString(), err.toString());
    }

    @Test
    void S21_the_proxy_is_a_hop_of_its_own_and_says_what_it_wants() throws Exception {
        Assumptions.assumeTrue(Squid.installed(), "SKIPPED: squid is not installed");
        try (Squid squid = Squid.start(Options.open().basic("svc", "right"))) {
            Said wrong = diagnose(HOST, "--proxy", "http://svc:wrong@127.0.0.1:" + squid.port());
            assertThat(wrong.exit()).isEqualTo(1);
            assertThat(wrong.out())
                    .contains("through the proxy 127.0.0.1:" + squid.port())
                    .containsPattern("resolver +ok")
                    .containsPattern("tcp +ok")
                    .containsPattern("proxy +failed")
                    .containsPattern("tls +not tried")
                    .contains("ProxyAuthenticationFailed", "and there CONNECT to service.corp.test:4433")
                    .doesNotContain("svc:wrong");
            Said right = diagnose(HOST, "--proxy", "http://svc:right@127.0.0.1:" + squid.port());
            assertThat(right.out()).contains("ProxyCannotReachTarget").containsPattern("proxy +failed");
        }
        try (Squid squid = Squid.start(Options.open().rule("http_access deny all"))) {
            assertThat(diagnose(HOST, "--proxy", squid.address(), "-o", "json").out())
                    .contains("\"code\":\"ProxyDenied\"", "\"inOrder\":false", "CONNECT to service.corp.test:4433");
        }
    }

    @Test
    void R12_servers_are_walked_to_in_a_table_and_the_exit_code_tells_whether_all_is_in_order() throws Exception {
        try (ServerSocket open = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Said fine = diagnose("127.0.0.1:" + open.getLocalPort());
            assertThat(fine.exit()).as(fine.toString()).isZero();
            assertThat(fine.out()).containsPattern("tcp +ok").contains("rule: allow outbound TCP from 127.0.0.1");
            Said both = diagnose("127.0.0.1:" + open.getLocalPort(), "no-such-host.invalid:5432");
            assertThat(both.exit()).isEqualTo(1);
            assertThat(both.out()).contains("HostNameUnresolvable", "no-such-host.invalid");
        }
    }

    @Test
    void without_a_node_and_a_server_it_says_what_is_missing() {
        assertThat(diagnose().err()).contains("there is no node in", "--service URL");
        assertThat(diagnose("db.corp.example").err()).contains("names no port");
    }
}
