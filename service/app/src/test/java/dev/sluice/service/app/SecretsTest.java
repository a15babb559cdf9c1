package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.JobOffer;
import dev.sluice.wire.KnownSecret;
import dev.sluice.wire.ResealOrder;
import dev.sluice.wire.ResealRequest;
import dev.sluice.wire.Resealed;
import dev.sluice.wire.UnregisterResponse;
import dev.sluice.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Secrets stay sealed: in the store, in answers, in logs.
class SecretsTest {
    private static final String MARKED = "Marked-S3cret-Value";

    @TempDir
    Path folder;

    @Test
    void a_secret_is_nowhere_but_in_its_envelope() throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (Bench bench = new Bench(folder)) {
            bench.factory("fab", "");
            store(bench, "from", "{\"type\":\"SecureString\",\"value\":\"" + MARKED + "\"}");
            bench.client.put("fab/linkedservices/from", "{\"properties\":{\"password\":\"" + MARKED + "\" broken");
            bench.client.put(
                    "fab/linkedservices/from",
                    "{\"properties\":{\"typeProperties\":{\"password\":\"" + MARKED + "\"}}}");
            bench.ok("PUT", "fab/linkedservices/string", """
                    {"properties":{"type":"PostgreSql","typeProperties":{
                     "connectionString":"host=h;port=5432;database=d;uid=u;password=%s"}}}""".formatted(MARKED));
            bench.ok("PUT", "fab/pipelines/secure", """
                    {"properties":{"parameters":{"s":{"type":"SecureString"}},"activities":[
                     {"name":"w","type":"Wait","typeProperties":{"waitTimeInSeconds":1}}]}}""");
            String run = bench.ok("POST", "fab/pipelines/secure/createRun", "{\"s\":\"" + MARKED + "\"}")
                    .json()
                    .get("runId")
                    .stringValue();
            bench.ok("GET", "fab/pipelineruns/" + run, "");
            bench.ok("GET", "fab/linkedservices", "");
            FakeNode node = bench.node("fab", "alpha");
            bench.run("fab", "p");
            JobOffer job = node.leaseOne();
            assertThat(job.spec().toString()).doesNotContain(MARKED);
            node.succeed(job.job());
            assertThat(bench.client.seen)
                    .allSatisfy(answer -> assertThat(answer).doesNotContain(MARKED));
        } finally {
            System.setErr(before);
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(MARKED).doesNotContain("IR@fab");
        assertThat(filesWith(folder.resolve("data"), MARKED)).isEmpty();
    }

    private static List<Path> filesWith(Path folder, String text) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> {
                        try {
                            return new String(Files.readAllBytes(f), StandardCharsets.ISO_8859_1).contains(text);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
        }
    }

    private static void store(Bench bench, String name, String password) throws Exception {
        bench.ok("PUT", "fab/linkedservices/" + name, """
                {"properties":{"type":"FileServer","connectVia":{"referenceName":"mine","type":"IntegrationRuntimeReference"},
                 "typeProperties":{"host":"/data","userId":"u","password":%s}}}""".formatted(password));
    }

    private static String sealed(JobOffer job) {
        JsonNode password = job.spec().at("/inputs/0/linkedService/properties/typeProperties/password");
        return password.get("sealed").stringValue();
    }

    @Test
    void a_secret_saved_before_the_first_node_came_is_handed_to_it() throws Exception {
        try (Bench bench = new Bench(folder)) {
            bench.factory("fab", "");
            FakeNode node = bench.node("fab", "alpha");
            bench.run("fab", "p");
            assertThat(node.openSecret(sealed(node.leaseOne()))).isEqualTo("pw-from");
        }
    }

    @Test
    void a_job_queued_before_the_first_node_came_can_be_opened_by_it() throws Exception {
        try (Bench bench = new Bench(folder)) {
            bench.factory("fab", "");
            bench.run("fab", "p");
            FakeNode node = bench.node("fab", "alpha");
            FakeNode other = bench.node("fab", "beta");
            assertThat(other.openSecret(sealed(other.leaseOne()))).isEqualTo("pw-from");
            bench.run("fab", "p");
            assertThat(node.openSecret(sealed(node.leaseOne()))).isEqualTo("pw-from");
        }
    }

    @Test
    void a_secret_saved_later_is_for_every_node_of_the_group_and_the_mask_keeps_it() throws Exception {
        try (Bench bench = new Bench(folder)) {
            bench.factory("fab", "");
            FakeNode alpha = bench.node("fab", "alpha");
            FakeNode beta = bench.node("fab", "beta");
            store(bench, "from", "{\"type\":\"SecureString\",\"value\":\"both\"}");
            store(bench, "from", "{\"type\":\"SecureString\",\"value\":\"**********\"}");
            bench.run("fab", "p");
            String sealed = sealed(alpha.leaseOne());
            assertThat(alpha.openSecret(sealed)).isEqualTo("both");
            assertThat(beta.openSecret(sealed)).isEqualTo("both");
        }
    }

    @Test
    void a_node_that_came_later_leaves_a_job_to_those_who_can_open_its_secrets() throws Exception {
        try (Bench bench = new Bench(folder)) {
            bench.factory("fab", "");
            FakeNode early = bench.node("fab", "early");
            FakeNode late = bench.node("fab", "late");
            bench.run("fab", "p");
            assertThat(late.lease(5, 0).jobs()).isEmpty();
            JobOffer job = early.leaseOne();
            assertThat(early.openSecret(sealed(job))).isEqualTo("pw-from");
            early.succeed(job.job());
            bench.run("fab", "p");
            bench.clock.advance(java.time.Duration.ofSeconds(25));
            // Nobody else is there: better an error that says so than a job that waits for ever.
            assertThat(late.lease(5, 0).jobs()).hasSize(1);
        }
    }

