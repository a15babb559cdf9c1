package dev.sluice.node.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.model.Json;
import dev.sluice.secrets.Envelope;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.secrets.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// From registration to removal, with what goes wrong in between.
@Timeout(120)
class NodeLifeTest {
    @TempDir
    Path temp;

    private Path data;
    private LeasingService service;

    @BeforeEach
    void setUp() throws Exception {
        data = temp.resolve("node");
        service = new LeasingService(temp.resolve("ca"));
    }

    @AfterEach
    void tearDown() {
        service.close();
    }

    private record Said(int exit, String out, String err) {}

    private Said run(String... args) throws Exception {
        return run(Map.of(), args);
    }

    private Said run(Map<String, String> environment, String... args) throws Exception {
        try (NodeProcess process = new NodeProcess(temp, environment, args)) {
            int exit = process.await();
            return new Said(exit, process.out(), process.err());
        }
    }

    private void register() throws Exception {
        Path key = Files.writeString(temp.resolve("key.txt"), service.key());
        Said said = run("register", "--data", data.toString(), "--key-file", key.toString(), "--name", "loader-1");
        assertThat(said.exit()).as(said.err()).isZero();
    }

    @Test
    void G02_a_node_registers_silently_by_a_variable_of_its_environment() throws Exception {
        Said said = run(
                Map.of("SLUICE_AUTH_KEY", service.key()), "register", "--data", data.toString(), "--name", "silent");
        assertThat(said.exit()).as(said.err()).isZero();
        assertThat(said.out()).contains("registered node silent");
        assertThat(Files.readString(data.resolve("node.json"))).doesNotContain(service.key());
    }

    @Test
    void S07_what_became_of_a_registration_is_told_apart() throws Exception {
        assertThat(run("status", "--data", data.toString()).err()).contains("NodeNotRegistered");
        register();
        // Deleted: comes back from its copy.
        Files.delete(data.resolve("node.json"));
        assertThat(run("status", "--data", data.toString()).out()).contains("loader-1");
        assertThat(data.resolve("node.json")).exists();
        // Damaged: likewise.
        Files.writeString(data.resolve("node.json"), "{\"service\":");
        assertThat(run("status", "--data", data.toString()).out()).contains("loader-1");
        // Both damaged.
        Files.writeString(data.resolve("node.json"), "{");
        Files.writeString(data.resolve("node.json.bak"), "{");
        assertThat(run("status", "--data", data.toString()).err()).contains("NodeConfigurationDamaged", "node.json");
        // Both deleted, the key is there: somebody removed files.
        Files.delete(data.resolve("node.json"));
        Files.delete(data.resolve("node.json.bak"));
        assertThat(run("status", "--data", data.toString()).err())
                .contains("NodeConfigurationLost", "the node was not unregistered");
    }

    @Test
    void S07_a_node_that_was_unregistered_says_by_whom() throws Exception {
        register();
        Said said = run("unregister", "--force", "--data", data.toString());
        assertThat(said.exit()).as(said.err()).isZero();
        assertThat(run("start", "--data", data.toString()).err())
                .contains("NodeUnregistered", "loader-1", System.getProperty("user.name"));
        register();
        assertThat(run("status", "--data", data.toString()).out()).contains("loader-1");
    }

