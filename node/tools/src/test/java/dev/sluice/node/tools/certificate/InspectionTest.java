package dev.sluice.node.tools.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.secrets.CertificateFile;
import dev.sluice.secrets.chain.Lookup;
import dev.sluice.secrets.chain.RevocationPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An authority made by openssl, its certificates presented by a TLS server and asked about at real responders.
class InspectionTest {
    private static final char[] PASSWORD = "zoo".toCharArray();

    @TempDir
    Path folder;

    private Zoo zoo;

    @BeforeEach
    void open() throws Exception {
        zoo = new Zoo(folder);
    }

    @AfterEach
    void close() throws Exception {
        zoo.close();
    }

    private Inspection inspection(RevocationPolicy policy) {
        return new Inspection(
                CertificateFile.read(zoo.file("root.pem"), new char[0]).certificates(), policy, InstantSource.system());
    }

    private static List<String> codes(Inspection.Result result) {
        return result.problems().stream().map(Inspection.Found::code).toList();
    }

    @Test
    void S04_a_missing_intermediate_is_fetched_and_each_link_shows_what_was_asked() throws Exception {
        zoo.issue("leaf", "inter", "-days 30", zoo.server("DNS:localhost,IP:127.0.0.1"));
        int port = zoo.serve("leaf", false);

        Inspection.Result result = inspection(RevocationPolicy.HARD).server("127.0.0.1", port, null);

        assertThat(codes(result)).isEmpty();
        assertThat(result.stands()).isTrue();
        assertThat(result.links()).hasSize(3);
        assertThat(result.links().get(1).origin()).isEqualTo(zoo.address("inter.crt"));
        assertThat(result.links().getFirst().lookups())
                .extracting(Lookup::kind, Lookup::outcome)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Lookup.Kind.AIA, Lookup.Outcome.GOOD),
                        org.assertj.core.groups.Tuple.tuple(Lookup.Kind.CRL, Lookup.Outcome.GOOD));
    }

    @Test
    void S04_an_unreachable_responder_is_named_and_the_policy_decides() throws Exception {
        zoo.issue("leaf", "inter", "-days 30", zoo.withResponder("DNS:localhost"));
        int port = zoo.serve("leaf", true);

        Inspection.Result soft = inspection(RevocationPolicy.SOFT).server("127.0.0.1", port, "localhost");
        Inspection.Result hard = inspection(RevocationPolicy.HARD).server("127.0.0.1", port, "localhost");
        Inspection.Result off = inspection(RevocationPolicy.OFF).server("127.0.0.1", port, "localhost");

        assertThat(soft.stands()).isTrue();
        assertThat(soft.warnings().getFirst().code()).isEqualTo("CertificateRevocationUnknown");
        assertThat(soft.warnings().getFirst().cause())
                .contains("OCSP http://127.0.0.1:")
                .contains("refused");
        assertThat(codes(hard)).containsExactly("CertificateRevocationUnknown");
        assertThat(off.warnings()).isEmpty();
    }

    @Test
    void S04_openssls_responder_says_good_and_then_revoked() throws Exception {
        zoo.issue("leaf", "inter", "-days 30", zoo.withResponder("DNS:localhost"));
        zoo.know("leaf");
        zoo.responder();
        int port = zoo.serve("leaf", true);
        assertThat(inspection(RevocationPolicy.HARD)
                        .server("127.0.0.1", port, "localhost")
                        .links()
                        .getFirst()
                        .lookups())
                .extracting(Lookup::outcome)
                .containsExactly(Lookup.Outcome.GOOD);
        zoo.close();

        zoo = new Zoo(folder);
        zoo.issue("leaf", "inter", "-days 30", zoo.withResponder("DNS:localhost"));
        zoo.revoke("leaf");
        zoo.responder();
        Inspection.Result revoked =
                inspection(RevocationPolicy.SOFT).server("127.0.0.1", zoo.serve("leaf", true), "localhost");

        assertThat(codes(revoked)).containsExactly("CertificateRevoked");
        assertThat(revoked.problems().getFirst().cause()).contains("revoked at");
    }

    @Test
    void S04_a_certificate_on_the_list_is_revoked() throws Exception {
        zoo.issue("leaf", "inter", "-days 30", zoo.server("DNS:localhost"));
        zoo.revoke("leaf");
        zoo.list();

        Inspection.Result result =
                inspection(RevocationPolicy.SOFT).server("127.0.0.1", zoo.serve("leaf", true), "localhost");

        assertThat(codes(result)).containsExactly("CertificateRevoked");
    }

    @Test
    void S05_every_name_counts_and_a_wildcard_stands_for_one_label() throws Exception {
        zoo.issue(
                "leaf",
                "inter",
                "-days 30",
                zoo.server("DNS:one.example,DNS:*.corp.example,DNS:last.example,IP:127.0.0.1"));
        int port = zoo.serve("leaf", true);
        Inspection inspection = inspection(RevocationPolicy.OFF);

        for (String good : List.of("one.example", "ONE.example.", "node7.corp.example", "last.example", "127.0.0.1")) {
            assertThat(codes(inspection.server("127.0.0.1", port, good)))
                    .as(good)
                    .isEmpty();
        }
        for (String bad : List.of("corp.example", "a.b.corp.example", "two.example", "127.0.0.2")) {
            assertThat(codes(inspection.server("127.0.0.1", port, bad)))
                    .as(bad)
                    .containsExactly("CertificateNameMismatch");
        }
        assertThat(inspection
                        .server("127.0.0.1", port, "two.example")
                        .problems()
                        .getFirst()
                        .cause())
                .contains("two.example")
                .contains("one.example, *.corp.example, last.example, 127.0.0.1");
    }

    @Test
    void S25_an_unknown_root_is_told_by_subject_and_fingerprint() throws Exception {
        zoo.issue("leaf", "inter", "-days 30", zoo.server("DNS:localhost"));
        openssl("x509 -in root.pem -outform DER -out sent.crt");
        Files.writeString(
                zoo.file("chain.pem"),
                Files.readString(zoo.file("leaf.pem"))
                        + Files.readString(zoo.file("inter.pem"))
                        + Files.readString(zoo.file("root.pem")));

        Inspection.Result result = new Inspection(List.of(), RevocationPolicy.OFF, InstantSource.system())
                .file(zoo.file("chain.pem"), new char[0], null, false);

        assertThat(codes(result)).containsExactly("CertificateRootUntrusted");
        assertThat(result.problems().getFirst().cause())
                .contains("CN=Zoo-Root")
                .contains(result.links().getLast().fingerprint());
    }

    @Test
    void an_expired_a_future_and_an_orphaned_certificate_are_told_apart() throws Exception {
        zoo.issue("leaf", "inter", "-days 30", zoo.server("DNS:localhost"));
        int port = zoo.serve("leaf", true);
        List<java.security.cert.X509Certificate> root =
                CertificateFile.read(zoo.file("root.pem"), new char[0]).certificates();
        InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofDays(60));
        InstantSource earlier = InstantSource.offset(InstantSource.system(), Duration.ofDays(-60));

        assertThat(codes(new Inspection(root, RevocationPolicy.OFF, later).server("127.0.0.1", port, "localhost")))
                .containsExactly("CertificateExpired");
        assertThat(codes(new Inspection(root, RevocationPolicy.OFF, earlier).server("127.0.0.1", port, "localhost")))
                .contains("CertificateNotYetValid");
        Files.delete(zoo.file("inter.crt"));
        Inspection.Result orphan =
                inspection(RevocationPolicy.OFF).file(zoo.file("leaf.pem"), new char[0], null, false);
        assertThat(codes(orphan)).containsExactly("CertificateIssuerMissing");
        assertThat(orphan.problems().getFirst().cause())
                .contains("CN=Zoo-inter")
                .contains("HTTP status 404");
    }

    @Test
    void S10_a_file_without_key_a_key_for_signatures_only_and_a_foreign_key_are_told_apart() throws Exception {
        zoo.issue("leaf", "inter", "-days 30", zoo.server("DNS:localhost"));
        zoo.issue("signer", "inter", "-days 30", "keyUsage=digitalSignature,nonRepudiation\n");
        Files.writeString(
                zoo.file("mixed.pem"),
                Files.readString(zoo.file("leaf.pem")) + Files.readString(zoo.file("signer.key")));
        openssl("pkcs12 -export -nokeys -in leaf.pem -out nokey.p12 -passout pass:zoo");
        Inspection inspection = inspection(RevocationPolicy.OFF);

        assertThat(codes(inspection.file(zoo.file("leaf.p12"), PASSWORD, null, true)))
                .isEmpty();
        assertThat(codes(inspection.file(zoo.file("leaf.pem"), PASSWORD, null, true)))
                .containsExactly("CertificateKeyMissing");
        Inspection.Result signer = inspection.file(zoo.file("signer.p12"), PASSWORD, null, true);
        assertThat(codes(signer)).startsWith("CertificateKeyNotForExchange");
        assertThat(signer.problems().getFirst().cause()).contains("digitalSignature, nonRepudiation");
        assertThat(codes(inspection.file(zoo.file("mixed.pem"), PASSWORD, null, true)))
                .startsWith("CertificateKeyOfAnother");
        assertThatThrownBy(() -> inspection.file(zoo.file("nothere.p12"), PASSWORD, null, true))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("there is no such file");
    }

    @Test
    void S18_every_usual_key_format_is_read_and_others_are_refused_with_the_conversion() throws Exception {
        zoo.issue("leaf", "inter", "-days 30", zoo.server("DNS:localhost"));
        String certificate = Files.readString(zoo.file("leaf.pem"));
        openssl("rsa -in leaf.key -traditional -out pkcs1.key");
        openssl("pkcs8 -topk8 -in leaf.key -v2 aes256 -passout pass:zoo -out sealed.key");
        openssl("rsa -in leaf.key -traditional -aes128 -passout pass:zoo -out old.key");
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout ec8.key -out ec.pem -days 9 -subj /CN=ec");
        openssl("ec -in ec8.key -out ec.key");
        for (String key : List.of("leaf.key", "pkcs1.key", "sealed.key")) {
            Path both = Files.writeString(folder.resolve("both.pem"), certificate + Files.readString(zoo.file(key)));
            CertificateFile read = CertificateFile.read(both, PASSWORD);
            assertThat(read.key()).as(key).isNotNull();
            assertThat(read.belongTogether()).as(key).isTrue();
        }
        Path ec = Files.writeString(
                folder.resolve("ec-both.pem"),
                Files.readString(zoo.file("ec.pem")) + Files.readString(zoo.file("ec.key")));
        assertThat(CertificateFile.read(ec, PASSWORD).belongTogether()).isTrue();

        Path old =
                Files.writeString(folder.resolve("oldboth.pem"), certificate + Files.readString(zoo.file("old.key")));
        refused(old, "openssl pkcs8 -topk8");
        refused(
                Files.write(
                        folder.resolve("store.jks"),
                        new byte[] {(byte) 0xfe, (byte) 0xed, (byte) 0xfe, (byte) 0xed, 0}),
                "keytool -importkeystore");
        refused(Files.writeString(folder.resolve("note.txt"), "hello", StandardCharsets.US_ASCII), "openssl pkcs12");
        assertThatThrownBy(() -> CertificateFile.read(zoo.file("leaf.p12"), "wrong".toCharArray()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("does not open");
        assertThatThrownBy(() -> CertificateFile.read(
                        Files.writeString(
                                folder.resolve("both.pem"), certificate + Files.readString(zoo.file("sealed.key"))),
                        "wrong".toCharArray()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("does not open");
    }

    private static void refused(Path file, String command) {
        assertThatThrownBy(() -> CertificateFile.read(file, PASSWORD))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().resolution()).anyMatch(step -> step.contains(command)));
    }

    private void openssl(String arguments) throws Exception {
        zoo.openssl(arguments);
    }
}
