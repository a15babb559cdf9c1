package dev.sluice.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.secrets.RequestSignature.Reason;
import dev.sluice.secrets.RequestSignature.Verdict;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RequestSignatureTest {
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final URI LEASE = URI.create("https://service.example:8443/nodes/7/lease?wait=30&free=2");
    private static final byte[] BODY = "{\"free\":2}".getBytes(StandardCharsets.UTF_8);
    private static final String NONCE = "0123456789abcdef";

    private static KeyPair key;
    private final NonceMemory memory = NonceMemory.bounded(10, 100);

    @BeforeAll
    static void make() throws Exception {
        key = Material.ec("secp256r1");
    }

    /// RFC 9421, appendix B.2.4: the published key, signature base and signature.
    @Test
    void the_published_example_verifies() throws Exception {
        PublicKey published = Keys.publicKey(Base64.getDecoder()
                .decode("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf"
                        + "w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ=="));
        SignatureInput input = SignatureInput.parse(SignatureInput.member(
                "sig-b24=(\"@status\" \"content-type\" \"content-digest\" \"content-length\")"
                        + ";created=1618884473;keyid=\"test-key-ecc-p256\"",
                "sig-b24"));
        String base = input.base(
                Map.of(
                                "@status",
                                "200",
                                "content-type",
                                "application/json",
                                "content-length",
                                "23",
                                "content-digest",
                                "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:")
                        ::get);
        assertThat(base).isEqualTo("""
                        "@status": 200
                        "content-type": application/json
                        "content-digest": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:
                        "content-length": 23
                        "@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256\"""");
        byte[] signature = Base64.getDecoder()
                .decode("wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==");
        assertThat(RequestSignature.isSignedBy(published, base, signature)).isTrue();
        assertThat(RequestSignature.isSignedBy(published, base + " ", signature))
                .isFalse();
        assertThat(RequestSignature.isSignedBy(key.getPublic(), base, signature))
                .isFalse();
    }

    /// RFC 9530, appendix D: the digest of a published body.
    @Test
    void the_published_digest_is_made() {
        assertThat(RequestSignature.digest("{\"hello\": \"world\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
    }

    @Test
    void a_signed_request_has_three_fields_in_the_published_form_and_is_accepted_once() {
        Map<String, String> fields = sign("POST", LEASE, BODY);
        assertThat(fields)
                .containsOnlyKeys("Content-Digest", "Signature-Input", "Signature")
                .containsEntry(
                        "Signature-Input",
                        "sluice=(\"@method\" \"@path\" \"@query\" \"content-digest\");created=1772600767"
                                + ";nonce=\"0123456789abcdef\";keyid=\"node-7\";alg=\"ecdsa-p256-sha256\"");
        assertThat(verify("POST", LEASE, fields, BODY)).isEqualTo(new Verdict.Accepted("node-7"));
        assertRefused(verify("POST", LEASE, fields, BODY), Reason.REPLAYED);
    }

    @Test
    void a_proxy_may_change_scheme_host_and_port_and_add_fields() {
        Map<String, String> fields = new HashMap<>(sign("GET", LEASE, new byte[0]));
        fields.put("Forwarded", "for=10.0.0.7");
        URI behind = URI.create("http://10.1.2.3/nodes/7/lease?wait=30&free=2");
        assertThat(verify("GET", behind, fields, new byte[0])).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void an_empty_path_and_query_are_covered_too() {
        URI bare = URI.create("https://service.example");
        Map<String, String> fields = sign("GET", bare, new byte[0]);
        assertRefused(
                verify("GET", URI.create("https://service.example/?a"), fields, new byte[0]), Reason.SIGNATURE_WRONG);
        assertThat(verify("GET", URI.create("https://service.example/"), fields, new byte[0]))
                .isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void characters_outside_ascii_are_told_apart_and_method_names_by_case() {
        Map<String, String> fields = sign("GET", URI.create("https://service.example/é"), new byte[0]);
        assertRefused(
                verify("GET", URI.create("https://service.example/è"), fields, new byte[0]), Reason.SIGNATURE_WRONG);
        assertRefused(
                verify("get", URI.create("https://service.example/é"), fields, new byte[0]), Reason.SIGNATURE_WRONG);
    }

    @Test
    void every_covered_part_is_protected() {
        Map<String, String> fields = sign("POST", LEASE, BODY);
        assertRefused(verify("PUT", LEASE, fields, BODY), Reason.SIGNATURE_WRONG);
        assertRefused(
                verify("POST", URI.create("/nodes/8/lease?wait=30&free=2"), fields, BODY), Reason.SIGNATURE_WRONG);
        assertRefused(
                verify("POST", URI.create("/nodes/7/lease?wait=30&free=3"), fields, BODY), Reason.SIGNATURE_WRONG);
        assertRefused(verify("POST", LEASE, fields, "{}".getBytes(StandardCharsets.UTF_8)), Reason.BODY_CHANGED);
        byte[] other = "{}".getBytes(StandardCharsets.UTF_8);
        assertRefused(
                verify("POST", LEASE, with(fields, "Content-Digest", RequestSignature.digest(other)), other),
                Reason.SIGNATURE_WRONG);
        assertRefused(changed(fields, "created=1772600767", "created=1772600768"), Reason.SIGNATURE_WRONG);
        assertRefused(changed(fields, NONCE, "0123456789abcdee"), Reason.SIGNATURE_WRONG);
        assertRefused(changed(fields, "node-7", "node-8"), Reason.UNKNOWN_KEY);
        assertRefused(changed(fields, "ecdsa-p256-sha256", "ecdsa-p384-sha384"), Reason.ALGORITHM);
        assertRefused(changed(fields, ";alg=\"ecdsa-p256-sha256\"", ""), Reason.SIGNATURE_WRONG);
        assertRefused(changed(fields, "\"@query\" ", ""), Reason.MALFORMED);
        assertThat(memory.size()).as("no forged request takes room").isZero();
        assertThat(verify("POST", LEASE, fields, BODY)).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void clocks_may_differ_by_five_minutes_and_not_more() {
        Map<String, String> fields = sign("POST", LEASE, BODY);
        assertRefused(at(fields, Duration.ofSeconds(301)), Reason.TOO_OLD);
        assertRefused(at(fields, Duration.ofSeconds(-301)), Reason.TOO_NEW);
        assertThat(at(fields, Duration.ofSeconds(-300))).isInstanceOf(Verdict.Accepted.class);
        assertRefused(at(fields, Duration.ofSeconds(300)), Reason.REPLAYED);
        assertThat(((Verdict.Refused) at(fields, Duration.ofSeconds(400))).detail())
                .contains("400 s ago");
    }

    @Test
    void missing_and_malformed_fields_are_named() {
        Map<String, String> fields = sign("POST", LEASE, BODY);
        for (String name : List.of("Signature", "Signature-Input", "Content-Digest")) {
            Map<String, String> less = new HashMap<>(fields);
            less.remove(name);
            Verdict.Refused refused = assertRefused(verify("POST", LEASE, less, BODY), Reason.MISSING);
            assertThat(refused.detail()).contains(name.toLowerCase(Locale.ROOT));
            assertThat(verify("POST", LEASE, with(fields, name, "rubbish"), BODY))
                    .isInstanceOf(Verdict.Refused.class);
            assertRefused(verify("POST", LEASE, with(fields, name, "x".repeat(20_000)), BODY), Reason.MALFORMED);
        }
        assertRefused(verify("POST", LEASE, with(fields, "Signature", "sluice=:AAAA:"), BODY), Reason.MALFORMED);
        assertRefused(changed(fields, "created=1772600767", "created=\"never\""), Reason.MALFORMED);
        assertRefused(changed(fields, ";nonce=\"" + NONCE + "\"", ""), Reason.MALFORMED);
        assertRefused(changed(fields, NONCE, "short"), Reason.MALFORMED);
        assertRefused(changed(fields, "\"@query\"", "\"@status\" \"@query\""), Reason.MALFORMED);
    }

    @Test
    void another_signature_beside_ours_does_no_harm() {
        Map<String, String> fields = new HashMap<>(sign("POST", LEASE, BODY));
        fields.computeIfPresent("Signature-Input", (n, v) -> "proxy=(\"a, b\");x=\",sluice=(\", " + v);
        fields.computeIfPresent("Signature", (n, v) -> "proxy=:AAAA:, " + v);
        assertThat(verify("POST", LEASE, fields, BODY)).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void own_mistakes_are_refused_before_sending() {
        assertThatThrownBy(() -> RequestSignature.sign("GET", LEASE, BODY, key.getPrivate(), "a\"b", NONCE, CLOCK))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RequestSignature.sign("GET", LEASE, BODY, key.getPrivate(), "k", "short", CLOCK))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(RequestSignature.newNonce()).hasSize(22).isNotEqualTo(RequestSignature.newNonce());
    }

    @Test
    void the_memory_refuses_what_it_cannot_hold_and_forgets_what_has_expired() {
        NonceMemory small = NonceMemory.bounded(2, 3);
        Instant until = NOW.plusSeconds(10);
        assertThat(small.use("a", "1", until, NOW)).isEqualTo(NonceMemory.Answer.FRESH);
        assertThat(small.use("a", "2", until, NOW)).isEqualTo(NonceMemory.Answer.FRESH);
        assertThat(small.use("a", "3", until, NOW)).isEqualTo(NonceMemory.Answer.FULL);
        assertThat(small.use("a", "1", until, NOW)).isEqualTo(NonceMemory.Answer.USED);
        assertThat(small.use("b", "1", until, NOW)).isEqualTo(NonceMemory.Answer.FRESH);
        assertThat(small.use("c", "1", until, NOW)).isEqualTo(NonceMemory.Answer.FULL);
        assertThat(small.use("c", "1", until, NOW.plusSeconds(11))).isEqualTo(NonceMemory.Answer.FRESH);
        assertThat(small.size()).isEqualTo(1);
    }

    private static Map<String, String> sign(String method, URI uri, byte[] body) {
        return RequestSignature.sign(method, uri, body, key.getPrivate(), "node-7", NONCE, CLOCK);
    }

    private Verdict verify(String method, URI uri, Map<String, String> fields, byte[] body) {
        return verify(method, uri, fields, body, CLOCK);
    }

    private Verdict verify(String method, URI uri, Map<String, String> fields, byte[] body, InstantSource clock) {
        Map<String, List<String>> headers = new HashMap<>();
        fields.forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
        return RequestSignature.verify(
                method,
                uri,
                name -> headers.getOrDefault(name, List.of()),
                body,
                id -> id.equals("node-7") ? key.getPublic() : null,
                clock,
                memory);
    }

    private Verdict at(Map<String, String> fields, Duration later) {
        return verify("POST", LEASE, fields, BODY, InstantSource.fixed(NOW.plus(later)));
    }

    private Verdict changed(Map<String, String> fields, String from, String to) {
        String input = fields.get("Signature-Input");
        assertThat(input).contains(from);
        return verify("POST", LEASE, with(fields, "Signature-Input", input.replace(from, to)), BODY);
    }

    private static Map<String, String> with(Map<String, String> fields, String name, String value) {
        Map<String, String> changed = new HashMap<>(fields);
        changed.put(name, value);
        return changed;
    }

    private static Verdict.Refused assertRefused(Verdict verdict, Reason reason) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        r -> assertThat(r.reason()).as(r.detail()).isEqualTo(reason));
        return (Verdict.Refused) verdict;
    }
}
