package dev.sluice.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
    @TempDir
    static Path folder;

    private static Identity ec;
    private static Identity ec384;
    private static Identity rsa;
    private static Identity stranger;

    @BeforeAll
    static void certificates() throws Exception {
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.resolve("ca"), Material.CLOCK);
        ec = Material.identity(authority, Material.ec("secp256r1"), "node-ec");
        ec384 = Material.identity(authority, Material.ec("secp384r1"), "node-ec384");
        rsa = Material.identity(authority, Material.rsa(2048), "node-rsa");
        stranger = Material.identity(authority, Material.ec("secp256r1"), "stranger");
    }

    @Test
    void every_recipient_opens_it_with_its_own_key() {
        String envelope =
                Envelope.seal(Secret.of("p@ss €"), List.of(ec.certificate(), rsa.certificate(), ec384.certificate()));
        for (Identity identity : List.of(ec, rsa, ec384)) {
            assertThat(Envelope.open(envelope, identity.key(), identity.certificate())
                            .reveal())
                    .isEqualTo("p@ss €");
        }
        assertThat(Envelope.recipients(envelope)).hasSize(3).allMatch(r -> r instanceof Recipient.ByKey);
        assertThat(Envelope.isSealedTo(envelope, rsa.certificate())).isTrue();
        assertThat(Envelope.isSealedTo(envelope, stranger.certificate())).isFalse();
    }

    @Test
    void neither_the_value_nor_two_equal_envelopes_can_be_seen() {
        byte[] value = "a value that is easily found".getBytes(StandardCharsets.UTF_8);
        String one = Envelope.seal(value, List.of(ec.certificate()));
        String two = Envelope.seal(value, List.of(ec.certificate()));
        assertThat(one).isNotEqualTo(two);
        assertThat(HexFormat.of().formatHex(Base64.getDecoder().decode(one)))
                .doesNotContain(HexFormat.of().formatHex(value));
    }

    @Test
    void an_empty_and_the_largest_value_survive_and_a_larger_one_is_refused() {
        byte[] largest = new byte[Envelope.MAX_CONTENT];
        Arrays.fill(largest, (byte) 7);
        assertThat(open(Envelope.seal(new byte[0], List.of(ec.certificate())), ec)
                        .bytes())
                .isEmpty();
        assertThat(open(Envelope.seal(largest, List.of(ec.certificate())), ec).bytes())
                .isEqualTo(largest);
        assertProblem(
                () -> Envelope.seal(new byte[Envelope.MAX_CONTENT + 1], List.of(ec.certificate())),
                DocumentFaults.LIMIT_EXCEEDED);
        assertProblem(() -> open("A".repeat(Envelope.MAX_TEXT + 1), ec), DocumentFaults.LIMIT_EXCEEDED);
    }

    @Test
    void who_is_not_a_recipient_is_told_so_with_the_names_of_store_and_member() {
        String envelope = Envelope.seal(Secret.of("x"), List.of(ec.certificate()));
        assertThatThrownBy(
                        () -> Envelope.open(envelope, stranger.key(), stranger.certificate(), "Warehouse", "password"))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(NodeFaults.SECRET_UNOPENABLE);
                    assertThat(e.problem().message()).contains("'password'").contains("Warehouse");
                    assertThat(e.problem().evidence().get("certificate")).contains("CN=stranger");
                });
    }

    @Test
    void a_renewed_certificate_of_the_same_key_opens_what_was_sealed_to_the_old_one() throws Exception {
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.resolve("ca"), Material.CLOCK);
        KeyPair pair = Material.ec("secp256r1");
        Identity before = Material.identity(authority, pair, "node");
        Identity after = Material.identity(authority, pair, "node");
        assertThat(after.certificate().getSerialNumber())
                .isNotEqualTo(before.certificate().getSerialNumber());
        assertThat(open(Envelope.seal(Secret.of("x"), List.of(before.certificate())), after)
                        .reveal())
                .isEqualTo("x");
    }

    @Test
    void the_wrong_key_for_the_right_certificate_opens_nothing() throws Exception {
        String toEc = Envelope.seal(Secret.of("x"), List.of(ec.certificate()));
        String toRsa = Envelope.seal(Secret.of("x"), List.of(rsa.certificate()));
        assertProblem(() -> Envelope.open(toEc, stranger.key(), ec.certificate()), NodeFaults.SECRET_DAMAGED);
        KeyPair other = Material.rsa(2048);
        assertProblem(() -> Envelope.open(toRsa, other.getPrivate(), rsa.certificate()), NodeFaults.SECRET_DAMAGED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void no_changed_byte_goes_unnoticed(boolean elliptic) {
        Identity to = elliptic ? ec : rsa;
        byte[] der = Base64.getDecoder().decode(Envelope.seal(Secret.of("tamper with me"), List.of(to.certificate())));
        List<Integer> unnoticed = new ArrayList<>();
        for (int i = 0; i < der.length; i++) {
            byte[] changed = der.clone();
            changed[i] ^= 0x41;
            try {
                Secret opened = open(Base64.getEncoder().encodeToString(changed), to);
                // Only bytes that carry no meaning for the content may be changed: version numbers.
                assertThat(opened.reveal()).isEqualTo("tamper with me");
                unnoticed.add(i);
            } catch (ProblemException e) {
                assertThat(e.problem().fault()).isIn(NodeFaults.SECRET_DAMAGED, NodeFaults.SECRET_UNOPENABLE);
                assertThat(e.problem().message()).doesNotContain("tamper with me");
            }
        }
        assertThat(unnoticed.size()).isLessThan(der.length / 10);
    }

    @Test
    void text_that_is_no_envelope_is_a_located_problem() {
        for (String text :
                List.of("", "hunter2", "MIIB", "!!!!", Base64.getEncoder().encodeToString(new byte[] {48, 0}))) {
            assertProblem(() -> open(text, ec), NodeFaults.SECRET_DAMAGED);
            assertProblem(() -> Envelope.recipients(text), NodeFaults.SECRET_DAMAGED);
        }
    }

    @Test
    void a_secret_cannot_be_sealed_to_nobody() {
        assertProblem(() -> Envelope.seal(Secret.of("x"), List.of()), NodeFaults.SECRET_WITHOUT_RECIPIENT);
    }

    @Test
    void openssl_opens_what_we_seal() throws Exception {
        assumeTrue(Material.hasOpenssl());
        String envelope = Envelope.seal(Secret.of("for openssl"), List.of(rsa.certificate(), ec.certificate()));
        Path sealed =
                Files.write(folder.resolve("ours.der"), Base64.getDecoder().decode(envelope));
        for (Identity identity : List.of(rsa, ec)) {
            Path key = Material.pem(folder.resolve("key.pem"), identity.key());
            Path certificate =
                    Files.writeString(folder.resolve("cert.pem"), Certificates.toPem(identity.certificate()));
            String opened = Material.openssl(
                    folder,
                    "cms",
                    "-decrypt",
                    "-binary",
                    "-inform",
                    "DER",
                    "-in",
                    sealed.toString(),
                    "-inkey",
                    key.toString(),
                    "-recip",
                    certificate.toString());
            assertThat(opened).isEqualTo("for openssl");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rsa:",
                "rsa:-keyid",
                "rsa:-keyopt rsa_padding_mode:oaep",
                "rsa:-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256",
                "ec:",
                "ec:-keyid",
                "ec:-keyopt ecdh_kdf_md:sha256",
                "ec384:-keyopt ecdh_kdf_md:sha384"
            })
    void we_open_what_openssl_seals(String how) throws Exception {
        assumeTrue(Material.hasOpenssl());
        Identity identity = how.startsWith("rsa") ? rsa : how.startsWith("ec:") ? ec : ec384;
        Path certificate = Files.writeString(folder.resolve("to.pem"), Certificates.toPem(identity.certificate()));
        Files.writeString(folder.resolve("plain.txt"), "from openssl");
        List<String> command = new ArrayList<>(List.of(
                "cms",
                "-encrypt",
                "-binary",
                "-aes-256-gcm",
                "-in",
                "plain.txt",
                "-outform",
                "DER",
                "-out",
                "theirs.der"));
        String options = how.substring(how.indexOf(':') + 1);
        if (options.startsWith("-keyid")) {
            command.add("-keyid");
        }
        command.addAll(List.of("-recip", certificate.toString()));
        if (options.startsWith("-keyopt")) {
            command.addAll(List.of(options.split(" ")));
        }
        Material.openssl(folder, command.toArray(String[]::new));
        String envelope = Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("theirs.der")));
        assertThat(open(envelope, identity).reveal()).isEqualTo("from openssl");
        assertThat(Envelope.isSealedTo(envelope, identity.certificate())).isTrue();
        assertThat(Envelope.isSealedTo(envelope, stranger.certificate())).isFalse();
    }

    @Test
    void content_that_is_not_authenticated_is_refused() throws Exception {
        assumeTrue(Material.hasOpenssl());
        Files.writeString(folder.resolve("cbc.pem"), Certificates.toPem(ec.certificate()));
        Files.writeString(folder.resolve("plain.txt"), "from openssl");
        Material.openssl(
                folder,
                "cms",
                "-encrypt",
                "-aes-256-cbc",
                "-in",
                "plain.txt",
                "-outform",
                "DER",
                "-out",
                "cbc.der",
                "cbc.pem");
        String envelope = Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("cbc.der")));
        assertThatThrownBy(() -> open(envelope, ec)).hasMessageContaining("AuthEnvelopedData");
    }

    private static Secret open(String envelope, Identity identity) {
        return Envelope.open(envelope, identity.key(), identity.certificate());
    }

    private static void assertProblem(ThrowingCallable action, Fault fault) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().fault()).isEqualTo(fault));
    }
}
