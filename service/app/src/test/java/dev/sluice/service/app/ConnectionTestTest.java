package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.wire.JobOffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `testConnectivity`, with a scripted node on the real protocol.
class ConnectionTestTest {
    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    /// The question waits for its answer, as a client's does.
    private CompletableFuture<JsonNode> asked(String body) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return bench.ok("POST", "fab/testConnectivity", body).json();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    @Test
    void the_node_of_the_linked_service_tests_it_and_its_word_is_the_answer() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        String shown = bench.ok("GET", "fab/linkedservices/from", "").raw().body();
        CompletableFuture<JsonNode> answer = asked("{\"linkedService\":" + shown + "}");
        JobOffer job = node.leaseOne();
        assertThat(job.kind()).isEqualTo("ConnectionTest");
        // The stored secret, sealed to the node, and not the mask that was shown.
        JsonNode password = job.spec().at("/linkedServices/from/properties/typeProperties/password");
        assertThat(node.openSecret(password.path("sealed").stringValue())).contains("pw-from");
        node.report(job.job(), new JobOutcome.Succeeded(Json.object()));
        JsonNode result = answer.get(60, TimeUnit.SECONDS);
        assertThat(result.path("succeeded").booleanValue()).isTrue();
        assertThat(result.path("errors").isEmpty()).isTrue();
    }

    @Test
    void a_failure_is_told_with_its_code() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        CompletableFuture<JsonNode> answer = asked("{\"linkedService\":{\"name\":\"FROM\"}}");
        JobOffer job = node.leaseOne();
        ActivityError error = ActivityError.of(
                "ConnectionTest",
                ActivityFaults.HTTP_FORBIDDEN.problem().evidence("host", "acme").build(),
                "from");
        node.report(job.job(), new JobOutcome.Failed(error));
        JsonNode result = answer.get(60, TimeUnit.SECONDS);
        assertThat(result.path("succeeded").booleanValue()).isFalse();
        assertThat(result.at("/errors/0/code").stringValue()).isEqualTo("HttpHostNotAllowed");
        assertThat(result.at("/errors/0/message").stringValue()).contains("acme");
    }

    @Test
    void parameters_of_the_linked_service_are_given_with_it() throws Exception {
        bench.factory("fab", "");
        bench.ok("PUT", "fab/linkedservices/any", """
                {"properties":{"type":"FileServer","connectVia":{"referenceName":"mine","type":"IntegrationRuntimeReference"},
                 "parameters":{"folder":{"type":"String"}},"typeProperties":{"host":"@{linkedService().folder}"}}}""");
        FakeNode node = bench.node("fab", "alpha");
        CompletableFuture<JsonNode> answer = asked(
                "{\"linkedService\":{\"name\":\"any\",\"properties\":{\"parameters\":{\"folder\":{\"type\":\"String\",\"value\":\"/data/x\"}}}}}");
        JobOffer job = node.leaseOne();
        assertThat(job.spec()
                        .at("/linkedServices/any/properties/typeProperties/host")
                        .stringValue())
                .isEqualTo("/data/x");
        node.report(job.job(), new JobOutcome.Succeeded(Json.object()));
        assertThat(answer.get(60, TimeUnit.SECONDS).path("succeeded").booleanValue())
                .isTrue();
        JsonNode missing = bench.ok("POST", "fab/testConnectivity", "{\"linkedService\":{\"name\":\"any\"}}")
                .json();
        assertThat(missing.path("succeeded").booleanValue()).isFalse();
        assertThat(missing.at("/errors/0/message").stringValue()).contains("folder");
    }

    @Test
    void a_linked_service_that_is_not_there_is_not_found() throws Exception {
        bench.factory("fab", "");
        String path = bench.ok("GET", "fab", "").json().path("id").stringValue();
        TestClient.Reply reply = bench.client.post(
                path + "/testConnectivity?api-version=2018-06-01", "{\"linkedService\":{\"name\":\"none\"}}");
        assertThat(reply.status()).isEqualTo(404);
    }
}
