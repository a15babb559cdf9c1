package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.service.app.TestClient.Reply;
import dev.sluice.wire.JobOffer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Services that call back, over real HTTPS.
class CallbacksTest {
    @TempDir
    Path folder;

    Bench bench;
    FakeNode node;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
        node = bench.node("fab", "alpha");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private String run(String more) throws Exception {
        bench.ok("PUT", "fab/pipelines/asks", """
                {"properties":{"activities":[{"name":"Ask","type":"WebHook",
                 "typeProperties":{"url":"http://s/","method":"POST","body":{"a":1}%s,
                  "connectVia":{"referenceName":"mine","type":"IntegrationRuntimeReference"}}}]}}
                """.formatted(more));
        return bench.run("fab", "asks");
    }

    private static String address(JobOffer offer) {
        return offer.spec().at("/activity/callBackUri").stringValue();
    }

    /// Calls back without a token of access, as a stranger does.
    private Reply call(String address, String body) throws Exception {
        URI uri = URI.create(address);
        return bench.client.exchange(
                "POST", bench.client.base + uri.getRawPath() + "?" + uri.getRawQuery(), body, "Authorization", "none");
    }

    private JobOffer asked(String more) throws Exception {
        run(more);
        JobOffer offer = node.leaseOne();
        node.report(offer.job(), new JobOutcome.Succeeded(Json.object()));
        return offer;
    }

    private static void refused(Reply reply, int status, String code, String reason) {
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(status);
        assertThat(reply.json().at("/error/code").stringValue()).isEqualTo(code);
        assertThat(reply.json().at("/error/message").stringValue()).contains(reason);
    }

    @Test
    void a_callback_ends_the_activity_once_even_after_a_restart() throws Exception {
        String run = run("");
        JobOffer offer = node.leaseOne();
        assertThat(address(offer)).startsWith(bench.client.base + "/api/v1/callbacks/" + run);
        node.report(offer.job(), new JobOutcome.Succeeded(Json.object()));
        assertThat(bench.status("fab", run)).isEqualTo("InProgress");
        bench.restart();
        assertThat(call(address(offer), "{\"n\":[1]}").status()).isEqualTo(200);
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
        assertThat(bench.activities("fab", run).get(0).get("output")).isEqualTo(Json.parse("{\"n\":[1]}"));
        refused(call(address(offer), "{}"), 409, "CallbackTooLate", "called back before");
    }

    @Test
    void an_address_is_good_for_one_attempt_of_one_activity_only() throws Exception {
        String address = address(asked(",\"reportStatusOnCallBack\":true"));
        String token = address.substring(address.indexOf("token="));
        String other = new java.util.UUID(1, 2).toString();
        for (String forged : new String[] {
            address.replace(token, "token="),
            address.replace(token, "token=%%%".replace("%", "%25")),
            address.replace(token, "token=AAAA"),
            address.replace("/1/", "/2/"),
            address.replace("reportStatus=true", "reportStatus=false"),
            address.replaceFirst("callbacks/[^/]+", "callbacks/" + other),
            address.replaceFirst("/1/[^?]+", "/1/QXNr0"),
            address.replace("/1/", "/one/"),
        }) {
            refused(call(forged, "{}"), 403, "CallbackRefused", "none that this service has given out");
        }
        assertThat(call(address, "{}").status()).isEqualTo(200);
    }

    @Test
    void a_late_callback_is_told_why() throws Exception {
        String address = address(asked(",\"timeout\":\"00:01:00\""));
        bench.clock.advance(Duration.ofSeconds(61));
        bench.service.chores().round();
        refused(call(address, "{}"), 409, "CallbackTooLate", "did not call back within 0.00:01:00");
    }

    @Test
    void what_is_no_json_is_refused_and_may_be_sent_again() throws Exception {
        String address = address(asked(",\"reportStatusOnCallBack\":true"));
        refused(call(address, "<xml/>"), 400, "CallbackInvalid", "JSON");
        refused(call(address, "{\"StatusCode\":\"none\"}"), 400, "CallbackInvalid", "StatusCode");
        Reply taken = call(
                address,
                "{\"StatusCode\":\"500\",\"Error\":{\"ErrorCode\":\"E\",\"Message\":\"m\"},\"Output\":{\"o\":1}}");
        assertThat(taken.status()).isEqualTo(200);
        String run = URI.create(address).getPath().split("/")[4];
        assertThat(bench.activities("fab", run).get(0).at("/error/errorCode").stringValue())
                .isEqualTo("E");
        assertThat(bench.status("fab", run)).isEqualTo("Failed");
    }

    @Test
    void no_address_is_written_down() throws Exception {
        String address = address(asked(""));
        String token = address.substring(address.indexOf("token=") + 6);
        bench.service.close();
        try (Stream<Path> files = Files.walk(bench.data())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(token);
            }
        }
        bench.start();
    }
}
