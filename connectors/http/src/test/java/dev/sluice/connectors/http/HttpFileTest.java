package dev.sluice.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.connectors.http.WebServer.Asked;
import dev.sluice.connectors.http.WebServer.Reply;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Files over HTTP, from a real server with and without ranges.
class HttpFileTest {
    private static final String CONTENT = "id,name\n1,one\n2,two\n";
    private final TestJob job = new TestJob();

    @AfterEach
    void end() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    /// What a server with ranges answers.
    private static Reply ranged(Asked asked, String content, String tag) {
        String range = asked.header("Range");
        boolean same =
                asked.header("If-Range").isEmpty() || asked.header("If-Range").equals(tag);
        if (range.isEmpty() || !same) {
            return new Reply(200, content, Map.of("ETag", tag));
        }
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        int from = Integer.parseInt(ends[0]);
        int to = Math.min(Integer.parseInt(ends[1]), content.length() - 1);
        return new Reply(
                206,
                content.substring(from, to + 1),
                Map.of("ETag", tag, "Content-Range", "bytes " + from + "-" + to + "/" + content.length()));
    }

    private static TestEndpoint endpoint(WebServer server, String relative, Map<String, Object> more) {
        Map<String, Object> service = new HashMap<>(more);
        service.put("url", server.url());
        return TestEndpoint.source()
                .linkedService("HttpServer", service)
                .location("type", "HttpServerLocation")
                .location("relativeUrl", relative);
    }

    private FileStore open(TestEndpoint endpoint) {
        return new HttpFileConnector().open(endpoint.build(), job);
    }

    private static FileEntry only(FileStore store) throws Exception {
        try (Stream<FileEntry> all = store.list("", true)) {
            List<FileEntry> found = all.toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    private static String text(FileStore store, FileEntry file) throws Exception {
        try (FileInput in = store.open(file);
                InputStream stream = in.stream(0, file.size())) {
            byte[] piece = new byte[4];
            in.read(3, piece, 0, 4);
            assertThat(new String(piece)).isEqualTo(CONTENT.substring(3, 7));
            return new String(stream.readAllBytes());
        }
    }

    @Test
    void a_server_with_ranges_is_read_by_ranges() throws Exception {
        try (WebServer server = new WebServer(asked -> ranged(asked, CONTENT, "\"v1\""));
                FileStore store = open(endpoint(server, "data/orders.csv?year=2024", Map.of()))) {
            FileEntry file = only(store);
            assertThat(file.path()).isEqualTo("orders.csv");
            assertThat(file.size()).isEqualTo(CONTENT.length());
            assertThat(text(store, file)).isEqualTo(CONTENT);
            assertThat(server.asked).allMatch(a -> a.target().equals("/data/orders.csv?year=2024"));
            assertThat(server.asked).allMatch(a -> !a.header("Range").isEmpty());
        }
    }

    @Test
    void an_answer_that_comes_only_as_a_whole_is_kept_and_asked_for_once() throws Exception {
        try (WebServer server = new WebServer(asked -> Reply.ok(CONTENT))) {
            TestEndpoint endpoint = endpoint(server, "report", Map.of())
                    .store("requestMethod", "POST")
                    .store("requestBody", "{\"from\":1}")
                    .store("additionalHeaders", "X-Kind: full");
            try (FileStore store = open(endpoint)) {
                assertThat(text(store, only(store))).isEqualTo(CONTENT);
                assertThat(server.asked).hasSize(1);
                assertThat(server.asked.getFirst().body()).isEqualTo("{\"from\":1}");
                assertThat(server.asked.getFirst().header("X-Kind")).isEqualTo("full");
            }
        }
    }

    @Test
    void folders_and_names_of_the_dataset_are_added_to_the_address() throws Exception {
        try (WebServer server = new WebServer(asked -> asked.target().equals("/base/in/a%20b.csv")
                        ? ranged(asked, CONTENT, "\"v1\"")
                        : new Reply(404, "not here", Map.of()));
                FileStore store = open(endpoint(server, "base", Map.of()).location("fileName", "a b.csv"))) {
            assertThat(text(store, store.find("in/a b.csv").orElseThrow())).isEqualTo(CONTENT);
            assertThat(store.find("in/other.csv")).isEmpty();
            ProblemException e = catchThrowableOfType(ProblemException.class, () -> store.list("../x", true));
            assertThat(e.problem().code()).isEqualTo("PathOutsideRoot");
        }
    }

    @Test
    void a_file_that_changes_between_two_ranges_is_said_so() throws Exception {
        String[] tag = {"\"v1\""};
        try (WebServer server = new WebServer(asked -> ranged(asked, CONTENT, tag[0]));
                FileStore store = open(endpoint(server, "x.csv", Map.of()))) {
            FileEntry file = only(store);
            tag[0] = "\"v2\"";
            try (FileInput in = store.open(file)) {
                ProblemException e = catchThrowableOfType(ProblemException.class, () -> in.read(0, new byte[5], 0, 5));
                assertThat(e.problem().code()).isEqualTo("FileChangedWhileRead");
            }
        }
    }

    @Test
    void redirections_are_followed_without_credentials_to_another_host() throws Exception {
        try (WebServer other = new WebServer(asked -> ranged(asked, CONTENT, "\"v1\""));
                WebServer server =
                        new WebServer(asked -> new Reply(302, "", Map.of("Location", other.url() + "/elsewhere.csv")));
                FileStore store = open(endpoint(
                        server,
                        "x.csv",
                        Map.of(
                                "authenticationType", "Basic",
                                "userName", "shop",
                                "password", new SecretValue("s3cret"))))) {
            assertThat(text(store, only(store))).isEqualTo(CONTENT);
            assertThat(server.asked.getFirst().header("Authorization")).startsWith("Basic ");
            assertThat(other.asked).allMatch(a -> a.header("Authorization").isEmpty());
        }
    }

    private Problem problem(TestEndpoint endpoint) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> {
            try (FileStore store = open(endpoint)) {
                only(store);
            }
        });
        assertThat(e).as("a problem").isNotNull();
        assertThat(e.problem().message()).doesNotContain("unknown)").doesNotContain("s3cret");
        return e.problem();
    }

