package dev.sluice.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.testkit.Squid;
import dev.sluice.data.testkit.Squid.Options;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import dev.sluice.secrets.Certificates;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A node whose only way out is a real squid: its service has a name that only squid can resolve.
@Timeout(240)
class ProxyTest {
    private static final String HOST = "service.corp.test";
    private static final String PASSWORD = "pr0xy-Zauberwort";

    @TempDir
    Path temp;

    private Path data;
    private LeasingService service;

    @BeforeEach
    void setUp() throws Exception {
        Assumptions.assumeTrue(Squid.installed(), "SKIPPED: squid is not installed");
        data = temp.resolve("node");
        service = new LeasingService(temp.resolve("ca"), HOST);
        Files.writeString(temp.resolve("key.txt"), service.key());
    }

    @AfterEach
    void tearDown() {
        if (service != null) {
            service.close();
        }
    }

    @Test
    void G10_a_node_registers_and_works_through_a_proxy_with_user_and_password() throws Exception {
        try (Squid squid = Squid.start(options().basic("svc", PASSWORD));
                NodeProcess node = start(squid, "svc", PASSWORD)) {
            node.awaitOut("node loader-1 online");
            assertThat(webCall("j1", "https://" + service.url().substring(8) + "/nowhere"))
                    .as("a web activity goes the same way and trusts as little as it should")
                    .contains("PKIX path building failed", "presented was CN=" + HOST, "issued by CN=Sluice");
            assertThat(squid.accessLog()).contains("CONNECT " + HOST).contains(" svc ");
            assertThat(sealedFiles()).noneMatch(text -> text.contains(PASSWORD));
            assertThat(command("proxy", "show").out())
                    .contains("custom", "127.0.0.1:" + squid.port(), "svc, password set")
                    .doesNotContain(PASSWORD);
        }
    }

    @Test
    void G10_digest_is_used_where_the_proxy_asks_for_it() throws Exception {
        try (Squid squid = Squid.start(options().digest("svc", PASSWORD));
                NodeProcess node = start(squid, "svc", PASSWORD)) {
            node.awaitOut("node loader-1 online");
        }
    }

    @Test
    void S21_a_wrong_password_at_the_proxy_is_named_with_the_scheme_it_wants() throws Exception {
        try (Squid squid = Squid.start(options().basic("svc", PASSWORD));
                NodeProcess node = start(squid, "svc", "wrong")) {
            assertThat(node.await()).isEqualTo(1);
            assertThat(node.err())
                    .contains("ProxyAuthenticationFailed", "127.0.0.1:" + squid.port(), "HTTP 407, scheme Basic")
                    .contains("refuses user 'svc'", "sluice node proxy set")
                    .doesNotContain("wrong\n");
        }
    }

    @Test
    void S21_a_proxy_that_denies_the_host_is_named_with_what_to_ask_for() throws Exception {
        try (Squid squid = Squid.start(options().rule("http_access deny all"));
                NodeProcess node = start(squid, "", "")) {
            assertThat(node.await()).isEqualTo(1);
            assertThat(node.err())
                    .contains("ProxyDenied", "HTTP 403", "ERR_ACCESS_DENIED")
                    .contains("Ask the network team to allow", HOST + ":");
        }
    }

    @Test
    void S21_a_proxy_that_does_not_know_the_host_is_told_from_one_that_is_not_there() throws Exception {
        try (Squid squid = Squid.start(Options.open())) {
            try (NodeProcess node = start(squid, "", "")) {
                assertThat(node.await()).isEqualTo(1);
                assertThat(node.err()).contains("ProxyCannotReachTarget", "HTTP 50", "ERR_", HOST);
            }
            squid.kill();
            try (NodeProcess node = start(squid, "", "")) {
                assertThat(node.await()).isEqualTo(1);
                assertThat(node.err()).contains("ProxyUnreachable", "127.0.0.1:" + squid.port(), "nothing listens");
            }
        }
    }

    @Test
    void S25_a_proxy_that_re_signs_tls_is_named_by_its_issuer_and_passes_once_it_is_trusted() throws Exception {
        Assumptions.assumeTrue(Squid.canInspect(), "SKIPPED: this squid cannot open TLS; install squid-openssl");
        Path origin = Files.createTempFile("sluice-origin", ".pem");
        Files.writeString(origin, Certificates.toPem(service.authority()));
        origin.toFile().setReadable(true, false);
        try (Squid squid = Squid.start(options().inspects(origin))) {
            try (NodeProcess node = start(squid, "", "")) {
                assertThat(node.await()).isEqualTo(1);
                assertThat(node.err())
                        .contains("TlsCertificateReplaced", "CN=Corp Inspection CA", "--ca FILE")
                        .contains("topmost certificate SHA-256");
            }
            try (NodeProcess node = start(squid, "", "", "--ca", squid.ca().toString())) {
                node.awaitOut("node loader-1 online");
                assertThat(webCall("j1", service.url() + "/nowhere"))
                        .as("jobs trust the company's authority, too: the service itself answers")
                        .contains("401");
            }
        } finally {
            Files.deleteIfExists(origin);
        }
    }