    private static String inSync(Bench bench, String node) throws Exception {
        return bench.ok("GET", "fab/integrationRuntimes/mine/nodes/" + node, "")
                .json()
                .at("/capabilities/credentialInSync")
                .stringValue();
    }

    @Test
    void S09_a_node_that_can_open_a_secret_seals_it_to_one_that_came_later_and_the_service_never_opens_it()
            throws Exception {
        try (Bench bench = new Bench(folder)) {
            bench.factory("fab", "");
            FakeNode early = bench.node("fab", "early");
            String queued = bench.run("fab", "p");
            FakeNode late = bench.node("fab", "late");
            assertThat(inSync(bench, "late")).isEqualTo("False");
            assertThat(inSync(bench, "early")).isEqualTo("True");
            assertThat(late.heartbeat().reseal()).isEmpty();
            // Two linked services with a secret each; the queued job holds the same two.
            assertThat(early.reseal()).isEqualTo(2);
            assertThat(inSync(bench, "late")).isEqualTo("True");
            assertThat(early.heartbeat().reseal()).isEmpty();
            bench.ok("POST", "fab/integrationRuntimes/mine/syncCredentials", "");
            bench.ok("DELETE", "fab/integrationRuntimes/mine/nodes/early", "");
            JobOffer job = late.leaseOne();
            assertThat(late.openSecret(sealed(job))).isEqualTo("pw-from");
            late.succeed(job.job());
            assertThat(bench.status("fab", queued)).isEqualTo("Succeeded");
            bench.run("fab", "p");
            assertThat(late.openSecret(sealed(late.leaseOne()))).isEqualTo("pw-from");
        }
    }

    @Test
    void S09_what_a_node_sealed_is_only_taken_when_everybody_can_open_it() throws Exception {
        try (Bench bench = new Bench(folder)) {
            bench.factory("fab", "");
            FakeNode early = bench.node("fab", "early");
            FakeNode late = bench.node("fab", "late");
            early.reseal(late.registered.certificate());
            assertThat(inSync(bench, "late")).isEqualTo("False");
            early.reseal(early.registered.certificate());
            assertThat(inSync(bench, "late")).isEqualTo("False");
            assertThat(late.send(Wire.RESEAL, new ResealRequest(List.of(new Resealed("nothing", "junk"))))
                            .statusCode())
                    .isEqualTo(204);
            assertThat(early.reseal()).isEqualTo(2);
            assertThat(inSync(bench, "late")).isEqualTo("True");
        }
    }

    @Test
    void S09_what_is_to_be_sealed_anew_is_known_again_after_a_restart_and_a_secret_saved_meanwhile_stays()
            throws Exception {
        try (Bench bench = new Bench(folder)) {
            bench.factory("fab", "");
            FakeNode early = bench.node("fab", "early");
            FakeNode late = bench.node("fab", "late");
            bench.restart();
            early = early.at(bench.client);
            late = late.at(bench.client);
            List<ResealOrder> orders = early.heartbeat().reseal();
            assertThat(orders).hasSize(2);
            store(bench, "from", "{\"type\":\"SecureString\",\"value\":\"newer\"}");
            early.reseal();
            bench.run("fab", "p");
            assertThat(late.openSecret(sealed(late.leaseOne()))).isEqualTo("newer");
        }
    }

    @Test
    void S09_removing_a_node_lists_the_secrets_that_it_knew() throws Exception {
        try (Bench bench = new Bench(folder)) {
            bench.factory("fab", "");
            FakeNode early = bench.node("fab", "early");
            FakeNode late = bench.node("fab", "late");
            assertThat(bench.ok("DELETE", "fab/integrationRuntimes/mine/nodes/late", "")
                            .json()
                            .get("knownSecrets"))
                    .isEmpty();
            UnregisterResponse left = Wire.decode(
                    early.send(Wire.UNREGISTER, new ResealRequest(List.of())).body(), UnregisterResponse.class);
            assertThat(left.secrets())
                    .contains(new KnownSecret("fab", "linked service 'from'", "/properties/typeProperties/password"))
                    .hasSize(2);
            assertThat(late.send(Wire.RESEAL, new ResealRequest(List.of())).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void what_only_looks_sealed_is_refused_and_never_holds_up_the_queue() throws Exception {
        try (Bench bench = new Bench(folder)) {
            bench.factory("fab", "");
            TestClient.Reply refused = bench.client.put("fab/linkedservices/junk", """
                    {"properties":{"type":"FileServer","typeProperties":{
                     "password":{"type":"SecureString","sealed":"junk"}}}}""");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().at("/error/target").stringValue())
                    .isEqualTo("/properties/typeProperties/password/sealed");
            FakeNode one = bench.node("fab", "one");
            bench.node("fab", "two");
            bench.pipeline("fab", "secure", "", "\"parameters\":{\"s\":{\"type\":\"SecureString\"}},");
            bench.ok(
                    "POST",
                    "fab/pipelines/secure/createRun",
                    "{\"s\":{\"type\":\"SecureString\",\"sealed\":\"junk\"}}");
            bench.run("fab", "p");
            assertThat(one.lease(5, 0).jobs()).hasSize(2);
        }
    }

    @Test
    void key_files_are_for_the_owner_only() throws Exception {
        try (Bench bench = new Bench(folder)) {
            for (String file : List.of(
                    "admin-token",
                    "auto-resolve.key",
                    "keys/auth-keys.master",
                    "keys/credentials/node.key",
                    "tls/ca.key",
                    "tls/server.key")) {
                assertThat(java.nio.file.attribute.PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(bench.data().resolve(file))))
                        .as(file)
                        .isEqualTo("rw-------");
            }
        }
    }
}
