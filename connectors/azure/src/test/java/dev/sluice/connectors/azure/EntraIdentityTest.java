package dev.sluice.connectors.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.storage.common.sas.AccountSasPermission;
import com.azure.storage.common.sas.AccountSasResourceType;
import com.azure.storage.common.sas.AccountSasService;
import com.azure.storage.common.sas.AccountSasSignatureValues;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.connectors.azure.EntraIdentity.Application;
import dev.sluice.connectors.azure.EntraIdentity.Machine;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.ManualClock;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tokens, asked for as the identity platform documents it, against a server that speaks its protocol; with them blobs
/// of Azurite, behind a gate that takes the token and nothing else (Azurite itself takes tokens over TLS only).
class EntraIdentityTest {
    private static final String SECRET = "the application's s3cret+/=";

    private HttpServer authority;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile int serial;

    @BeforeEach
    void start() throws IOException {
        authority = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        authority.createContext("/", e -> {
            try (e) {
                String body = new String(e.getRequestBody().readAllBytes(), UTF_8);
                asked.add(e.getRequestMethod() + " " + e.getRequestURI() + " "
                        + e.getRequestHeaders().getFirst("Metadata") + " " + body);
                String answer = status == 200
                        ? "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"token-" + ++serial + "\"}"
                        : "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret"
                                + " provided: " + SECRET + "\\r\\nTrace ID: 1\"}";
                e.sendResponseHeaders(status, answer.length());
                e.getResponseBody().write(answer.getBytes(UTF_8));
            }
        });
        authority.start();
        System.setProperty(EntraSettings.AUTHORITY, address().toString());
        System.setProperty(EntraSettings.MACHINE, address().toString());
    }

    @AfterEach
    void stop() {
        authority.stop(0);
        System.clearProperty(EntraSettings.AUTHORITY);
        System.clearProperty(EntraSettings.MACHINE);
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + authority.getAddress().getPort());
    }

    private EntraIdentity application(ManualClock clock) {
        return new EntraIdentity(
                "lake",
                new Application(address().resolve("/acme.example/oauth2/v2.0/token"), "id-1", new SecretValue(SECRET)),
                clock);
    }

    @Test
    void an_application_asks_once_and_again_before_the_token_ends() {
        ManualClock clock = new ManualClock();
        EntraIdentity identity = application(clock);
        assertThat(identity.token().reveal()).isEqualTo("token-1");
        clock.advance(Duration.ofMinutes(50));
        assertThat(identity.token().reveal()).isEqualTo("token-1");
        clock.advance(Duration.ofMinutes(6));
        assertThat(identity.token().reveal()).isEqualTo("token-2");
        assertThat(asked)
                .hasSize(2)
                .allSatisfy(request -> assertThat(request)
                        .startsWith("POST /acme.example/oauth2/v2.0/token")
                        .contains("grant_type=client_credentials&client_id=id-1"
                                + "&client_secret=the+application%27s+s3cret%2B%2F%3D"
                                + "&scope=https%3A%2F%2Fstorage.azure.com%2F.default"));
    }

    @Test
    void a_machine_asks_its_own_service() {
        EntraIdentity identity = new EntraIdentity(
                "lake", new Machine(address().resolve("/metadata/identity/oauth2/token"), ""), new ManualClock());
        assertThat(identity.token().reveal()).isEqualTo("token-1");
        assertThat(asked.getFirst())
                .startsWith("GET /metadata/identity/oauth2/token?api-version=2018-02-01"
                        + "&resource=https%3A%2F%2Fstorage.azure.com%2F true");
    }

    @Test
    void a_wrong_secret_is_told_in_the_authoritys_words_and_not_shown() {
        status = 401;
        EntraIdentity identity = application(new ManualClock());
        Problem p =
                catchThrowableOfType(ProblemException.class, identity::token).problem();
        assertThat(p.code()).isEqualTo("CredentialRejected");
        assertThat(p.message()).contains("application id-1").doesNotContain(SECRET);
        assertThat(p.evidence().toString()).contains("AADSTS7000215").doesNotContain(SECRET);
        assertThat(identity.toString()).doesNotContain(SECRET);
    }

    @Test
    void blobs_are_written_and_read_with_a_token_and_nothing_else() throws Exception {
        String container = Storage.container().getBlobContainerName();
        String sas = Storage.client()
                .generateAccountSas(new AccountSasSignatureValues(
                        OffsetDateTime.now(ZoneOffset.UTC).plusDays(1),
                        AccountSasPermission.parse("rwdlac"),
                        AccountSasService.parse("b"),
                        AccountSasResourceType.parse("sco")));
        try (FaultyLine gate = new FaultyLine(
                        Storage.server().endpoint(),
                        authorization -> authorization.equals("Bearer token-1") ? Optional.of(sas) : Optional.empty());
                TestJob job = new TestJob();
                FileStore store = new AzureDataLakeConnector()
                        .open(
                                TestEndpoint.sink()
                                        .linkedService(
                                                "AzureBlobFS",
                                                Map.of(
                                                        "url",
                                                        gate.address().toString(),
                                                        "servicePrincipalId",
                                                        "id-1",
                                                        "servicePrincipalKey",
                                                        new SecretValue(SECRET),
                                                        "tenant",
                                                        "acme.example"))
                                        .location("fileSystem", container)
                                        .build(),
                                job)) {
            byte[] content = Storage.random(3 << 20);
            Storage.put(store, "in/a.bin", content);
            assertThat(Storage.get(store, "in/a.bin")).isEqualTo(content);
            assertThat(asked).hasSize(1);
        }
    }

    @Test
    void a_token_that_the_service_does_not_take_is_told() throws Exception {
        try (FaultyLine gate = new FaultyLine(Storage.server().endpoint(), authorization -> Optional.empty());
                TestJob job = new TestJob();
                FileStore store = new AzureBlobConnector()
                        .open(
                                TestEndpoint.source()
                                        .linkedService(
                                                "AzureBlobStorage",
                                                Map.of(
                                                        "serviceEndpoint",
                                                        gate.address().toString(),
                                                        "authenticationType",
                                                        "Msi"))
                                        .location("container", "raw-data")
                                        .build(),
                                job)) {
            Problem p = catchThrowableOfType(ProblemException.class, () -> store.find("a"))
                    .problem();
            assertThat(p.code()).isEqualTo("CredentialRejected");
            assertThat(p.message()).contains("the machine's identity").doesNotContain("token-1");
        }
    }
}
