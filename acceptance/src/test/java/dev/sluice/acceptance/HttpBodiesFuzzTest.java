package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whatever body is sent to the service, it is answered: stored, or refused in Data Factory's shape; never
/// a 500, and the service stays in order. The time is given by `-Dsluice.fuzz.seconds`, shared among the
/// fuzz tests; each failure names the seed that makes it happen again (`-Dsluice.fuzz.seed`).
@ExtendWith(Stage.class)
class HttpBodiesFuzzTest {
    private static final String[] KINDS = {
        "linkedservices", "datasets", "pipelines", "triggers", "integrationRuntimes", "dataflows", "credentials"
    };
    private static final String[] ACTIONS = {
        "/queryPipelineRuns", "/queryTriggerRuns", "/querytriggers", "/pipelineruns/0/queryActivityruns"
    };
    private static final String[] BITS = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "null",
        "true",
        "1e999",
        "-0",
        "\\u0000",
        "\\ud800",
        "é",
        "\0",
        "9".repeat(500),
        "\"type\"",
        "\"properties\"",
        "@{",
        "@concat(",
        "\"referenceName\"",
        "{\"type\":\"Expression\",\"value\":7}"
    };

    @Test
    void any_body_is_stored_or_refused_and_never_an_internal_error(Installation installation)
            throws IOException, InterruptedException {
        TestFactory factory = installation.factory("fuzz");
        List<String> seeds = seeds();
        long seed = Long.getLong("sluice.fuzz.seed", 20_260_131L);
        long end = System.nanoTime()
                + Duration.ofSeconds(Long.getLong("sluice.fuzz.seconds", 2L))
                        .dividedBy(3)
                        .toNanos();
        Random random = new Random(seed);
        int sent = 0;
        try (HttpClient client = installation.trustingClient()) {
            for (int i = 0; i < seeds.size() || System.nanoTime() < end; i++) {
                String body =
                        i < seeds.size() ? seeds.get(i) : mutated(seeds.get(random.nextInt(seeds.size())), random);
                boolean query = random.nextInt(4) == 0;
                String path = query
                        ? factory.paths().root() + ACTIONS[random.nextInt(ACTIONS.length)]
                        : factory.paths().one(KINDS[random.nextInt(KINDS.length)], "f" + random.nextInt(5));
                HttpResponse<String> answer = send(client, installation, query ? "POST" : "PUT", path, body);
                String said = "seed " + seed + ", body " + i + " to " + path + ": " + body;
                assertThat(answer.statusCode()).as(said).isBetween(200, 499);
                if (answer.statusCode() >= 400) {
                    JsonNode error = JsonMapper.shared().readTree(answer.body()).path("error");
                    assertThat(error.path("code").asString("")).as(said).isNotEmpty();
                    assertThat(error.path("message").asString(""))
                            .as(said)
                            .isNotEmpty()
                            .doesNotContain("dev.sluice.");
                }
                sent++;
            }
        }
        System.out.println(sent + " bodies were answered");
        factory.pipeline(
                "after",
                List.of(),
                List.of("{\"name\":\"W\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":0}}"));
        assertThat(factory.run("after").status()).isEqualTo("Succeeded");
    }

    private static HttpResponse<String> send(
            HttpClient client, Installation installation, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(installation.url() + path + "?api-version=2018-06-01"))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + installation.token())
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.UTF_8)))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /// Bodies that are sent as they are first, one a line: what was once answered wrongly is added here.
    private static List<String> seeds() throws IOException {
        try (InputStream in = Objects.requireNonNull(HttpBodiesFuzzTest.class.getResourceAsStream("http-bodies.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static String mutated(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int n = 1 + random.nextInt(4); n > 0 && !mutated.isEmpty(); n--) {
            int at = random.nextInt(mutated.length());
            int to = Math.min(mutated.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> mutated.insert(at, BITS[random.nextInt(BITS.length)]);
                case 1 -> mutated.delete(at, to);
                case 2 -> mutated.insert(at, mutated.substring(at, to).repeat(1 + random.nextInt(30)));
                default -> mutated.replace(at, to, BITS[random.nextInt(BITS.length)]);
            }
        }
        return mutated.toString();
    }
}
