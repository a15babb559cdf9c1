package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Tokens of another OpenID Connect issuer.
class IssuerTest {
    @TempDir
    Path folder;

    FakeIssuer issuer;
    Bench bench;

    @BeforeEach
    void start() throws Exception {
        issuer = new FakeIssuer();
        issuer.addKey("RSA-1");
        Files.createDirectories(folder.resolve("data"));
        settings("""
                [{"issuer":"%s","audience":["sluice","api://sluice"],"roleClaim":"realm_access.roles",
                  "roles":[{"value":"admins","role":"Owner"},
                           {"value":"sales","role":"operator","scope":"%sfab/"}]}]""".formatted(issuer.url(), TestClient.FACTORY));
        bench = new Bench(folder);
        bench.factory("fab", "");
        bench.factory("other", "");
    }

    @AfterEach
    void stop() {
        bench.close();
        issuer.close();
    }

    private void settings(String text) throws Exception {
        Files.writeString(folder.resolve("data/issuers.json"), text);
    }

    private ObjectNode claims(String role) {
        long now = bench.clock.instant().getEpochSecond();
        ObjectNode claims = Json.object();
        claims.put("iss", issuer.url()).put("aud", "sluice").put("sub", "1234").put("preferred_username", "ada");
        claims.put("nbf", now).put("exp", now + 600);
        claims.putObject("realm_access").putArray("roles").add("offline").add(role);
        return claims;
    }

    private int ask(String token, String method, String path) throws Exception {
        bench.client.token = token;
        return bench.client.send(method, path, "{}").status();
    }

    @Test
    void a_token_of_the_issuer_has_the_roles_that_its_claim_is_mapped_to() throws Exception {
        String owner = issuer.token("RSA-1", "RS256", claims("admins"));
        assertThat(ask(owner, "GET", "other/pipelines")).isEqualTo(200);
        assertThat(ask(owner, "GET", "/api/v1/service-principals")).isEqualTo(200);
        String operator = issuer.token("RSA-1", "RS256", claims("sales"));
        assertThat(ask(operator, "POST", "fab/pipelines/p/createRun")).isEqualTo(200);
        assertThat(ask(operator, "PUT", "fab/pipelines/p")).isEqualTo(403);
        assertThat(ask(operator, "GET", "other/pipelines")).isEqualTo(403);
        String stranger = issuer.token("RSA-1", "RS256", claims("nothing"));
        assertThat(ask(stranger, "GET", "fab/pipelines")).isEqualTo(403);
    }

    @Test
    void a_run_names_the_person_that_started_it() throws Exception {
        bench.client.token = issuer.token("RSA-1", "RS256", claims("admins"));
        String run = bench.run("fab", "p");
        assertThat(bench.ok("GET", "fab/pipelineruns/" + run, "")
                        .json()
                        .at("/invokedBy/id")
                        .stringValue())
                .isEqualTo("ada");
    }

    @Test
    void what_is_not_the_issuers_or_not_for_us_is_refused() throws Exception {
        KeyPair foreign;
        try (FakeIssuer other = new FakeIssuer()) {
            other.addKey("RSA-1");
            foreign = other.removeKey("RSA-1");
        }
        ObjectNode expired = claims("admins");
        expired.put("exp", bench.clock.instant().getEpochSecond() - 61);
        ObjectNode endless = claims("admins");
        endless.remove("exp");
        ObjectNode early = claims("admins");
        early.put("nbf", bench.clock.instant().getEpochSecond() + 120);
        for (String token : List.of(
                FakeIssuer.token("RSA-1", foreign, "RS256", claims("admins")),
                issuer.token("RSA-1", "RS256", claims("admins").put("aud", "another")),
                issuer.token("RSA-1", "RS256", claims("admins").put("iss", issuer.url() + "/x")),
                issuer.token("RSA-1", "RS256", expired),
                issuer.token("RSA-1", "RS256", endless),
                issuer.token("RSA-1", "RS256", early),
                issuer.token("RSA-1", "RS512", claims("admins")),
                issuer.token("RSA-1", "none", claims("admins")),
                macWithPublicKey())) {
            assertThat(ask(token, "GET", "fab/pipelines")).isEqualTo(401);
        }
    }

    /// The old trick: a MAC with the public key as its secret.
    private String macWithPublicKey() throws Exception {
        KeyPair pair = issuer.removeKey("RSA-1");
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String text = base64.encodeToString("{\"alg\":\"HS256\",\"kid\":\"RSA-1\"}".getBytes(StandardCharsets.UTF_8))
                + "." + base64.encodeToString(Json.bytes(claims("admins")));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(pair.getPublic().getEncoded(), "HmacSHA256"));
        return text + "." + base64.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void R05_keys_are_asked_for_once_and_again_when_a_new_one_appears() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(ask(issuer.token("RSA-1", "RS256", claims("admins")), "GET", "fab"))
                    .isEqualTo(200);
        }
        assertThat(issuer.asked).hasValue(1);
        issuer.addKey("EC-2");
        String rotated = issuer.token("EC-2", "ES256", claims("admins"));
        // Not sooner: unknown keys must not make us ask each time.
        assertThat(ask(rotated, "GET", "fab")).isEqualTo(401);
        assertThat(issuer.asked).hasValue(1);
        bench.clock.advance(Duration.ofSeconds(31));
        assertThat(ask(rotated, "GET", "fab")).isEqualTo(200);
        assertThat(issuer.asked).hasValue(2);
    }

    @Test
    void R05_while_the_issuer_is_down_the_keys_known_last_are_used_for_a_day() throws Exception {
        assertThat(ask(issuer.token("RSA-1", "RS256", claims("admins")), "GET", "fab"))
                .isEqualTo(200);
        issuer.isDown(true);
        bench.clock.advance(Duration.ofHours(2));
        assertThat(ask(issuer.token("RSA-1", "RS256", claims("admins")), "GET", "fab"))
                .isEqualTo(200);
        bench.clock.advance(Duration.ofHours(24));
        bench.client.token = issuer.token("RSA-1", "RS256", claims("admins"));
        TestClient.Reply reply = bench.client.get("fab");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json().at("/error/code").stringValue()).isEqualTo("IssuerUnreachable");
        issuer.isDown(false);
        bench.clock.advance(Duration.ofSeconds(31));
        assertThat(ask(issuer.token("RSA-1", "RS256", claims("admins")), "GET", "fab"))
                .isEqualTo(200);
    }

    @Test
    void a_file_that_is_wrong_stops_the_start_and_says_where() throws Exception {
        bench.close();
        for (String wrong : new String[] {
            "[{\"issuer\":\"http://login.example.org\",\"audience\":\"x\"}]",
            "[{\"issuer\":\"https://login.example.org\"}]",
            "[{\"issuer\":\"https://x.org\",\"audience\":\"x\",\"roles\":[{\"value\":\"a\",\"role\":\"King\"}]}]",
            "[{\"issuer\":\"https://x.org\",\"audience\":\"x\",\"roles\":[{\"value\":\"a\",\"role\":\"Owner\",\"scope\":\"/x\"}]}]",
            "{",
            "{\"issuer\":\"https://x.org\"}"
        }) {
            settings(wrong);
            assertThatThrownBy(() -> bench.start()).isInstanceOfSatisfying(ProblemException.class, e -> {
                assertThat(e.problem().code()).isEqualTo("IssuersInvalid");
                assertThat(e.problem().message()).contains("issuers.json");
            });
        }
        settings("[]");
        bench.start();
    }
}
