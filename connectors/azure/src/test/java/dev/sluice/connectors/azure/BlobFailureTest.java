package dev.sluice.connectors.azure;

import static dev.sluice.connectors.azure.Storage.get;
import static dev.sluice.connectors.azure.Storage.open;
import static dev.sluice.connectors.azure.Storage.put;
import static dev.sluice.connectors.azure.Storage.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.PublicAccessType;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.BlockedCall;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.data.testkit.azure.AzuriteServer;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BlobFailureTest {
    private static final String WRONG_KEY = "d3Jvbmctd3Jvbmctd3Jvbmc=";

    private final TestJob job = new TestJob();

    @BeforeAll
    static void needsAzurite() {
        Storage.server();
    }

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    /// The problem, proved to hold no secret anywhere: not in its texts, its evidence, nor the log's stack trace.
    private static Problem refused(Fault fault, ThrowingCallable call) {
        ProblemException e = catchThrowableOfType(ProblemException.class, call);
        assertThat(e).as("a problem").isNotNull();
        Problem p = e.problem();
        assertThat(p.fault()).as(p.toString()).isEqualTo(fault);
        StringWriter everything = new StringWriter();
        e.printStackTrace(new PrintWriter(everything));
        assertThat(p.message() + p.resolution()).doesNotContain("unknown)");
        everything.append(p.message()).append(p.resolution().toString());
        everything.append(p.evidence().toString());
        assertThat(everything.toString().replace("sig=**********", ""))
                .doesNotContain(AzuriteServer.KEY)
                .doesNotContain(WRONG_KEY)
                .doesNotContain("sig=")
                .doesNotContain("SharedKey ");
        return p;
    }

    private static void list(FileStore store) throws IOException {
        try (Stream<FileEntry> all = store.list("", true)) {
            assertThat(all.count()).isNotNegative();
        }
    }

    private static String text() {
        return Storage.server().connectionString();
    }

    private static String sas(BlobContainerClient container, OffsetDateTime until, String permissions) {
        return container.generateSas(
                new BlobServiceSasSignatureValues(until, BlobContainerSasPermission.parse(permissions)));
    }

    @Test
    void a_wrong_key_is_told_from_everything_else() {
        Map<String, Object> service =
                Map.of("connectionString", new SecretValue(text().replace(AzuriteServer.KEY, WRONG_KEY)));
        try (FileStore store = open(Storage.source(service, "some-container"), job)) {
            Problem p = refused(ConnectionFaults.WRONG_PASSWORD, () -> list(store));
            assertThat(p.message())
                    .contains("127.0.0.1:" + Storage.server().port())
                    .contains(AzuriteServer.ACCOUNT);
            assertThat(p.kind()).isEqualTo(Kind.USER);
            refused(ConnectionFaults.WRONG_PASSWORD, () -> store.find("x"));
        }
        try (FileStore store = open(Storage.sink(service, "some-container"), job)) {
            refused(ConnectionFaults.WRONG_PASSWORD, () -> put(store, "x", random(10)));
        }
    }

    @Test
    void a_signature_opens_what_it_names_and_no_more() throws IOException {
        BlobContainerClient container = Storage.container();
        container.getBlobClient("in/x.txt").upload(BinaryData.fromString("hello"));
        String sas = sas(container, OffsetDateTime.now().plusHours(1), "rl");
        String endpoint = Storage.server().endpoint().toString();
        for (Map<String, Object> service : List.<Map<String, Object>>of(
                Map.of("sasUri", new SecretValue(container.getBlobContainerUrl() + "?" + sas)),
                Map.of("sasUri", endpoint, "sasToken", new SecretValue("?" + sas)),
                Map.of("connectionString", "BlobEndpoint=" + endpoint + ";SharedAccessSignature=" + sas))) {
            try (FileStore store = open(Storage.sink(service, container.getBlobContainerName()), job)) {
                try (Stream<FileEntry> all = store.list("in", false)) {
                    assertThat(all.map(FileEntry::path)).containsExactly("in/x.txt");
                }
                assertThat(get(store, "in/x.txt")).isEqualTo("hello".getBytes());
                Problem denied = refused(ConnectionFaults.PERMISSION_DENIED, () -> put(store, "y", random(10)));
                assertThat(denied.message()).contains("may not write y");
                refused(ConnectionFaults.PERMISSION_DENIED, () -> store.delete("in/x.txt"));
            }
        }
    }

    @Test
    void an_expired_or_forged_signature_is_refused_with_its_time() {
        BlobContainerClient container = Storage.container();
        String expired = sas(container, OffsetDateTime.now().minusHours(1), "rl");
        String forged = sas(container, OffsetDateTime.now().plusHours(1), "rl").replaceAll("sig=...", "sig=AAA");
        for (String sas : List.of(expired, forged)) {
            Map<String, Object> service =
                    Map.of("sasUri", new SecretValue(container.getBlobContainerUrl() + "?" + sas));
            try (FileStore store = open(Storage.source(service, ""), job)) {
                Problem p = refused(ConnectionFaults.WRONG_PASSWORD, () -> list(store));
                assertThat(p.message()).contains("valid until 20");
            }
        }
    }

    @Test
    void a_public_container_is_read_without_credential_and_a_private_one_is_not() throws IOException {
        BlobContainerClient container = Storage.container();
        container.getBlobClient("x").upload(BinaryData.fromString("hello"));
        Map<String, Object> service = Map.of("containerUri", container.getBlobContainerUrl());
        try (FileStore store = open(Storage.source(service, ""), job)) {
            ProblemException e = catchThrowableOfType(ProblemException.class, () -> list(store));
            assertThat(e.problem().fault())
                    .isIn(
                            ConnectionFaults.WRONG_PASSWORD,
                            ConnectionFaults.PERMISSION_DENIED,
                            DataFaults.CONTAINER_MISSING);
            container.setAccessPolicy(PublicAccessType.CONTAINER, null);
            assertThat(get(store, "x")).isEqualTo("hello".getBytes());
        }
    }

    @Test
    void a_missing_container_and_a_missing_blob_are_told_apart() throws IOException {
        BlobContainerClient container = Storage.container();
        FileEntry gone = new FileEntry("gone", 5, job.clock().instant(), "0x1");
        try (FileStore store = open(Storage.source(Storage.service(), container.getBlobContainerName()), job);
                FileInput in = store.open(gone)) {
            assertThat(refused(DataFaults.FILE_MISSING, () -> in.read(0, new byte[5], 0, 5))
                            .message())
                    .contains("gone")
                    .contains(container.getBlobContainerName());
        }
        try (FileStore store = open(Storage.source(Storage.service(), "not-there"), job);
                FileInput in = store.open(gone)) {
            Problem p = refused(DataFaults.CONTAINER_MISSING, () -> list(store));
            assertThat(p.message()).contains("'not-there'");
            assertThat(p.kind()).isEqualTo(Kind.SOURCE);
            refused(DataFaults.CONTAINER_MISSING, () -> store.find("x"));
            refused(DataFaults.CONTAINER_MISSING, () -> store.list("folder", true));
            refused(DataFaults.CONTAINER_MISSING, () -> in.read(0, new byte[5], 0, 5));
        }
    }

    @Test
    void a_blob_replaced_while_it_is_read_is_said() throws IOException {
        try (FileStore store =
                open(Storage.sink(Storage.service(), Storage.container().getBlobContainerName()), job)) {
            put(store, "x", random(10));
            FileEntry before = store.find("x").orElseThrow();
            put(store, "x", random(11));
            try (FileInput in = store.open(before)) {
                Problem p = refused(DataFaults.FILE_CHANGED, () -> in.read(0, new byte[10], 0, 10));
                assertThat(p.fault().retryable()).isTrue();
                refused(DataFaults.FILE_CHANGED, () -> in.stream(0, 10).readAllBytes());
            }
        }
    }

    @Test
    void a_blob_of_another_kind_is_not_overwritten_and_the_reason_is_the_services() throws IOException {
        BlobContainerClient container = Storage.container();
        container.getBlobClient("log").getAppendBlobClient().create();
        try (FileStore store = open(Storage.sink(Storage.service(), container.getBlobContainerName()), job)) {
            Problem p = refused(ConnectionFaults.STORE_REFUSED, () -> put(store, "log", random(10)));
            assertThat(p.message()).contains("409 InvalidBlobType");
        }
    }

    @Test
    void a_host_that_is_unknown_or_refuses_is_named() throws IOException {
        String key = ";AccountName=acme;AccountKey=" + AzuriteServer.KEY;
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Map<String, Object> closed =
                Map.of("connectionString", "BlobEndpoint=http://127.0.0.1:" + free + "/acme" + key);
        try (FileStore store = open(Storage.source(closed, "abc"), job)) {
            assertThat(refused(ConnectionFaults.PORT_REFUSED, () -> store.find("x"))
                            .message())
                    .contains("127.0.0.1:" + free);
        }
        Map<String, Object> unknown = Map.of("connectionString", "BlobEndpoint=http://no-such.invalid" + key);
        try (FileStore store = open(Storage.source(unknown, "abc"), job)) {
            assertThat(refused(ConnectionFaults.HOST_UNKNOWN, () -> store.find("x"))
                            .message())
                    .contains("no-such.invalid");
        }
    }

    @Test
    void a_service_without_tls_is_named() {
        Map<String, Object> service = Map.of("connectionString", text().replace("http://", "https://"));
        try (FileStore store = open(Storage.source(service, "abc"), job)) {
            assertThat(refused(ConnectionFaults.STORE_REFUSED, () -> store.find("x"))
                            .message())
                    .contains("does not speak TLS");
        }
    }

    @Test
    void what_breaks_for_a_moment_is_repeated_and_what_stays_broken_is_named() throws IOException {
        BlobContainerClient container = Storage.container();
        byte[] content = random(2 << 20);
        container.getBlobClient("x").upload(BinaryData.fromBytes(content));
        try (FaultyLine line = new FaultyLine(Storage.server().endpoint());
                FileStore store = open(
                        Storage.source(
                                Map.of("connectionString", line.connectionString(text())),
                                container.getBlobContainerName()),
                        job)) {
            line.fail(FaultyLine.Fault.BUSY, 2, r -> r.startsWith("HEAD"));
            FileEntry x = store.find("x").orElseThrow();
            assertThat(line.hits()).isEqualTo(2);
            try (FileInput in = store.open(x)) {
                line.fail(FaultyLine.Fault.CUT, 2, r -> r.startsWith("GET"));
                assertThat(in.stream(0, content.length).readAllBytes()).isEqualTo(content);
                assertThat(line.hits()).isEqualTo(2);
                assertThat(in.bytesRead()).isEqualTo(content.length);
            }
        }
    }

    private FileStore impatient(FaultyLine line, String container) {
        var endpoint = Storage.source(Map.of("connectionString", line.connectionString(text())), container)
                .build();
        AzureAccount account = new AccountSettings(endpoint).read();
        BlobProblems problems = new BlobProblems(Kind.SOURCE, "lake", account, container);
        RetryPolicy quick = new RetryPolicy(4, java.time.Duration.ofMillis(1), () -> 0.5);
        return new BlobFileStore(
                new BlobContainer(account, container, problems, BlobContainer.PAGE),
                new Calls(problems.store(), 4, quick, job),
                WriteSettings.of(endpoint),
                Kind.SOURCE,
                job);
    }

    @Test
    void a_service_that_stays_busy_or_cut_is_given_up_after_a_few_tries() throws IOException {
        BlobContainerClient container = Storage.container();
        container.getBlobClient("x").upload(BinaryData.fromBytes(random(100_000)));
        try (FaultyLine line = new FaultyLine(Storage.server().endpoint());
                FileStore store = impatient(line, container.getBlobContainerName())) {
            FileEntry x = store.find("x").orElseThrow();
            line.fail(FaultyLine.Fault.BUSY, Integer.MAX_VALUE, r -> true);
            Problem busy = refused(ConnectionFaults.STORE_BUSY, () -> store.find("x"));
            assertThat(busy.message()).contains("503 ServerBusy");
            assertThat(line.hits()).isEqualTo(4);
            line.fail(FaultyLine.Fault.ANSWER_LOST, Integer.MAX_VALUE, r -> r.startsWith("GET"));
            try (FileInput in = store.open(x)) {
                refused(DataFaults.CONNECTION_CUT, () -> in.read(0, new byte[100], 0, 100));
            }
            refused(ConnectionFaults.CONNECTION_LOST, () -> list(store));
        }
    }

    @Test
    void a_certificate_nobody_trusts_is_said() throws Exception {
        try (UntrustedServer server = new UntrustedServer()) {
            Map<String, Object> service = Map.of(
                    "connectionString",
                    "BlobEndpoint=https://localhost:" + server.port() + "/acme;AccountName=acme;AccountKey="
                            + AzuriteServer.KEY);
            try (FileStore store = open(Storage.source(service, "abc"), job)) {
                assertThat(refused(ConnectionFaults.TLS_UNTRUSTED, () -> store.find("x"))
                                .message())
                        .contains("localhost:" + server.port())
                        .contains("certification path");
            }
        }
    }

    @Test
    void an_emulator_may_have_a_name_of_its_own() throws IOException {
        BlobContainerClient container = Storage.container();
        container.getBlobClient("x").upload(BinaryData.fromString("hello"));
        InetAddress own = InetAddress.getLocalHost();
        assumeTrue(
                own.isLoopbackAddress() && AzureAccount.isPathStyle(own.getHostName()),
                "SKIPPED: this machine's name does not lead to its loopback address");
        String named = text().replace("127.0.0.1", own.getHostName());
        try (FileStore store =
                open(Storage.source(Map.of("connectionString", named), container.getBlobContainerName()), job)) {
            assertThat(get(store, "x")).isEqualTo("hello".getBytes());
            list(store);
        }
    }

    @Test
    void closing_from_another_thread_ends_every_wait() throws Exception {
        BlobContainerClient container = Storage.container();
        container.getBlobClient("x").upload(BinaryData.fromBytes(random(100_000)));
        try (FaultyLine line = new FaultyLine(Storage.server().endpoint())) {
            FileStore store = open(
                    Storage.source(
                            Map.of("connectionString", line.connectionString(text())),
                            container.getBlobContainerName()),
                    job);
            FileEntry x = store.find("x").orElseThrow();
            line.fail(FaultyLine.Fault.STALL, Integer.MAX_VALUE, r -> r.startsWith("GET"));
            FileInput in = store.open(x);
            BlockedCall.endsOn(
                    () -> {
                        in.read(0, new byte[100_000], 0, 100_000);
                        return null;
                    },
                    in::close);
            FileInput another = store.open(x);
            BlockedCall.endsOn(() -> another.stream(0, 100_000).readAllBytes(), another::close);
            line.fail(FaultyLine.Fault.BUSY, Integer.MAX_VALUE, r -> true);
            BlockedCall.endsOn(() -> store.find("x"), store::close);
            assertThat(catchThrowableOfType(IOException.class, () -> store.find("x")))
                    .hasMessageContaining("closed");
        }
    }
}
