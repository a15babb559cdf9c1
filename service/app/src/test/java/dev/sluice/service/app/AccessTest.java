package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may do what, limits, headers, and what happens when many write at once.
class AccessTest {
    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private String token(String role) throws Exception {
        return bench.ok("POST", "/api/v1/tokens", "{\"name\":\"" + role + "\",\"role\":\"" + role + "\"}")
                .json()
                .get("token")
                .stringValue();
    }

    @Test
    void without_a_token_nobody_learns_anything() throws Exception {
        for (String token : List.of("", "admin.wrong", "x", bench.client.token + "x")) {
            bench.client.token = token;
            for (String path : List.of("fab", "fab/nonsense", "/nonsense", "/api/v1/runs/x/progress")) {
                TestClient.Reply reply = bench.client.get(path);
                assertThat(reply.status()).isEqualTo(401);
                assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer");
                assertThat(reply.json().at("/error/code").stringValue()).isEqualTo("InvalidAuthenticationToken");
            }
            assertThat(bench.client.get("/api/v1/health").status()).isEqualTo(200);
        }
    }

    @Test
    void roles_reach_as_far_as_they_say() throws Exception {
        String reader = token("Reader");
        String contributor = token("Contributor");
        bench.client.token = reader;
        assertThat(bench.client.get("fab/datasets").status()).isEqualTo(200);
        assertThat(bench.client.post("fab/queryPipelineRuns", Bench.filter()).status())
                .isEqualTo(200);
        for (String path : List.of("fab/pipelines/p/createRun", "fab/integrationRuntimes/mine/listAuthKeys")) {
            TestClient.Reply reply = bench.client.post(path, "");
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.json().at("/error/code").stringValue()).isEqualTo("AuthorizationFailed");
        }
        assertThat(bench.client.send("DELETE", "fab/pipelines/p", "").status()).isEqualTo(403);
        bench.client.token = contributor;
        assertThat(bench.client.post("fab/pipelines/p/createRun", "").status()).isEqualTo(200);
        assertThat(bench.client.post("/api/v1/tokens", "{}").status()).isEqualTo(403);
        bench.restart();
        bench.client.token = reader;
        assertThat(bench.client.get("fab/datasets").status()).isEqualTo(200);
    }

    @Test
    void a_revoked_token_opens_nothing() throws Exception {
        String reader = token("Reader");
        String id = reader.substring(0, reader.indexOf('.'));
        assertThat(bench.client.send("DELETE", "/api/v1/tokens/" + id, "").status())
                .isEqualTo(200);
        assertThat(bench.client.send("DELETE", "/api/v1/tokens/" + id, "").status())
                .isEqualTo(204);
        assertThat(bench.client.send("DELETE", "/api/v1/tokens/admin", "").status())
                .isEqualTo(400);
        bench.client.token = reader;
        assertThat(bench.client.get("fab").status()).isEqualTo(401);
    }

    @Test
    void every_answer_carries_its_id_and_nothing_of_the_server() throws Exception {
        TestClient.Reply reply = bench.client.send("GET", "fab", "", "x-ms-correlation-request-id", "abc-1");
        assertThat(reply.header("x-ms-request-id")).hasSize(36);
        assertThat(reply.header("x-ms-correlation-request-id")).isEqualTo("abc-1");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("Server")).isEmpty();
        assertThat(reply.header("ETag")).startsWith("\"");
        assertThat(reply.raw().version()).isEqualTo(HttpClient.Version.HTTP_2);
    }

    @Test
    void http_1_1_is_spoken_too() throws Exception {
        HttpResponse<String> answer = bench.client.http.send(
                HttpRequest.newBuilder(URI.create(bench.client.base + "/api/v1/health"))
                        .version(HttpClient.Version.HTTP_1_1)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void too_much_is_refused_with_a_word_about_it() throws Exception {
        TestClient.Reply large = bench.client.put("fab/pipelines/large", "{\"x\":\"" + "a".repeat(5 << 20) + "\"}");
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.json().at("/error/code").stringValue()).isEqualTo("RequestEntityTooLarge");
        TestClient.Reply deep = bench.client.put("fab/pipelines/deep", "[".repeat(10_000));
        assertThat(deep.status()).isEqualTo(400);
        assertThat(deep.json().at("/error/code").stringValue()).isEqualTo("DocumentLimitExceeded");
        HttpResponse<String> header = bench.client.http.send(
                HttpRequest.newBuilder(URI.create(bench.client.base + "/api/v1/health"))
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("x-long", "a".repeat(40_000))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(header.statusCode()).isEqualTo(431);
        assertThat(header.body()).contains("BadRequest").doesNotContain("jetty");
        assertThat(bench.client
                        .send("GET", "fab/pipelines/" + "a".repeat(300), "")
                        .status())
                .isEqualTo(404);
        assertThat(bench.client.put("fab/pipelines/a%00b", "{}").status()).isEqualTo(400);
        assertThat(bench.client.put("fab/pipelines/a%FFb", "{}").status()).isEqualTo(400);
        assertThat(bench.client.get("fab/pipelines/large").status()).isEqualTo(404);
    }

    @Test
    void of_many_writes_with_the_same_etag_one_wins() throws Exception {
        String etag = bench.ok("GET", "fab/pipelines/p", "").json().get("etag").stringValue();
        List<Callable<Integer>> writes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String body = "{\"properties\":{\"activities\":[],\"description\":\"" + i + "\"}}";
            writes.add(() -> bench.client
                    .send("PUT", "fab/pipelines/p", body, "If-Match", etag)
                    .status());
        }
        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var answer : threads.invokeAll(writes)) {
                statuses.add(answer.get());
            }
        }
        assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
    }

    @Test
    void history_is_paged_by_token() throws Exception {
        bench.pipeline("fab", "q", "", "");
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            runs.add(bench.run("fab", "q"));
            bench.clock.advance(java.time.Duration.ofSeconds(1));
        }
        List<String> found = new ArrayList<>();
        String token = "";
        do {
            var page = bench.ok(
                            "POST",
                            "fab/queryPipelineRuns",
                            Bench.filter().replace("}", ",\"continuationToken\":\"" + token + "\"}"))
                    .json();
            page.get("value").forEach(r -> found.add(r.get("runId").stringValue()));
            token = page.path("continuationToken").asString("");
        } while (!token.isEmpty());
        assertThat(found).isEqualTo(runs);
    }
}
