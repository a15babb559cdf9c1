package dev.sluice.connectors.http;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.http.WebServer.Reply;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.BlockedCall;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RestTest {
    private final TestJob job = new TestJob();

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private static TreeMapping paths(String collection, String... paths) {
        return new TreeMapping(
                collection,
                Arrays.stream(paths)
                        .map(p -> new TreeMapping.Column(p, true, Optional.empty()))
                        .toList(),
                false,
                false);
    }

    private static TestEndpoint source(String url, Map<String, Object> rules) {
        return TestEndpoint.source()
                .linkedService("RestService", Map.of("url", url, "authenticationType", "Anonymous"))
                .dataset("RestResource")
                .activity("requestInterval", "00:00:00")
                .activity("paginationRules", rules);
    }

    private List<List<@Nullable Object>> read(Endpoint endpoint) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = new RestConnector().source(endpoint, job)) {
            Schema schema = source.schema();
            int[] columns = IntStream.range(0, schema.size()).toArray();
            try (Reader reader = source.open(source.splits(4).getFirst(), columns, RefusedRows.failing(job));
                    Batch batch = new Batch(schema, 3, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
                if (!rows.isEmpty()) {
                    assertThat(reader.bytesRead()).isPositive();
                }
            }
        }
        return rows;
    }

    private static List<String> targets(WebServer server) {
        return server.asked.stream().map(WebServer.Asked::target).toList();
    }

    /// Three pages of two rows, chosen by `page=`.
    private static Reply page(WebServer.Asked asked, String next) {
        int page = asked.target().contains("page=")
                ? Integer.parseInt(asked.target().replaceAll(".*page=(\\d+).*", "$1"))
                : 0;
        String link = page < 2 ? next.replace("#", String.valueOf(page + 1)) : "null";
        return Reply.ok("{\"data\":[{\"id\":" + 2 * page + "},{\"id\":" + (2 * page + 1) + "}],\"page\":" + page
                + ",\"next\":" + link + "}");
    }

    @Test
    void columns_and_types_of_a_page_larger_than_a_sample_are_those_of_its_rows() throws IOException {
        String long1 = "x".repeat(9 << 20);
        try (WebServer server =
                new WebServer(a -> Reply.ok("[{\"text\":\"" + long1 + "\"},{\"text\":\"b\",\"n\":7}]"))) {
            assertThat(read(source(server.url(), Map.of()).build())).containsExactly(row(long1, null), row("b", 7L));
        }
    }

    @Test
    void the_next_address_stands_in_the_body() throws IOException {
        try (WebServer server = new WebServer(a -> page(a, "\"items?page=#\""))) {
            assertThat(read(source(server.url() + "/api/", Map.of("AbsoluteUrl", "$.next"))
                            .with("relativeUrl", "/items")
                            .build()
                            .withTrees(paths("$.data", "id", "$.page"))))
                    .containsExactly(row(0L, 0L), row(1L, 0L), row(2L, 1L), row(3L, 1L), row(4L, 2L), row(5L, 2L));
            assertThat(targets(server)).containsExactly("/api/items", "/api/items?page=1", "/api/items?page=2");
        }
    }

    @Test
    void the_next_parameter_or_header_stands_in_body_or_header() throws IOException {
        try (WebServer server = new WebServer(a -> {
            Reply r = page(a, "#");
            return new Reply(200, r.body(), Map.of("X-Mark", "m" + a.target().length()));
        })) {
            assertThat(read(source(
                                    server.url(),
                                    Map.of("QueryParameters.page", "$['next']", "Headers['If-Mark']", "Headers.X-Mark"))
                            .with("relativeUrl", "items?a=b%20c")
                            .build()
                            .withTrees(paths("$.data", "id"))))
                    .hasSize(6);
            assertThat(targets(server))
                    .containsExactly("/items?a=b%20c", "/items?a=b%20c&page=1", "/items?a=b%20c&page=2");
            assertThat(server.asked.get(1).header("If-Mark")).isEqualTo("m14");
        }
    }

    @Test
    void ranges_count_in_placeholders_until_their_end_or_an_empty_page() throws IOException {
        try (WebServer server =
                new WebServer(a -> a.target().contains("=4") ? Reply.ok("{\"data\":[]}") : page(a, "null"))) {
            Map<String, Object> rules = new LinkedHashMap<>();
            rules.put("QueryParameters.{p}", "RANGE:0:2:1");
            assertThat(read(source(server.url(), rules)
                            .with("relativeUrl", "x?page={p}")
                            .build()
                            .withTrees(paths("$.data", "id"))))
                    .hasSize(6);
            assertThat(targets(server)).containsExactly("/x?page=0", "/x?page=1", "/x?page=2");
            server.asked.clear();
            rules.put("QueryParameters.{p}", "RANGE:0::2");
            rules.put("EndCondition:$.data", "Empty");
            assertThat(read(source(server.url(), rules)
                            .with("relativeUrl", "x?page={p}")
                            .build()
                            .withTrees(paths("$.data", "id"))))
                    .hasSize(4);
            assertThat(targets(server)).containsExactly("/x?page=0", "/x?page=2", "/x?page=4");
        }
    }

    @Test
    void a_range_reaches_the_body_of_a_post() throws IOException {
        try (WebServer server = new WebServer(a -> Reply.ok("[{\"got\":" + a.body() + "}]"))) {
            assertThat(read(source(server.url(), Map.of("AbsoluteUrl.{n}", "RANGE:1:3:1"))
                            .activity("requestMethod", "POST")
                            .activity("requestBody", "{\"from\":{n}}")
                            .build()
                            .withTrees(paths("", "$.got.from"))))
                    .containsExactly(row(1L), row(2L), row(3L));
            assertThat(server.asked.getFirst().header("Content-Type")).isEqualTo("application/json");
        }
    }

    @Test
    void end_conditions_and_the_most_requests_end_the_pages() throws IOException {
        try (WebServer server = new WebServer(a -> page(a, "#"))) {
            for (Map<String, Object> rule : List.<Map<String, Object>>of(
                    Map.of("MaxRequestNumber", "2"),
                    Map.of("EndCondition:$.page", "Const:1"),
                    Map.of("EndCondition:$.page", "Const:1", "EndCondition:headers.no", "Exist"))) {
                Map<String, Object> rules = new LinkedHashMap<>(rule);
                rules.put("QueryParameters.page", "$.next");
                server.asked.clear();
                assertThat(read(source(server.url(), rules).build().withTrees(paths("$.data", "id"))))
                        .hasSize(4);
                assertThat(server.asked).hasSize(2);
            }
            Map<String, Object> rules = Map.of("EndCondition:headers.no", "NonExist", "QueryParameters.page", "$.next");
            assertThat(read(source(server.url(), rules).build().withTrees(paths("$.data", "id"))))
                    .hasSize(2);
        }
    }

    @Test
    void links_of_rfc_5988_are_followed_unless_there_are_rules() throws IOException {
        try (WebServer server = new WebServer(a -> {
            boolean first = a.target().equals("/");
            return new Reply(
                    200,
                    "[{\"id\":1}]",
                    first ? Map.of("Link", "</a?x=1,2>; rel=\"last\", </b?y=2>; title=\"t\"; rel=\"next\"") : Map.of());
        })) {
            assertThat(read(source(server.url() + "/", Map.of()).build())).hasSize(2);
            assertThat(targets(server)).containsExactly("/", "/b?y=2");
            assertThat(read(source(server.url() + "/", Map.of("supportRFC5988", "false"))
                            .build()))
                    .hasSize(1);
        }
    }

    @Test
    void no_content_ends_the_pages_and_no_rows_are_no_columns() throws IOException {
        try (WebServer server = new WebServer(a -> new Reply(204, "", Map.of()))) {
            assertThat(read(source(server.url(), Map.of("AbsoluteUrl", "$.next"))
                            .build()))
                    .isEmpty();
            assertThat(server.asked).hasSize(1);
        }
    }

    @Test
    void pages_that_never_end_are_refused() throws IOException {
        try (WebServer server = new WebServer(a -> Reply.ok("{\"id\":1,\"next\":\"/same\"}"))) {
            assertThatThrownBy(() -> read(source(server.url() + "/same", Map.of("AbsoluteUrl", "$.next"))
                            .build()))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("differs");
        }
    }

    @Test
    void credentials_go_to_the_service_and_nowhere_else() throws IOException {
        try (WebServer other = new WebServer(a -> Reply.ok("{\"id\":2}"));
                WebServer server = new WebServer(a -> a.target().equals("/token")
                        ? Reply.ok("{\"access_token\":\"" + (a.body().contains("client_secret=s+%26t") ? "tok" : "bad")
                                + "\"}")
                        : Reply.ok("{\"id\":1,\"next\":\"" + other.url() + "/stolen\"}"))) {
            Map<String, Object> service = new LinkedHashMap<>(Map.of(
                    "url",
                    server.url(),
                    "authenticationType",
                    "OAuth2ClientCredential",
                    "tokenEndpoint",
                    server.url() + "/token",
                    "clientId",
                    "me",
                    "clientSecret",
                    new SecretValue("s &t"),
                    "authHeaders",
                    Map.of("x-api-key", new SecretValue("key"))));
            Endpoint endpoint = source(server.url(), Map.of("AbsoluteUrl", "$.next"))
                    .linkedService("RestService", service)
                    .build()
                    .withTrees(paths("", "$.id"));
            assertThat(read(endpoint)).containsExactly(row(1L), row(2L));
            WebServer.Asked first = server.asked.get(1);
            assertThat(first.header("Authorization")).isEqualTo("Bearer tok");
            assertThat(first.header("x-api-key")).isEqualTo("key");
            assertThat(first.header("Accept")).isEqualTo("application/json");
            assertThat(other.asked.getFirst().header("Authorization")).isEmpty();
            assertThat(other.asked.getFirst().header("x-api-key")).isEmpty();
        }
    }

    @Test
    void what_goes_wrong_has_a_name_and_no_secret() throws IOException {
        Map<Integer, String> names = Map.of(
                401,
                "CredentialRejected",
                403,
                "PermissionDenied",
                404,
                "FileNotFound",
                429,
                "StoreThrottled",
                500,
                "StoreRequestRefused",
                302,
                "StoreRequestRefused");
        for (Map.Entry<Integer, String> e : names.entrySet()) {
            try (WebServer server = new WebServer(a -> new Reply(e.getKey(), "no, hunter2 is wrong", Map.of()))) {
                Endpoint endpoint = source(server.url(), Map.of())
                        .linkedService(
                                "RestService",
                                Map.of(
                                        "url",
                                        server.url(),
                                        "authenticationType",
                                        "Basic",
                                        "userName",
                                        "ann",
                                        "password",
                                        new SecretValue("hunter2")))
                        .build();
                assertThatThrownBy(() -> read(endpoint)).isInstanceOfSatisfying(ProblemException.class, p -> {
                    assertThat(p.problem().code()).isEqualTo(e.getValue());
                    assertThat(p.problem().message()).doesNotContain("unknown)");
                    assertThat(p.problem().evidence().toString()).doesNotContain("hunter2");
                });
            }
        }
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(
                        () -> read(source("http://localhost:" + port, Map.of()).build()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        p -> assertThat(p.problem().code()).isEqualTo("ConnectionRefused"));
        assertThatThrownBy(() ->
                        read(source("http://no-such-host.invalid", Map.of()).build()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        p -> assertThat(p.problem().code()).isEqualTo("HostNameUnresolvable"));
    }

    @Test
    void an_answer_that_is_no_json_is_located() throws IOException {
        try (WebServer server = new WebServer(a -> Reply.ok("<html>"))) {
            assertThatThrownBy(() ->
                            read(source(server.url() + "/p?key=k", Map.of()).build()))
                    .isInstanceOfSatisfying(ProblemException.class, p -> {
                        assertThat(p.problem().code()).isEqualTo("FileFormatInvalid");
                        assertThat(p.problem().location()).contains("/p?…:1:").doesNotContain("key=k");
                    });
        }
    }

    @Test
    void settings_that_are_not_known_are_refused() {
        assertThatThrownBy(() -> read(TestEndpoint.source()
                        .linkedService("RestService", Map.of("url", "http://x", "proxy", "y"))
                        .build()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("proxy");
        for (Map<String, Object> rules : List.<Map<String, Object>>of(
                Map.of("Something", "$.a"),
                Map.of("AbsoluteUrl", "$["),
                Map.of("QueryParameters.{a}", "RANGE:1:2"),
                Map.of("QueryParameters.{a}", "RANGE:1:2:0"),
                Map.of("EndCondition:$.a", "Maybe"))) {
            assertThatThrownBy(() -> read(source("http://localhost:1", rules).build()))
                    .as(rules.toString())
                    .isInstanceOf(ProblemException.class)
                    .hasMessageNotContaining("Refused");
        }
    }

    @Test
    void closing_ends_a_blocked_request() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (WebServer server = new WebServer(a -> {
            if (a.target().contains("page")) {
                never.await();
            }
            return Reply.ok("[{\"id\":1}]");
        })) {
            RestService service = RestService.of(source(server.url(), Map.of()).build());
            HttpLine line = new HttpLine(service, source(server.url(), Map.of()).build());
            HttpLine.Question stuck =
                    new HttpLine.Question("GET", java.net.URI.create(server.url() + "/page"), Map.of(), null);
            BlockedCall.endsOn(() -> line.ask(stuck, java.time.Duration.ofMinutes(5)), line::close);
            never.countDown();
        }
    }

    private void write(TestEndpoint sink, Schema schema, List<List<Object>> rows, TreeMapping mapping)
            throws IOException {
        try (Sink open = new RestConnector().sink(sink.build().withTrees(mapping), job)) {
            open.begin(schema);
            try (Writer writer = open.open(0);
                    Batch batch = Rows.batch(schema, job.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            assertThat(open.commit().rows()).isEqualTo(rows.size());
        }
    }

    @Test
    void rows_are_sent_as_arrays_of_objects() throws IOException {
        Schema schema = Schema.of(new Field("$.a.id", DataType.INT32), new Field("t", DataType.STRING));
        try (WebServer server = new WebServer(a -> new Reply(201, "", Map.of()))) {
            TestEndpoint sink = TestEndpoint.sink()
                    .linkedService("RestService", Map.of("url", server.url()))
                    .dataset("RestResource")
                    .with("relativeUrl", "in")
                    .activity("requestMethod", "PUT")
                    .activity("additionalHeaders", Map.of("x-k", "v"))
                    .activity("writeBatchSize", "2")
                    .activity("httpCompressionType", "gzip");
            write(sink, schema, List.of(row(1, "x"), row(2, "y"), row(3, null)), paths("", "$.a.id"));
            assertThat(server.asked)
                    .extracting(WebServer.Asked::body)
                    .containsExactly(
                            "[{\"a\":{\"id\":1},\"t\":\"x\"},\n{\"a\":{\"id\":2},\"t\":\"y\"}]",
                            "[{\"a\":{\"id\":3},\"t\":null}]");
            assertThat(server.asked.getFirst().method()).isEqualTo("PUT");
            assertThat(server.asked.getFirst().header("x-k")).isEqualTo("v");
        }
    }

    @Test
    void a_batch_that_is_refused_fails_the_copy() throws IOException {
        Schema schema = Schema.of(new Field("id", DataType.INT32));
        try (WebServer server = new WebServer(a -> new Reply(422, "no such thing", Map.of()))) {
            TestEndpoint sink = TestEndpoint.sink()
                    .linkedService("RestService", Map.of("url", server.url()))
                    .dataset("RestResource");
            assertThatThrownBy(() -> write(sink, schema, List.of(row(1)), TreeMapping.NONE))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("no such thing");
        }
    }
}
