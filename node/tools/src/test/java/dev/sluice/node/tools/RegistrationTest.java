package dev.sluice.node.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.wire.ErrorResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrationTest {
    @TempDir
    Path temp;

    private Registrar registrar;
    private NodeFolder folder;
    private Registration registration;

    @BeforeEach
    void setUp() throws Exception {
        registrar = new Registrar(temp.resolve("ca"));
        folder = new NodeFolder(temp.resolve("node"));
        registration = new Registration(folder, Map.of(), InstantSource.system());
    }

    @AfterEach
    void tearDown() {
        registrar.close();
    }

    @Test
    void the_key_alone_is_enough_to_find_trust_and_join_the_service() throws Exception {
        NodeConfiguration made = registration.register(wish(Optional.empty(), registrar.key()));
        assertThat(made.service()).isEqualTo(registrar.url());
        assertThat(made.nodeName()).isEqualTo("node-1");
        assertThat(made.runtimeName()).isEqualTo("ir-1");
        assertThat(folder.configuration()).isEqualTo(made);
        NodeKeys keys = NodeKeys.load(folder.keys());
        assertThat(keys.identity().chain()).contains(registrar.authority.certificate());
        assertThat(registrar.request).isNotNull();
        assertThat(registrar.request.maxConcurrentJobs()).isEqualTo(3);
    }

    @Test
    void the_key_is_not_kept_and_secrets_are_the_owners_alone() throws Exception {
        String key = registrar.key();
        registration.register(wish(Optional.empty(), key));
        String secret = key.substring(key.lastIndexOf('@') + 1);
        try (Stream<Path> tree = Files.walk(folder.root())) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).as("%s", file).doesNotContain(secret);
            }
        }
        assertThat(mode(folder.keys())).isEqualTo("rwx------");
        assertThat(mode(folder.keys().resolve("node.key"))).isEqualTo("rw-------");
        assertThat(mode(folder.configurationFile())).isEqualTo("rw-------");
    }

    @Test
    void a_folder_is_registered_once() throws Exception {
        registration.register(wish(Optional.empty(), registrar.key()));
        expect("NodeAlreadyRegistered", () -> registration.register(wish(Optional.empty(), registrar.key())))
                .hasMessageContaining("node-1");
    }

    @Test
    void another_authority_than_the_keys_is_not_trusted() throws Exception {
        try (Registrar other = new Registrar(temp.resolve("other"))) {
            String foreign =
                    Registrar.key("ServiceEndpoint=localhost:" + registrar.port(), other.authority.certificate());
            expect("ServiceCertificateUntrusted", () -> registration.register(wish(Optional.empty(), foreign)));
            assertThat(folder.isRegistered()).isFalse();
            assertThat(NodeKeys.exist(folder.keys())).isFalse();
            assertThat(registrar.request).as("the key was never sent").isNull();
        }
    }

    @Test
    void a_name_that_is_not_the_certificates_is_not_trusted() throws Exception {
        expect(
                        "ServiceCertificateUntrusted",
                        () -> registration.register(wish(
                                Optional.of(URI.create("https://127.0.0.1:" + registrar.port())), registrar.key())))
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    void a_key_of_the_older_form_needs_a_ca_file() throws Exception {
        String old = "IR@g@f@we@" + Base64.getEncoder().encodeToString(new byte[32]);
        expect("AuthenticationKeyInvalid", () -> registration.register(wish(Optional.empty(), old)))
                .hasMessageContaining("--service");
        expect("ServiceCertificateUntrusted", () -> registration.register(wish(Optional.of(registrar.url()), old)));
        registration.register(new Registration.Wish(
                Optional.of(registrar.url()),
                RegistrationKey.parse(old),
                ProxySettings.USUAL,
                List.of(registrar.authority.certificate()),
                "node-1",
                "host",
                "test",
                3));
        assertThat(folder.trusted()).containsExactly(registrar.authority.certificate());
    }

    @Test
    void unknown_host_refused_port_and_silence_are_told_apart() throws Exception {
        expect(
                        "ServiceHostUnknown",
                        () -> registration.register(
                                wish(Optional.of(URI.create("https://no-such-host.invalid:8443")), registrar.key())))
                .hasMessageContaining("no-such-host.invalid");
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        expect(
                        "ServiceConnectionRefused",
                        () -> registration.register(
                                wish(Optional.of(URI.create("https://localhost:" + free)), registrar.key())))
                .hasMessageContaining(String.valueOf(free));
    }

    @Test
    void what_the_service_says_keeps_its_code_and_words() throws Exception {
        registrar.refusal =
                new ErrorResponse("NodeNameTaken", "There already is a 'node-1'.", List.of("Take another --name."));
        registrar.refusalStatus = 409;
        expect("NodeNameTaken", () -> registration.register(wish(Optional.empty(), registrar.key())))
                .hasMessageContaining("There already is a 'node-1'.")
                .satisfies(e -> assertThat(e.problem().resolution()).containsExactly("Take another --name."));
        registrar.refusal = new ErrorResponse("AuthenticationKeyInvalid", "regenerated", List.of());
        registrar.refusalStatus = 401;
        expect("AuthenticationKeyInvalid", () -> registration.register(wish(Optional.empty(), registrar.key())));
        registrar.refusal = new ErrorResponse("SomethingNew", "of a later version", List.of());
        expect("ServiceRefusedNode", () -> registration.register(wish(Optional.empty(), registrar.key())))
                .hasMessageContaining("of a later version");
        assertThat(folder.isRegistered()).isFalse();
    }

    @Test
    void unregistering_is_signed_and_forgets_everything_secret() throws Exception {
        registration.register(wish(Optional.empty(), registrar.key()));
        assertThat(registration.unregister(false)).isPresent();
        assertThat(registrar.unregistered).isTrue();
        assertThat(folder.isRegistered()).isFalse();
        assertThat(NodeKeys.exist(folder.keys())).isFalse();
        expect("NodeUnregistered", () -> registration.unregister(false));
    }

    @Test
    void a_service_that_is_gone_can_be_forgotten_by_force_only() throws Exception {
        registration.register(wish(Optional.empty(), registrar.key()));
        registrar.close();
        expect("ServiceConnectionRefused", () -> registration.unregister(false));
        assertThat(folder.isRegistered()).isTrue();
        assertThat(registration.unregister(true)).isEmpty();
        assertThat(folder.isRegistered()).isFalse();
    }

    private static Registration.Wish wish(Optional<URI> service, String key) {
        return new Registration.Wish(
                service, RegistrationKey.parse(key), ProxySettings.USUAL, List.of(), "node-1", "host", "test", 3);
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private static AbstractThrowableAssert<?, ProblemException> expect(String code, Attempt attempt) {
        ProblemException thrown = catchThrowableOfType(ProblemException.class, attempt::run);
        assertThat(thrown).as("a problem").isNotNull();
        assertThat(thrown.problem().code()).as(thrown.getMessage()).isEqualTo(code);
        return assertThat(thrown);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
