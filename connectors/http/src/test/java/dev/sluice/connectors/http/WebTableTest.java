package dev.sluice.connectors.http;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.http.WebServer.Reply;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Pages as they are met: headings or none, cells that span, tables within tables, markup that is not closed.
final class WebTableTest {
    private static final String PAGE = """
            <html><head><title>Films</title></head><body><p>Before<table><tr><td>a<td>b</table>
            <table><thead><tr><th>Rank</th><th>Film<br>title</th><th></th><th>RANK</th></tr></thead>
            <tbody><tr><td>1</td><td>  The <b>K&ouml;nig</b>
              &amp; I </td><td></td><td>x</td></tr>
            <tr><td>2</td><td>Inner <table><tr><td>deep</td></tr></table></td></tr></tbody></table>
            <table><tr><td rowspan=2>A</td><td colspan="2">B</td></tr><tr><td>C</td><td>D</td></tr>
            <tr></tr><tr><td>E</td></tr></table><table></table></body>""";

    private final TestJob job = new TestJob();
    private List<String> columns = List.of();

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private static TestEndpoint table(WebServer server, Object index) {
        return TestEndpoint.source()
                .linkedService("Web", Map.of("url", server.url() + "/site/", "authenticationType", "Anonymous"))
                .dataset("WebTable")
                .with("index", index)
                .with("path", "films.html");
    }

    private static Reply page(WebServer.Asked asked) {
        return asked.target().equals("/site/films.html")
                ? new Reply(200, PAGE, Map.of("Content-Type", "text/html; charset=utf-8"))
                : new Reply(404, "no", Map.of());
    }

    private List<List<@Nullable Object>> read(TestEndpoint endpoint) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = new WebTableConnector().source(endpoint.build(), job)) {
            columns = source.schema().names();
            int[] all = IntStream.range(0, source.schema().size()).toArray();
            try (Reader reader = source.open(source.splits(4).getFirst(), all, RefusedRows.failing(job));
                    Batch batch = new Batch(source.schema(), 1, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    assertThat(batch.firstRow()).isEqualTo(rows.size());
                    batch.clear();
                }
            }
        }
        return rows;
    }

    private void refused(TestEndpoint endpoint, Fault fault, String... words) {
        assertThatThrownBy(() -> read(endpoint)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(fault);
            assertThat(e.problem().message()).contains(words).doesNotContain("s3cret");
        });
    }

    @Test
    void a_table_is_chosen_by_its_place_in_the_page_and_named_by_its_headings() throws IOException {
        try (WebServer server = new WebServer(WebTableTest::page)) {
            assertThat(read(table(server, "1")))
                    .containsExactly(row("1", "The König & I", "", "x"), row("2", "Inner deep", null, null));
            assertThat(columns).containsExactly("Rank", "Film title", "Prop_2", "RANK_3");
        }
    }

    @Test
    void without_headings_columns_are_numbered() throws IOException {
        try (WebServer server = new WebServer(WebTableTest::page)) {
            assertThat(read(table(server, "0"))).containsExactly(row("a", "b"));
            assertThat(columns).containsExactly("Prop_0", "Prop_1");
            assertThat(read(table(server, "2"))).containsExactly(row("deep"));
        }
    }

    @Test
    void a_cell_that_spans_rows_or_columns_is_in_each_of_them() throws IOException {
        try (WebServer server = new WebServer(WebTableTest::page)) {
            assertThat(read(table(server, "3")))
                    .containsExactly(row("A", "B", "B"), row("A", "C", "D"), row("E", null, null));
        }
    }

    @Test
    void a_table_without_rows_has_none_and_one_that_is_not_there_is_named() throws IOException {
        try (WebServer server = new WebServer(WebTableTest::page)) {
            assertThat(read(table(server, "4"))).isEmpty();
            assertThatThrownBy(() -> read(table(server, "5"))).isInstanceOfSatisfying(ProblemException.class, e -> {
                assertThat(e.problem().fault()).isEqualTo(DataFaults.TABLE_MISSING);
                assertThat(e.problem().kind()).isEqualTo(Kind.SOURCE);
                assertThat(e.problem().message()).contains("films.html, which has 5");
            });
            refused(table(server, "0").with("path", "gone"), DataFaults.FILE_MISSING, "gone");
        }
    }

    @Test
    void spans_that_claim_too_much_are_bounded() throws IOException {
        String wide = "<table><tr>" + "<td colspan=1000>x</td>".repeat(11) + "</tr></table>";
        try (WebServer server = new WebServer(a -> Reply.ok(wide))) {
            refused(table(server, "0"), DocumentFaults.LIMIT_EXCEEDED, "columns");
        }
    }

    @Test
    void a_password_is_sent_and_a_wrong_one_told() throws IOException {
        try (WebServer server =
                new WebServer(asked -> asked.header("Authorization").equals("Basic dTpzM2NyZXQ=")
                        ? page(asked)
                        : new Reply(401, "", Map.of()))) {
            assertThat(read(TestEndpoint.source()
                            .linkedService(
                                    "Web",
                                    Map.of(
                                            "url", server.url() + "/site",
                                            "authenticationType", "Basic",
                                            "username", "u",
                                            "password", "s3cret"))
                            .dataset("WebTable")
                            .with("index", "0")
                            .with("path", "films.html")))
                    .hasSize(1);
            refused(table(server, "0"), ConnectionFaults.WRONG_PASSWORD, "anonymous");
            assertThatThrownBy(() ->
                            new WebTableConnector().test(table(server, "0").build(), job))
                    .isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void client_certificates_and_unknown_members_are_refused_by_name() throws IOException {
        try (WebServer server = new WebServer(WebTableTest::page)) {
            TestEndpoint certificate = TestEndpoint.source()
                    .linkedService(
                            "Web",
                            Map.of("url", server.url(), "authenticationType", "ClientCertificate", "pfx", "s3cret"));
            refused(certificate.with("index", "0"), DocumentFaults.SETTING_UNSUPPORTED, "client certificates");
            TestEndpoint other = TestEndpoint.source()
                    .linkedService("Web", Map.of("url", server.url(), "authHeaders", Map.of("x", "s3cret")));
            refused(other.with("index", "0"), ConnectionFaults.SETTING_NOT_ALLOWED, "authHeaders");
            refused(table(server, null), DocumentFaults.MEMBER_MISSING, "index");
        }
    }
}
