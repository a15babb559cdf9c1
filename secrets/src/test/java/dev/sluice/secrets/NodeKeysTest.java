package dev.sluice.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeKeysTest {
    @TempDir
    Path folder;

    private CertificateAuthority authority;

    @BeforeEach
    void open() {
        authority = CertificateAuthority.openOrCreate(folder.resolve("ca"), Material.CLOCK);
    }

    @Test
    void keys_and_certificate_survive_a_restart() throws Exception {
        Path home = folder.resolve("node");
        assertThat(NodeKeys.exist(home)).isFalse();
        NodeKeys made = NodeKeys.create(home);
        assertThat(NodeKeys.load(home).isCertified()).isFalse();
        made.accept(chain(made));

        NodeKeys loaded = NodeKeys.load(home);
        assertThat(loaded.publicKey()).isEqualTo(made.publicKey());
        assertThat(loaded.identity().certificate()).isEqualTo(made.identity().certificate());
        assertThat(loaded.identity().chain()).hasSize(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("node.key"))))
                .isEqualTo("rw-------");
        String sealed = Envelope.seal(Secret.of("x"), List.of(made.identity().certificate()));
        assertThat(Envelope.open(sealed, loaded.privateKey(), loaded.identity().certificate())
                        .reveal())
                .isEqualTo("x");
    }

    @Test
    void a_certificate_for_another_key_is_refused_and_not_stored() {
        NodeKeys one = NodeKeys.create(folder.resolve("one"));
        NodeKeys two = NodeKeys.create(folder.resolve("two"));
        assertThatThrownBy(() -> one.accept(chain(two)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().fault()).isEqualTo(NodeFaults.CERTIFICATE_INVALID));
        assertThat(folder.resolve("one/node.pem")).doesNotExist();
    }

    @Test
    void a_chain_of_another_authority_is_refused() {
        NodeKeys node = NodeKeys.create(folder.resolve("node"));
        CertificateAuthority other = CertificateAuthority.openOrCreate(folder.resolve("other"), Material.CLOCK);
        String mixed =
                Certificates.toPem(List.of(authority.issueNode(node.publicKey(), "n", List.of()), other.certificate()));
        assertThatThrownBy(() -> node.accept(mixed)).hasMessageContaining("chain is broken");
    }

    @Test
    void absent_and_damaged_files_are_told_apart() throws Exception {
        assertThatThrownBy(() -> NodeKeys.load(folder.resolve("none")))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().fault()).isEqualTo(NodeFaults.NOT_REGISTERED));
        NodeKeys node = NodeKeys.create(folder.resolve("node"));
        assertThatThrownBy(node::identity).isInstanceOf(ProblemException.class);
        Path keyFile = folder.resolve("node/node.key");
        String text = Files.readString(keyFile);
        for (String damaged : List.of("", text.substring(0, text.length() / 2), text.replace("PUBLIC", "PUBLIK"))) {
            Files.writeString(keyFile, damaged);
            assertThatThrownBy(() -> NodeKeys.load(folder.resolve("node")))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().fault()).isEqualTo(NodeFaults.CONFIGURATION_DAMAGED);
                        assertThat(e.getMessage()).doesNotContain("MI");
                    });
        }
    }

    private String chain(NodeKeys node) {
        return Certificates.toPem(
                List.of(authority.issueNode(node.certificateRequest("n"), "n", List.of()), authority.certificate()));
    }
}
