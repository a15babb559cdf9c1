package dev.sluice.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.FaultyProxy;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What goes wrong, against a real server, and what linked services mean.
class S3Test {
    private static final RetryPolicy QUICK = new RetryPolicy(4, Duration.ofMillis(1), () -> 0.5);
    private final TestJob job = new TestJob();

    @AfterEach
    void end() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private FileStore open(Map<String, Object> service, String bucket) {
        return S3Connector.open(
                TestEndpoint.source()
                        .linkedService("AmazonS3Compatible", service)
                        .location("bucketName", bucket)
                        .build(),
                job,
                QUICK);
    }

    private Problem problem(Map<String, Object> service, String bucket) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> {
            try (FileStore store = open(service, bucket);
                    Stream<FileEntry> all = store.list("", true)) {
                all.count();
            }
        });
        assertThat(e).as("a problem").isNotNull();
        assertThat(e.problem().message()).doesNotContain("unknown)");
        return e.problem();
    }

    private static Map<String, Object> with(String name, Object value) {
        Map<String, Object> all =
                new HashMap<>(S3Server.started().service(S3Server.started().port()));
        all.put(name, value);
        return all;
    }

    @Test
    void wrong_keys_buckets_hosts_and_ports_are_named() throws Exception {
        // This server knows keys, but does not check signatures: those are checked against Amazon's examples.
        assertThat(problem(with("accessKeyId", "NOBODY"), "shop").code()).isEqualTo("CredentialRejected");
        assertThat(problem(with("accessKeyId", S3Server.KEY_ID), "no-such-bucket")
                        .code())
                .isEqualTo("ContainerNotFound");
        assertThat(problem(with("serviceUrl", "http://no-such-host.invalid"), "shop")
                        .code())
                .isEqualTo("HostNameUnresolvable");
        int free;
        try (ServerSocket s = new ServerSocket(0)) {
            free = s.getLocalPort();
        }
        assertThat(problem(with("serviceUrl", "http://127.0.0.1:" + free), "shop")
                        .code())
                .isEqualTo("ConnectionRefused");
        assertThat(problem(with("proxy", "x"), "shop").code()).isEqualTo("ConnectionSettingNotAllowed");
        assertThat(problem(with("serviceUrl", "ftp://x"), "shop").code()).isEqualTo("ConnectionSettingInvalid");
    }

    @Test
    void a_connection_that_is_cut_is_made_anew_and_nothing_is_lost() throws Exception {
        byte[] content = new byte[20 << 20];
        new Random(3).nextBytes(content);
        try (FaultyProxy line = new FaultyProxy("127.0.0.1", S3Server.started().port());
                FileStore store = open(S3Server.started().service(line.port()), "other")) {
            try (FileOutput out = store.create("cut/large.bin")) {
                for (int at = 0; at < content.length; at += 1 << 20) {
                    out.write(content, at, 1 << 20);
                    if (at == 10 << 20) {
                        line.cut();
                    }
                }
                out.finish();
                assertThat(store.find("cut/large.bin")).isEmpty();
                out.publish();
            }
            try (FileInput in = store.open(store.find("cut/large.bin").orElseThrow());
                    InputStream stream = in.stream(0, Long.MAX_VALUE)) {
                byte[] start = stream.readNBytes(1 << 20);
                line.cut();
                byte[] rest = stream.readAllBytes();
                assertThat(start.length + rest.length).isEqualTo(content.length);
                assertThat(Arrays.equals(rest, 0, rest.length, content, start.length, content.length))
                        .isTrue();
            }
            store.delete("cut/large.bin");
        }
    }

    @Test
    void an_object_replaced_while_it_is_read_is_said_so() throws Exception {
        try (FileStore store =
                open(S3Server.started().service(S3Server.started().port()), "other")) {
            put(store, "changing", "first version");
            FileEntry listed = store.find("changing").orElseThrow();
            put(store, "changing", "other version");
            try (FileInput in = store.open(listed)) {
                ProblemException e = catchThrowableOfType(ProblemException.class, () -> in.read(0, new byte[5], 0, 5));
                assertThat(e.problem().code()).isEqualTo("FileChangedWhileRead");
            }
            store.delete("changing");
        }
    }

    private static void put(FileStore store, String path, String text) throws Exception {
        try (FileOutput out = store.create(path)) {
            out.write(text.getBytes(), 0, text.length());
            out.finish();
            out.publish();
        }
    }

    private static S3Account account(String type, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(Map.of("accessKeyId", "K", "secretAccessKey", new SecretValue("S")));
        all.putAll(more);
        return S3Account.of(TestEndpoint.source().linkedService(type, all).build());
    }

    @Test
    void addresses_and_regions_follow_from_the_linked_service() {
        S3Account amazon = account("AmazonS3", Map.of());
        assertThat(amazon.base("raw")).isEqualTo("https://raw.s3.amazonaws.com");
        assertThat(amazon.base("raw.data")).isEqualTo("https://s3.amazonaws.com/raw.data");
        assertThat(amazon.region()).isEqualTo("us-east-1");
        assertThat(amazon.in("eu-west-1").base("raw")).isEqualTo("https://raw.s3.eu-west-1.amazonaws.com");
        S3Account frankfurt = account("AmazonS3", Map.of("serviceUrl", "https://s3.eu-central-1.amazonaws.com"));
        assertThat(frankfurt.region()).isEqualTo("eu-central-1");
        S3Account google = account("GoogleCloudStorage", Map.of());
        assertThat(google.base("raw")).isEqualTo("https://storage.googleapis.com/raw");
        assertThat(google.region()).isEqualTo("auto");
        S3Account own = account("AmazonS3Compatible", Map.of("serviceUrl", "minio.example.org:9000"));
        assertThat(own.base("raw")).isEqualTo("https://minio.example.org:9000/raw");
        S3Account hosted =
                account("AmazonS3Compatible", Map.of("serviceUrl", "https://r.example.org", "forcePathStyle", false));
        assertThat(hosted.base("raw")).isEqualTo("https://raw.r.example.org");
        ProblemException e =
                catchThrowableOfType(ProblemException.class, () -> account("AmazonS3Compatible", Map.of()));
        assertThat(e.problem().code()).isEqualTo("MemberRequired");
    }
}