    @Test
    void refusals_hosts_and_ports_are_named() throws Exception {
        int[] status = {401};
        try (WebServer server = new WebServer(asked -> new Reply(status[0], "no", Map.of()))) {
            TestEndpoint endpoint = endpoint(server, "x", Map.of("authHeaders", Map.of("X-Key", "s3cret")));
            for (Map.Entry<Integer, String> each : Map.of(
                            401,
                            "CredentialRejected",
                            403,
                            "PermissionDenied",
                            404,
                            "FileNotFound",
                            400,
                            "StoreRequestRefused")
                    .entrySet()) {
                status[0] = each.getKey();
                assertThat(problem(endpoint).code()).isEqualTo(each.getValue());
            }
        }
        Map<String, Object> nowhere = Map.of("url", "http://no-such-host.invalid/");
        assertThat(problem(TestEndpoint.source().linkedService("HttpServer", nowhere))
                        .code())
                .isEqualTo("HostNameUnresolvable");
        int free;
        try (ServerSocket s = new ServerSocket(0)) {
            free = s.getLocalPort();
        }
        Map<String, Object> closed = Map.of("url", "http://localhost:" + free);
        assertThat(problem(TestEndpoint.source().linkedService("HttpServer", closed))
                        .code())
                .isEqualTo("ConnectionRefused");
        Map<String, Object> digest = Map.of("url", "http://localhost", "authenticationType", "Digest");
        assertThat(problem(TestEndpoint.source().linkedService("HttpServer", digest))
                        .code())
                .isEqualTo("ConnectionSettingInvalid");
    }
}
