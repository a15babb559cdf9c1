package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.acceptance.TestFactory.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A service of somebody else's that a pipeline asks and that calls back, with real processes on every side.
@ExtendWith(Stage.class)
@TestInstance(Lifecycle.PER_CLASS)
class WebHookTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final BlockingQueue<JsonNode> asked = new LinkedBlockingQueue<>();
    private Installation installation;
    private HttpServer called;

    @BeforeAll
    void start() throws IOException {
        called = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        called.createContext("/", this::asked);
        called.start();
        installation = new Installation().startService().startNode("asker");
    }

    @AfterAll
    void stop() {
        called.stop(0);
        installation.close();
    }

    private void asked(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(202, -1);
        }
    }

    private String start(TestFactory factory, String name, String more) {
        factory.client().put(factory.paths().one("pipelines", name), JSON.readTree("""
                {'properties':{'activities':[
                 {'name':'Ask','type':'WebHook','typeProperties':{'url':'http://127.0.0.1:%d/orders','method':'POST',
                  'headers':{'Content-Type':'application/json'},'body':{'order':7}%s}},
                 {'name':'Use','type':'SetVariable','dependsOn':[{'activity':'Ask','dependencyConditions':['Succeeded']}],
                  'typeProperties':{'variableName':'v','value':'@activity(''Ask'').output.answer'}}],
                 'variables':{'v':{'type':'String'}}}}
                """.replace("''", "\u0001")
                .replace('\'', '"')
                .replace("\u0001", "'")
                .formatted(called.getAddress().getPort(), more)));
        return factory.start(name);
    }

    private JsonNode request() throws InterruptedException {
        JsonNode request = asked.poll(60, TimeUnit.SECONDS);
        assertThat(request).as("the service has been asked").isNotNull();
        assertThat(request.path("order").asInt()).isEqualTo(7);
        return request;
    }

    private HttpResponse<String> callBack(String address, String body) throws Exception {
        try (HttpClient client = installation.trustingClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .header("Content-Type", "application/json")
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void a_service_calls_back_after_the_control_plane_was_killed_in_between() throws Exception {
        TestFactory factory = installation.factory("asks");
        String run = start(factory, "survives", "");
        String address = request().path("callBackUri").asString();
        Eventually.holds(
                "the node has reported that it asked",
                () -> factory.get(run).path("status").asString("").equals("InProgress")
                        && installation.nodeStatus("asker").path("jobs").isEmpty());
        installation.program("service-process").kill();
        installation.startService();
        TestFactory again = new TestFactory(installation.client(), "asks");
        assertThat(again.get(run).path("status").asString()).isEqualTo("InProgress");
        assertThat(callBack(address.replace("token=", "token=x"), "{}").body()).contains("CallbackRefused");
        HttpResponse<String> taken = callBack(address, "{\"answer\":\"42\"}");
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
        Run ended = again.finish(run);
        assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
        assertThat(ended.output("Ask").path("answer").asString()).isEqualTo("42");
        assertThat(ended.output("Use").path("value").asString()).isEqualTo("42");
        HttpResponse<String> twice = callBack(address, "{\"answer\":\"43\"}");
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(twice.body()).contains("CallbackTooLate").contains("called back before");
    }

    @Test
    void a_reported_failure_and_silence_fail_the_activity() throws Exception {
        TestFactory factory = installation.factory("asks-in-vain");
        String failing = start(factory, "fails", ",\"reportStatusOnCallBack\":true");
        String address = request().path("callBackUri").asString();
        assertThat(callBack(
                                address,
                                "{\"StatusCode\":\"409\",\"Error\":{\"ErrorCode\":\"Stock\",\"Message\":\"none left\"}}")
                        .statusCode())
                .isEqualTo(200);
        Run failed = factory.finish(failing);
        assertThat(failed.status()).isEqualTo("Failed");
        assertThat(failed.activity("Ask").at("/error/errorCode").asString()).isEqualTo("Stock");
        assertThat(failed.activity("Ask").at("/error/message").asString()).isEqualTo("none left");
        String silent = start(factory, "silent", ",\"timeout\":\"00:00:02\"");
        String unused = request().path("callBackUri").asString();
        Run late = factory.finish(silent);
        assertThat(Run.cause(late.activity("Ask")).path("code").asString()).isEqualTo("CallbackTimedOut");
        HttpResponse<String> refused = callBack(unused, "{}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("did not call back within");
    }
}