    @Test
    void G12_a_node_moves_to_another_machine_with_its_key_as_pkcs12() throws Exception {
        register();
        Path password = Files.writeString(temp.resolve("pw.txt"), "Zauberwort 4711\n");
        Path wrong = Files.writeString(temp.resolve("wrong.txt"), "Zauberwort 4712\n");
        Path file = temp.resolve("loader-1.p12");
        Said exported = run(
                "certificate",
                "export",
                file.toString(),
                "--move",
                "--password-file",
                password.toString(),
                "--data",
                data.toString());
        assertThat(exported.exit()).as(exported.err()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(temp.resolve("loader-1.p12.json"))).doesNotContain("PRIVATE");

        Process openssl = new ProcessBuilder(
                        "openssl", "pkcs12", "-in", file.toString(), "-nodes", "-passin", "file:" + password)
                .redirectErrorStream(true)
                .start();
        String shown = new String(openssl.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(openssl.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(openssl.exitValue()).as(shown).isZero();
        assertThat(shown).contains("BEGIN PRIVATE KEY", "loader-1", "BEGIN CERTIFICATE");

        assertThat(run("start", "--data", data.toString()).err()).contains("NodeMovedAway", "loader-1");
        Path there = temp.resolve("there");
        Said refused = run(
                "certificate",
                "import",
                file.toString(),
                "--password-file",
                wrong.toString(),
                "--data",
                there.toString());
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("CertificateInvalid", "password");
        Said imported = run(
                "certificate",
                "import",
                file.toString(),
                "--password-file",
                password.toString(),
                "--data",
                there.toString());
        assertThat(imported.exit()).as(imported.err()).isZero();
        try (NodeProcess node = new NodeProcess(temp, Map.of(), "start", "--data", there.toString())) {
            node.awaitOut("node loader-1 online, service " + service.url());
            node.stop();
        }
    }

    @Test
    void S03_a_number_of_jobs_out_of_range_is_refused_with_the_range_and_how_it_came() throws Exception {
        Said refused = run("start", "--data", data.toString(), "--memory", "1000", "--concurrent-jobs", "20");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("ConcurrentJobsOutOfRange", "1 to 6", "1000 MB", "160 MB");
        Said shown = run("preflight", "--data", data.toString(), "--memory", "1000");
        assertThat(shown.out()).contains("1 to 6 jobs at once", "cores", "1000 MB for jobs");
    }

    @Test
    void S14_preflight_says_all_is_well_of_a_registered_node_as_text_and_as_json() throws Exception {
        register();
        Said said = run("preflight", "--data", data.toString(), "-o", "json");
        assertThat(said.exit()).as(said.out()).isZero();
        JsonNode report = Json.parse(said.out());
        assertThat(report.path("passed").booleanValue()).isTrue();
        assertThat(report.path("findings").findValuesAsString("check"))
                .contains("rights", "disk", "java", "installation", "certificate", "capacity", "resolver", "service");
    }

    @Test
    void S16_loopback_is_not_looked_up_and_a_service_whose_name_is_unknown_is_named() throws Exception {
        register();
        String text = Files.readString(data.resolve("node.json"));
        for (String file : new String[] {"node.json", "node.json.bak"}) {
            Files.writeString(data.resolve(file), text.replace("https://localhost:", "https://nowhere.invalid:"));
        }
        Said said = run("preflight", "--data", data.toString());
        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.out()).contains("failed   resolver", "nowhere.invalid");
    }

    @Test
    void S17_an_installation_with_an_altered_jar_is_named() throws Exception {
        Path lib = Files.createDirectories(temp.resolve("lib"));
        Files.writeString(lib.resolve("broken-1.0.jar"), "this is no jar");
        Said said = run(Map.of("JAVA_TOOL_OPTIONS", "-Dsluice.lib=" + lib), "preflight", "--data", data.toString());
        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.out()).contains("failed   installation", "broken-1.0.jar", "Install it again");
    }

    /// Only root can make files of another account; and where a folder of the class path is closed to others, the other
    /// account cannot start a JVM at all.
    @Test
    void S13_a_folder_of_another_account_is_named_with_right_and_owner_and_switch_account_mends_it() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        assumeThat(readableByAll()).isTrue();
        register();
        Path open = Files.createTempDirectory("sluice-account");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path moved = open.resolve("node");
        Files.move(data, moved);
        Files.setPosixFilePermissions(moved, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (NodeProcess other = NodeProcess.as("nobody", open, "start", "--data", moved.toString())) {
            assertThat(other.await()).isEqualTo(1);
            assertThat(other.err())
                    .contains("PreflightFolderForbidden", "'nobody' may not", moved.toString(), "root rwx")
                    .contains("switch-account");
        }
        assertThat(run("switch-account", "no-such-user", "--data", moved.toString())
                        .err())
                .contains("PreflightAccountUnknown");
        Said given = run("switch-account", "nobody", "--data", moved.toString());
        assertThat(given.exit()).as(given.err()).isZero();
        try (NodeProcess other = NodeProcess.as("nobody", open, "start", "--data", moved.toString())) {
            other.awaitOut("node loader-1 online");
            other.stop();
        }
    }

