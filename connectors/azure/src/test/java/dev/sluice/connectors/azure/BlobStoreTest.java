package dev.sluice.connectors.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.data.testkit.azure.AzuriteServer;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlobStoreTest {
    private final TestJob job = new TestJob();

    private FileStore open(Map<String, Object> service, String container, int blockMegabytes) {
        return new AzureBlobConnector()
                .open(
                        TestEndpoint.sink()
                                .linkedService("AzureBlobStorage", service)
                                .location("container", container)
                                .store("blockSizeInMB", new java.math.BigDecimal(blockMegabytes))
                                .build(),
                        job);
    }

    private FileStore open(BlobContainerClient container) {
        return open(
                Map.of("connectionString", Storage.server().connectionString()), container.getBlobContainerName(), 1);
    }

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
    }

    private static Problem problem(ThrowingCallable call) {
        ProblemException e = catchThrowableOfType(ProblemException.class, call);
        assertThat(e).as("a problem").isNotNull();
        assertThat(e.problem().message()).doesNotContain("unknown)");
        assertThat(e.problem().resolution().toString()).doesNotContain("unknown)");
        for (Throwable t = e; t != null; t = t.getCause()) {
            assertThat(t.toString()).doesNotContain("sig=").doesNotContain(AzuriteServer.KEY);
        }
        return e.problem();
    }

    private static void put(FileStore store, String path, byte[] content) throws IOException {
        try (FileOutput out = store.create(path)) {
            out.write(content, 0, content.length);
            out.finish();
            out.publish();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void blocks_are_staged_in_order_and_read_ahead_in_order() throws IOException {
        byte[] content = random((18 << 20) + 5);
        BlobContainerClient container = Storage.container();
        try (FileStore store = open(container)) {
            put(store, "big.bin", content);
            assertThat(container
                            .getBlobClient("big.bin")
                            .getBlockBlobClient()
                            .listBlocks(com.azure.storage.blob.models.BlockListType.COMMITTED)
                            .getCommittedBlocks())
                    .hasSize(19);
            FileEntry entry = store.find("big.bin").orElseThrow();
            try (FileInput in = store.open(entry);
                    InputStream stream = in.stream(3, Long.MAX_VALUE)) {
                assertThat(Arrays.equals(stream.readAllBytes(), Arrays.copyOfRange(content, 3, content.length)))
                        .isTrue();
                assertThat(in.bytesRead()).isEqualTo(content.length - 3);
            }
        }
    }

    @Test
    void little_memory_means_fewer_blocks_under_way_not_failure() throws IOException {
        byte[] content = random(11 << 20);
        BlobContainerClient container = Storage.container();
        TestJob poor = new TestJob(5 << 20, "attempt-1");
        try (FileStore store = new AzureBlobConnector()
                .open(
                        TestEndpoint.sink()
                                .linkedService(
                                        "AzureBlobStorage",
                                        Map.of(
                                                "connectionString",
                                                Storage.server().connectionString()))
                                .location("container", container.getBlobContainerName())
                                .store("blockSizeInMB", new java.math.BigDecimal(1))
                                .build(),
                        poor)) {
            put(store, "x", content);
            try (FileInput in = store.open(store.find("x").orElseThrow());
                    InputStream stream = in.stream(0, Long.MAX_VALUE)) {
                assertThat(Arrays.equals(stream.readAllBytes(), content)).isTrue();
            }
            assertThat(poor.memory().used()).isZero();
        }
    }

    @Test
    void a_blob_not_published_is_seen_by_nobody_and_can_be_written_again() throws IOException {
        BlobContainerClient container = Storage.container();
        try (FileStore store = open(container)) {
            FileOutput out = store.create("a/b.bin");
            out.write(random(3 << 20), 0, 3 << 20);
            out.finish();
            out.close();
            assertThat(container.listBlobs()).isEmpty();
            put(store, "a/b.bin", random(7));
            assertThat(container.getBlobClient("a/b.bin").downloadContent().toBytes())
                    .isEqualTo(random(7));
            assertThat(container.listBlobs(
                            new ListBlobsOptions().setDetails(new BlobListDetails().setRetrieveUncommittedBlobs(true)),
                            null))
                    .hasSize(1);
        }
    }

    @Test
    void a_blob_changed_while_being_read_is_refused() throws IOException {
        try (FileStore store = open(Storage.container())) {
            put(store, "x", random(10));
            FileEntry before = store.find("x").orElseThrow();
            put(store, "x", random(11));
            try (FileInput in = store.open(before)) {
                assertThat(problem(() -> in.read(0, new byte[10], 0, 10)).message())
                        .contains("changed");
            }
        }
    }

    @Test
    void closing_a_stream_from_another_thread_ends_its_reading() throws Exception {
        try (FileStore store = open(Storage.container())) {
            put(store, "x", random(6 << 20));
            try (FileInput in = store.open(store.find("x").orElseThrow())) {
                InputStream stream = in.stream(0, Long.MAX_VALUE);
                assertThat(stream.read()).isNotNegative();
                stream.close();
                assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void a_shared_access_signature_opens_the_container_and_no_more() throws IOException {
        BlobContainerClient container = Storage.container();
        container.getBlobClient("in/x.txt").upload(com.azure.core.util.BinaryData.fromString("hello"));
        String sas = container.generateSas(new BlobServiceSasSignatureValues(
                OffsetDateTime.now().plusHours(1),
                new BlobContainerSasPermission().setReadPermission(true).setListPermission(true)));
        Map<String, Object> inUri = Map.of("sasUri", new SecretValue(container.getBlobContainerUrl() + "?" + sas));
        Map<String, Object> apart =
                Map.of("sasUri", Storage.server().endpoint().toString(), "sasToken", new SecretValue("?" + sas));
        Map<String, Object> inString = Map.of(
                "connectionString", "BlobEndpoint=" + Storage.server().endpoint() + ";SharedAccessSignature=" + sas);
        for (Map<String, Object> service : java.util.List.of(inUri, apart, inString)) {
            try (FileStore store = open(service, container.getBlobContainerName(), 1);
                    Stream<FileEntry> all = store.list("in", false)) {
                assertThat(all.map(FileEntry::path)).containsExactly("in/x.txt");
                Problem denied = problem(() -> put(store, "y", new byte[1]));
                assertThat(denied.code()).isEqualTo("PermissionDenied");
                assertThat(denied.message()).contains("write y");
            }
        }
        assertThat(problem(() -> open(inUri, "another", 1)).code()).isEqualTo("MemberInvalid");
    }

    @Test
    void a_container_open_to_everybody_is_read_without_credentials() throws IOException {
        BlobContainerClient container = Storage.container();
        container.setAccessPolicy(com.azure.storage.blob.models.PublicAccessType.CONTAINER, null);
        container.getBlobClient("x").upload(com.azure.core.util.BinaryData.fromString("hello"));
        try (FileStore store = open(Map.of("containerUri", container.getBlobContainerUrl()), "", 1)) {
            assertThat(store.find("x")).isPresent();
        }
    }

    @Test
    void a_wrong_key_and_a_missing_container_are_told_apart() {
        String text = Storage.server().connectionString();
        String wrong = "d3Jvbmc=";
        Problem key = problem(() -> {
            try (FileStore store =
                    open(Map.of("connectionString", text.replace(AzuriteServer.KEY, wrong)), "some-container", 1)) {
                store.find("x");
            }
        });
        assertThat(key.code()).isEqualTo("CredentialRejected");
        assertThat(key.kind()).isEqualTo(Kind.SINK);
        assertThat(key.message()).contains(AzuriteServer.ACCOUNT);
        try (FileStore store = open(Map.of("connectionString", text), "not-there", 1)) {
            assertThat(problem(() -> store.list("", true)).code()).isEqualTo("ContainerNotFound");
            assertThat(problem(() -> put(store, "x", new byte[1])).code()).isEqualTo("ContainerNotFound");
            assertThat(problem(() -> store.find("x")).message()).contains("not-there");
        }
    }

    @Test
    void a_host_that_is_unknown_or_refuses_is_named() throws IOException {
        String key = ";AccountName=a;AccountKey=" + AzuriteServer.KEY;
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (FileStore store =
                open(Map.of("connectionString", "BlobEndpoint=http://127.0.0.1:" + free + "/a" + key), "abc", 1)) {
            Problem refused = problem(() -> store.find("x"));
            assertThat(refused.code()).isEqualTo("ConnectionRefused");
            assertThat(refused.message()).contains("127.0.0.1:" + free);
        }
        try (FileStore store =
                open(Map.of("connectionString", "BlobEndpoint=http://no-such.invalid" + key), "abc", 1)) {
            assertThat(problem(() -> store.find("x")).code()).isEqualTo("HostNameUnresolvable");
        }
    }

    @Test
    void a_service_that_throttles_is_asked_again_a_few_times_and_then_named() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        HttpServer busy = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        busy.createContext("/", exchange -> {
            boolean relents = exchange.getRequestURI().getPath().endsWith("patience") && asked.get() == 1;
            asked.incrementAndGet();
            exchange.getResponseHeaders().add("x-ms-error-code", relents ? "BlobNotFound" : "ServerBusy");
            exchange.sendResponseHeaders(relents ? 404 : 503, -1);
            exchange.close();
        });
        busy.start();
        String endpoint = "http://127.0.0.1:" + busy.getAddress().getPort() + "/a";
        String text = "BlobEndpoint=" + endpoint + ";AccountName=a;AccountKey=" + AzuriteServer.KEY;
        try (FileStore store = open(Map.of("connectionString", text), "abc", 1)) {
            assertThat(store.find("patience")).isEmpty();
            assertThat(asked.getAndSet(0)).isEqualTo(2);
            Problem throttled = problem(() -> store.find("x"));
            assertThat(throttled.code()).isEqualTo("StoreThrottled");
            assertThat(throttled.fault().retryable()).isTrue();
            assertThat(asked.get()).isEqualTo(4);
        } finally {
            busy.stop(0);
        }
    }

    @Test
    void settings_that_cannot_be_used_are_refused_without_showing_them() {
        for (String text : java.util.List.of(
                "nonsense",
                "AccountKey=" + AzuriteServer.KEY,
                "AccountName=a",
                "AccountName=a;AccountKey=not base64!",
                "BlobEndpoint=ftp://x;AccountName=a;AccountKey=" + AzuriteServer.KEY,
                "BlobEndpoint=http://u:p@x/;AccountName=a;AccountKey=" + AzuriteServer.KEY)) {
            assertThat(problem(() -> open(Map.of("connectionString", text), "abc", 1))
                            .code())
                    .as(text)
                    .isEqualTo("ConnectionSettingInvalid");
        }
        assertThat(problem(() -> open(Map.of("connectionString", "AccountName=a;Proxy=x"), "abc", 1))
                        .code())
                .isEqualTo("ConnectionSettingNotAllowed");
        Map<String, Object> principal =
                Map.of("serviceEndpoint", "https://a.blob.core.windows.net", "servicePrincipalId", "x");
        assertThat(problem(() -> open(principal, "abc", 1)).message()).contains("ServicePrincipal");
        Map<String, Object> good = Map.of("connectionString", "UseDevelopmentStorage=true");
        for (String container : java.util.List.of("AB", "a--b", "a/b", "-abc")) {
            assertThat(problem(() -> open(good, container, 1)).code())
                    .as(container)
                    .isEqualTo("MemberInvalid");
        }
        assertThat(problem(() -> open(good, "", 1)).code()).isEqualTo("MemberRequired");
        open(good, "abc", 1).close();
    }
}
