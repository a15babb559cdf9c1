package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.node.agent.job.WebServer.Reply;
import dev.sluice.node.agent.web.AllowedHosts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class WebTest {
    @TempDir
    Path folder;

    private JobBench web(WebServer server, String method, String path, String more) {
        return JobBench.job(
                folder,
                "WebActivity",
                "{\"method\":\"%s\",\"url\":\"%s\"%s}".formatted(method, server.url(path), more));
    }

    @Test
    void an_object_is_the_output_with_the_headers_of_the_answer() {
        try (WebServer server =
                new WebServer(asked -> new Reply(200, Map.of("x-request-id", "7"), "{\"a\":{\"b\":[1]}}"))) {
            JsonNode output = web(
                            server,
                            "post",
                            "/in?x=1",
                            ",\"headers\":{\"X-One\":\"1\",\"X-Secret\":{\"type\":\"SecureString\",\"value\":\"hidden\"}},\"body\":{\"k\":[1,2.50]}")
                    .output();
            JobBench.same(output.path("a"), "{\"b\":[1]}");
            assertThat(output.path("ADFWebActivityResponseHeaders")
                            .path("X-Request-Id")
                            .stringValue())
                    .isEqualTo("7");
            assertThat(output.path("billingReference").path("activityType").stringValue())
                    .isEqualTo("ExternalActivity");
            var asked = server.asked.getFirst();
            assertThat(asked.method()).isEqualTo("POST");
            assertThat(asked.path()).isEqualTo("/in?x=1");
            assertThat(asked.body()).isEqualTo("{\"k\":[1,2.50]}");
            assertThat(asked.header("Content-Type")).isEqualTo("application/json");
            assertThat(asked.header("X-One")).isEqualTo("1");
            assertThat(asked.header("X-Secret")).isEqualTo("hidden");
        }
    }

    @Test
    void what_is_no_object_has_its_place() {
        try (WebServer server = new WebServer(
                asked -> new Reply(200, Map.of(), asked.path().equals("/list") ? "[1,2]" : "plain text"))) {
            JobBench.same(web(server, "GET", "/list", "").output().path("value"), "[1,2]");
            assertThat(web(server, "GET", "/text", "").output().path("Response").stringValue())
                    .isEqualTo("plain text");
            web(server, "PUT", "/text", ",\"body\":\"a=b\",\"headers\":{\"Content-Type\":\"text/plain\"}")
                    .output();
            assertThat(server.asked.getLast().body()).isEqualTo("a=b");
            assertThat(server.asked.getLast().header("Content-Type")).isEqualTo("text/plain");
        }
    }

    @Test
    void a_refusal_is_told_with_status_and_words_but_no_secrets() {
        try (WebServer server = new WebServer(
                asked -> new Reply(403, Map.of(), "{\"error\":\"you sent " + asked.header("Authorization") + "\"}"))) {
            ActivityError error = web(
                            server,
                            "GET",
                            "/x?sig=topsecret",
                            ",\"authentication\":{\"type\":\"Basic\",\"username\":\"u\",\"password\":{\"type\":\"SecureString\",\"value\":\"pa55word\"}}")
                    .error();
            assertThat(error.errorCode()).isEqualTo("2108");
            assertThat(error.message())
                    .contains("'403'")
                    .contains("you sent Basic **")
                    .doesNotContain("topsecret");
            assertThat(Json.write(error.toJson()))
                    .doesNotContain("dTpwYTU1d29yZA==")
                    .doesNotContain("pa55word");
            assertThat(server.asked.getFirst().header("Authorization")).isEqualTo("Basic dTpwYTU1d29yZA==");
        }
    }

    @Test
    void work_that_takes_time_is_polled_unless_turned_off() {
        try (WebServer server = new WebServer(asked -> switch (asked.path()) {
            case "/start" -> new Reply(202, Map.of("Location", "/poll", "Retry-After", "0"), "");
            default ->
                asked.body().isEmpty() && asked.method().equals("GET")
                        ? Reply.json("{\"done\":true}")
                        : new Reply(400, Map.of(), "");
        })) {
            assertThat(web(server, "POST", "/start", ",\"body\":\"x\"")
                            .output()
                            .path("done")
                            .booleanValue())
                    .isTrue();
            assertThat(web(server, "POST", "/start", ",\"body\":\"x\",\"turnOffAsync\":true")
                            .output()
                            .has("done"))
                    .isFalse();
        }
    }

    @Test
    void redirects_are_followed_and_proof_stays_with_its_host() {
        try (WebServer other =
                        new WebServer(asked -> Reply.json("{\"seen\":\"" + asked.header("Authorization") + "\"}"));
                WebServer server = new WebServer(asked ->
                        new Reply(307, Map.of("Location", other.url("/there").toString()), ""))) {
            JsonNode output = web(server, "GET", "/", ",\"headers\":{\"Authorization\":\"Bearer abc\"}")
                    .output();
            assertThat(output.path("seen").stringValue()).isEmpty();
            assertThat(server.asked.getFirst().header("Authorization")).isEqualTo("Bearer abc");
        }
    }

    @Test
    void a_service_principal_gets_a_token_for_the_resource() {
        try (WebServer login = new WebServer(asked -> asked.body().contains("client_secret=right")
                        ? Reply.json("{\"access_token\":\"tok-1\"}")
                        : new Reply(
                                401,
                                Map.of(),
                                "{\"error\":\"invalid_client\",\"error_description\":\"wrong secret\"}"));
                WebServer server =
                        new WebServer(asked -> Reply.json("{\"auth\":\"" + asked.header("Authorization") + "\"}"))) {
            String auth =
                    ",\"authentication\":{\"type\":\"ServicePrincipal\",\"userTenant\":\"ten\",\"username\":\"app\",\"resource\":\"https://r/\",\"password\":{\"type\":\"SecureString\",\"value\":\"%s\"}}";
            assertThat(web(server, "GET", "/", auth.formatted("right"))
                            .tokensFrom(login.url(""))
                            .output()
                            .path("auth")
                            .stringValue())
                    .isEqualTo("Bearer tok-1");
            assertThat(login.asked.getFirst().path()).isEqualTo("/ten/oauth2/token");
            assertThat(login.asked.getFirst().body())
                    .contains("resource=https%3A%2F%2Fr%2F")
                    .contains("client_id=app");
            ActivityError refused = web(server, "GET", "/", auth.formatted("wrong!"))
                    .tokensFrom(login.url(""))
                    .error();
            assertThat(refused.message()).contains("wrong secret").doesNotContain("wrong!");
            assertThat(refused.details().getFirst().code()).isEqualTo("TokenRequestFailed");
        }
    }

    @Test
    void a_managed_identity_is_the_machines_or_a_clear_refusal() throws Exception {
        String msi = ",\"authentication\":{\"type\":\"MSI\",\"resource\":\"https://r\"}";
        try (WebServer machine = new WebServer(
                        asked -> Reply.json("{\"access_token\":\"" + asked.header("Metadata") + "-1\"}"));
                WebServer server =
                        new WebServer(asked -> Reply.json("{\"auth\":\"" + asked.header("Authorization") + "\"}"))) {
            assertThat(web(server, "GET", "/", msi)
                            .tokensFrom(machine.url(""))
                            .output()
                            .path("auth")
                            .stringValue())
                    .isEqualTo("Bearer true-1");
            assertThat(web(server, "GET", "/", msi)
                            .tokensFrom(java.net.URI.create("http://127.0.0.1:" + closedPort()))
                            .code())
                    .isEqualTo("AuthenticationNotPossible");
        }
    }

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void nobody_there_too_slow_too_much_and_not_allowed_have_their_names() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (WebServer server = new WebServer(asked -> {
            if (asked.path().equals("/slow")) {
                never.await();
            }
            return new Reply(200, Map.of(), "x".repeat((4 << 20) + 1));
        })) {
            assertThat(web(server, "GET", "/slow", ",\"httpRequestTimeout\":\"00:00:01\"")
                            .code())
                    .isEqualTo("HttpRequestTimedOut");
            ActivityError much = web(server, "GET", "/much", "").error();
            assertThat(much.message()).contains("larger than 4194304");
            assertThat(JobBench.job(
                                    folder,
                                    "WebActivity",
                                    "{\"method\":\"GET\",\"url\":\"http://127.0.0.1:%d/\"}".formatted(closedPort()))
                            .code())
                    .isEqualTo("HttpEndpointUnreachable");
            assertThat(JobBench.job(folder, "WebActivity", "{\"method\":\"GET\",\"url\":\"file:///etc/passwd\"}")
                            .code())
                    .isEqualTo("HttpEndpointUnreachable");
            assertThat(web(server, "GET", "/", "")
                            .under(new OwnersRules(AllowedHosts.of("api.example.com, *.example.org"), false))
                            .code())
                    .isEqualTo("HttpHostNotAllowed");
            assertThat(web(server, "FETCH", "/", "").code()).isEqualTo("MemberInvalid");
            JobBench job = web(server, "GET", "/slow", "");
            CompletableFuture<JobOutcome> outcome = job.started();
            job.cancel();
            assertThat(outcome.get()).isInstanceOf(JobOutcome.Cancelled.class);
        } finally {
            never.countDown();
        }
    }

    @Test
    void datasets_and_linked_services_go_along_without_their_secrets() {
        try (WebServer server = new WebServer(asked -> Reply.json("{}"))) {
            web(
                            server,
                            "POST",
                            "/",
                            ",\"body\":{\"k\":1},\"linkedServices\":[{\"referenceName\":\"Db\",\"type\":\"LinkedServiceReference\"}]")
                    .reading(
                            "{\"type\":\"Binary\",\"typeProperties\":{\"location\":{}}}",
                            "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"/d\"}}")
                    .with(
                            "Db",
                            "{\"type\":\"PostgreSqlV2\",\"typeProperties\":{\"password\":{\"type\":\"SecureString\",\"value\":\"letmein\"}}}")
                    .output();
            JsonNode body = Json.parse(server.asked.getFirst().body());
            assertThat(body.path("k").intValue()).isEqualTo(1);
            assertThat(body.path("datasets").get(0).path("name").stringValue()).isEqualTo("Data");
            assertThat(body.path("linkedServices").get(1).path("name").stringValue())
                    .isEqualTo("Db");
            assertThat(server.asked.getFirst().body()).doesNotContain("letmein");
        }
    }

    @Test
    void a_function_is_called_with_its_key_and_must_answer_an_object() {
        try (WebServer server = new WebServer(asked ->
                asked.path().endsWith("/text") ? new Reply(200, Map.of(), "hello") : Reply.json("{\"ok\":true}"))) {
            String service =
                    "{\"type\":\"AzureFunction\",\"typeProperties\":{\"functionAppUrl\":\"%s\",\"functionKey\":{\"type\":\"SecureString\",\"sealed\":\"QUFBQQ==\"}}}"
                            .formatted(server.url(""));
            JsonNode output = JobBench.job(
                            folder,
                            "AzureFunctionActivity",
                            "{\"method\":\"POST\",\"functionName\":\"Do It\",\"body\":{\"x\":1}}")
                    .on(service)
                    .output();
            assertThat(output.path("ok").booleanValue()).isTrue();
            assertThat(server.asked.getFirst().path()).isEqualTo("/api/Do%20It");
            assertThat(server.asked.getFirst().header("x-functions-key")).isEqualTo("opened QUFBQQ==");
            ActivityError error = JobBench.job(
                            folder, "AzureFunctionActivity", "{\"method\":\"GET\",\"functionName\":\"text\"}")
                    .on(service)
                    .error();
            assertThat(error.errorCode()).isEqualTo("3608");
            assertThat(error.message()).contains("not a valid JObject");
        }
    }

    @Test
    void a_web_hook_sends_what_it_was_given_and_where_to_call_back() {
        try (WebServer server = new WebServer(asked -> new Reply(202, Map.of("Location", "/never"), ""))) {
            for (String body : new String[] {"{\"a\":1}", "\"{\\\"a\\\":1}\""}) {
                JobBench.job(
                                folder,
                                "WebHook",
                                "{\"method\":\"POST\",\"url\":\"%s\",\"body\":%s}".formatted(server.url("/h"), body))
                        .member("callBackUri", "https://s/cb")
                        .output();
                assertThat(server.asked.removeFirst().body()).isEqualTo("{\"a\":1,\"callBackUri\":\"https://s/cb\"}");
                assertThat(server.asked).isEmpty();
            }
        }
    }

    @Test
    void a_secured_activity_does_not_tell_what_the_service_answered() {
        try (WebServer server = new WebServer(asked -> new Reply(500, Map.of(), "patient 078-05 unknown"))) {
            ActivityError error = JobBench.job(
                            folder, "WebActivity", "{\"method\":\"GET\",\"url\":\"%s\"}".formatted(server.url("/h")))
                    .member("policy", Json.parse("{\"secureOutput\":true}"))
                    .error();
            assertThat(error.errorCode()).isEqualTo("2108");
            assertThat(error.message()).contains("status code: '500'").contains("**********");
            assertThat(Json.write(error.toJson())).doesNotContain("078-05");
        }
    }

    @Test
    void a_web_hook_does_not_tell_the_address_to_call_back_when_the_service_repeats_it() {
        try (WebServer server = new WebServer(asked -> new Reply(500, Map.of(), "cannot do " + asked.body()))) {
            ActivityError error = JobBench.job(
                            folder, "WebHook", "{\"method\":\"POST\",\"url\":\"%s\"}".formatted(server.url("/h")))
                    .member("callBackUri", "https://s/cb?token=SECRETTOKEN")
                    .error();
            assertThat(error.errorCode()).isEqualTo("2108");
            assertThat(error.message()).contains("cannot do").doesNotContain("SECRETTOKEN");
        }
    }
}