    /// As where a service account was changed and a key file forgotten.
    @Test
    void S11_a_node_that_may_not_read_its_key_is_limited_says_why_and_goes_on_once_that_is_mended() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        register();
        Path key = data.resolve("keys/node.key");
        assertThat(key).exists();
        var accounts = key.getFileSystem().getUserPrincipalLookupService();
        Files.setOwner(key, accounts.lookupPrincipalByName("nobody"));
        try (NodeProcess node = NodeProcess.heldToModes(temp, "start", "--data", data.toString())) {
            JsonNode said = Json.parse("{}");
            for (int i = 0; i < 100 && !said.path("state").asString("").equals("Limited"); i++) {
                said = Json.parse(
                        run("status", "--data", data.toString(), "-o", "json").out());
            }
            assertThat(said.path("state").asString("")).isEqualTo("Limited");
            assertThat(said.path("code").asString("")).isEqualTo("NodeKeyUnreadable");
            assertThat(said.path("hop").asString("")).isEqualTo("machine");
            assertThat(said.path("problem").asString(""))
                    .contains("'root' may not read", key.toString(), "nobody rw-------");
            assertThat(node.err()).contains("NodeKeyUnreadable", "switch-account root", "chown root " + key);
            Files.setOwner(key, accounts.lookupPrincipalByName("root"));
            node.awaitOut("node loader-1 online");
            assertThat(node.out()).containsOnlyOnce("online");
            node.stop();
        }
    }

    @Test
    void G11_secrets_are_sealed_on_the_nodes_machine_and_only_it_opens_them() throws Exception {
        register();
        Path plain = Files.writeString(temp.resolve("shop.json"), """
                {"properties":{"type":"PostgreSqlV2","typeProperties":{"server":"db","username":"u",
                "password":{"type":"SecureString","value":"Zauberwort 4711"}}}}""");
        Said sealed = run("encrypt", plain.toString(), "--data", data.toString());
        assertThat(sealed.exit()).as(sealed.err()).isZero();
        assertThat(sealed.out()).doesNotContain("Zauberwort");
        JsonNode password = Json.parse(sealed.out()).at("/properties/typeProperties/password");
        NodeKeys keys = NodeKeys.load(data.resolve("keys"));
        try (Secret opened = Envelope.open(
                password.path("sealed").stringValue(),
                keys.privateKey(),
                keys.identity().certificate())) {
            assertThat(opened.reveal()).isEqualTo("Zauberwort 4711");
        }
        Files.writeString(plain, "{\"properties\":{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"/data\"}}}");
        Said nothing = run("encrypt", plain.toString(), "--data", data.toString());
        assertThat(nothing.exit()).isEqualTo(2);
        assertThat(nothing.err()).contains("no secret in the clear");
    }

    @Test
    void S15_a_registered_machine_registers_elsewhere_only_after_it_was_unregistered() throws Exception {
        register();
        try (LeasingService other = new LeasingService(temp.resolve("ca-2"))) {
            Said refused = run(
                    Map.of("SLUICE_AUTH_KEY", other.key()), "register", "--data", data.toString(), "--name", "again");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("NodeAlreadyRegistered", "loader-1", service.url(), "sluice node unregister");
            Said left = run("unregister", "--data", data.toString());
            assertThat(left.exit()).as(left.err()).isZero();
            Said moved = run(
                    Map.of("SLUICE_AUTH_KEY", other.key()), "register", "--data", data.toString(), "--name", "again");
            assertThat(moved.exit()).as(moved.err()).isZero();
            assertThat(run("status", "--data", data.toString()).out()).contains("again", other.url());
        }
    }

    @Test
    void G04_a_data_folder_has_one_node_and_whoever_comes_second_is_told_who_has_it() throws Exception {
        register();
        try (NodeProcess node = new NodeProcess(temp, Map.of(), "start", "--data", data.toString())) {
            node.awaitOut("online");
            Said second = run("start", "--data", data.toString());
            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.err()).contains("DataFolderInUse", data.toString(), "process " + node.pid());
            Said away = run("unregister", "--data", data.toString());
            assertThat(away.exit()).isEqualTo(1);
            assertThat(away.err()).contains("DataFolderInUse", "process " + node.pid());
            // A killed holder holds nothing.
            node.kill();
        }
        try (NodeProcess next = new NodeProcess(temp, Map.of(), "start", "--data", data.toString())) {
            next.awaitOut("online");
            next.stop();
        }
    }

    @Test
    void a_node_whose_data_folder_was_removed_stops_and_says_so_once() throws Exception {
        register();
        try (NodeProcess node = new NodeProcess(temp, Map.of(), "start", "--data", data.toString())) {
            node.awaitOut("online");
            Files.move(data, temp.resolve("elsewhere"));
            assertThat(node.await()).isEqualTo(1);
            assertThat(node.err()).containsOnlyOnce("NodeFolderGone").contains(data.toString(), "bring it back");
        }
        Files.move(temp.resolve("elsewhere"), data);
        try (NodeProcess node = new NodeProcess(temp, Map.of(), "start", "--data", data.toString())) {
            node.awaitOut("online");
            node.stop();
        }
    }

    private static boolean readableByAll() throws Exception {
        for (String part : System.getProperty("java.class.path").split(":")) {
            for (Path at = Path.of(part).toAbsolutePath(); at != null; at = at.getParent()) {
                if (Files.exists(at)
                        && !PosixFilePermissions.toString(Files.getPosixFilePermissions(at))
                                .endsWith("r-x")
                        && Files.isDirectory(at)) {
                    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(at));
                    if (!mode.endsWith("rwx") && !mode.endsWith("--x")) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