    @Test
    void G10_a_running_node_takes_over_other_settings_of_the_proxy() throws Exception {
        try (Squid first = Squid.start(options());
                NodeProcess node = start(first, "", "")) {
            node.awaitOut("node loader-1 online");
            try (Squid second = Squid.start(options().basic("svc", PASSWORD))) {
                Path password = Files.writeString(temp.resolve("pw2"), "wrong");
                set(second, password);
                first.kill();
                awaitStatus(said -> said.path("code").asString("").equals("ProxyAuthenticationFailed")
                        && said.path("hop").asString("").equals("proxy"));
                Files.writeString(password, PASSWORD);
                set(second, password);
                awaitStatus(said -> said.path("state").asString("").equals("Online"));
                // Requests for work that died with the first proxy still wait at this service and take a job each.
                for (int i = 0; i < 6; i++) {
                    service.offer(web("after" + i, service.url() + "/nowhere"));
                }
                assertThat(service.awaitReport(job -> job.jobId().startsWith("after"))
                                .outcome()
                                .toString())
                        .contains("PKIX");
                assertThat(second.accessLog()).contains("CONNECT " + HOST);
            }
        }
    }

    @Test
    void G10_none_leaves_the_environments_proxy_aside_and_bypassed_hosts_are_reached_directly() throws Exception {
        service.close();
        service = new LeasingService(temp.resolve("ca2"));
        Path key = Files.writeString(temp.resolve("key2.txt"), service.key());
        // A proxy that is not there: whoever asks it fails.
        Map<String, String> environment =
                Map.of("HTTPS_PROXY", "http://127.0.0.1:1", "https_proxy", "http://127.0.0.1:1");
        try (NodeProcess node = new NodeProcess(
                temp,
                environment,
                line("--key-file", key.toString(), "--proxy", "none").toArray(String[]::new))) {
            node.awaitOut("node loader-1 online");
            service.offer(web("direct", "https://127.0.0.2:1/"));
            assertThat(service.awaitReport(new JobRef("direct", 1)).outcome().toString())
                    .contains("refused")
                    .doesNotContain("Proxy");
            assertThat(command(
                                    "proxy",
                                    "set",
                                    "--proxy",
                                    "http://127.0.0.1:1",
                                    "--proxy-bypass",
                                    "127.0.0.2,10.0.0.0/8,.corp.test")
                            .await())
                    .isZero();
            awaitOutcome("bypassed", "https://127.0.0.3:1/", text -> text.contains("ProxyUnreachable"));
            awaitOutcome("around", "https://127.0.0.2:1/", text -> text.contains("refused") && !text.contains("Proxy"));
        }
    }

    private Options options() {
        return Options.open().host(HOST, "127.0.0.1");
    }

    private void set(Squid squid, Path password) throws Exception {
        try (NodeProcess set = command(
                "proxy",
                "set",
                "--proxy",
                squid.address(),
                "--proxy-user",
                "svc",
                "--proxy-password-file",
                password.toString())) {
            assertThat(set.await()).as(set.err()).isZero();
        }
    }

    /// Ended, with the node's data folder.
    private NodeProcess command(String... words) throws Exception {
        List<String> line = new ArrayList<>(List.of(words));
        line.addAll(List.of("--data", data.toString()));
        NodeProcess process = new NodeProcess(temp, Map.of(), line.toArray(String[]::new));
        process.await();
        return process;
    }

    private void awaitStatus(Predicate<JsonNode> wanted) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            String said = command("status", "-o", "json").out();
            if (wanted.test(Json.parse(said))) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("status stays " + said);
            }
        }
    }

    /// Until the node has taken settings over. An offer may be lost with the connection of the old ones.
    private void awaitOutcome(String id, String url, Predicate<String> wanted) throws Exception {
        String said = "";
        for (int i = 0; i < 20 && !wanted.test(said); i++) {
            JobRef job = new JobRef(id + i, 1);
            service.offer(web(id + i, url));
            said = service.reportWithin(5, job::equals)
                    .map(report -> report.outcome().toString())
                    .orElse("");
        }
        assertThat(said).matches(wanted);
    }

    private String webCall(String id, String url) throws Exception {
        service.offer(web(id, url));
        return service.awaitReport(new JobRef(id, 1)).outcome().toString();
    }

    private static JobOffer web(String id, String url) {
        ObjectNode activity = Json.parseObject("{\"name\":\"call\",\"type\":\"WebActivity\",\"typeProperties\":{}}");
        ((ObjectNode) activity.path("typeProperties")).put("url", url).put("method", "GET");
        JobSpec spec = new JobSpec("WebActivity", "f", "p", "r", "a", "call", activity, List.of(), List.of(), Map.of());
        return new JobOffer(new JobRef(id, 1), "WebActivity", spec.toJson(), 600_000);
    }

    private List<String> sealedFiles() throws Exception {
        List<String> texts = new ArrayList<>();
        try (var files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try {
                    texts.add(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1));
                } catch (java.nio.file.NoSuchFileException gone) {
                    // A report that was acknowledged meanwhile.
                }
            }
        }
        return texts;
    }

    private List<String> line(String... more) {
        List<String> line = new ArrayList<>(List.of("start", "--data", data.toString(), "--name", "loader-1"));
        line.addAll(List.of("--concurrent-jobs", "1", "--memory", "300"));
        line.addAll(List.of(more));
        return line;
    }

    private NodeProcess start(Squid squid, String user, String password, String... more) throws Exception {
        List<String> line = line(more);
        line.addAll(List.of("--key-file", temp.resolve("key.txt").toString(), "--proxy", squid.address()));
        if (!user.isEmpty()) {
            Path file = Files.writeString(temp.resolve("pw.txt"), password + "\n");
            line.addAll(List.of("--proxy-user", user, "--proxy-password-file", file.toString()));
        }
        return new NodeProcess(temp, Map.of(), line.toArray(String[]::new));
    }
}
