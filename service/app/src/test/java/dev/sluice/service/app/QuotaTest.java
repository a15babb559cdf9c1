package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.service.app.TestClient.Reply;
import dev.sluice.service.app.http.Quota;
import dev.sluice.service.app.nodes.Limits;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Callers that are too fast.
class QuotaTest {
    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock();

    private Service start(Quota perCaller, Quota perFactory) {
        return Service.start(
                new Settings(folder, 0, "localhost", "sqlite", clock, Limits.STANDARD, 100, perCaller, perFactory));
    }

    private static Reply create(TestClient client, String factory) throws Exception {
        return client.put(factory, "{\"location\":\"here\"}");
    }

    private static void tooMany(Reply reply, String whose, String after) {
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(429);
        assertThat(reply.header("Retry-After")).isEqualTo(after);
        assertThat(reply.json().at("/error/code").stringValue()).isEqualTo("TooManyRequests");
        assertThat(reply.json().at("/error/message").stringValue()).contains(whose);
    }

    @Test
    void R06_a_caller_who_is_too_fast_is_told_when_to_come_again_and_others_are_not() throws Exception {
        try (Service service = start(new Quota(1, 5), Quota.PER_FACTORY)) {
            TestClient admin = new TestClient(service.url(), folder);
            assertThat(create(admin, "aaa").status()).isEqualTo(200);
            String other = admin.post("/api/v1/tokens", "{\"name\":\"other\",\"role\":\"Reader\"}")
                    .json()
                    .get("token")
                    .stringValue();
            for (int i = 0; i < 3; i++) {
                assertThat(admin.get("aaa").status()).isEqualTo(200);
            }
            tooMany(admin.get("aaa"), "the caller 'admin'", "1");
            tooMany(create(admin, "bbb"), "the caller 'admin'", "1");
            TestClient reader = new TestClient(service.url(), folder);
            reader.token = other;
            assertThat(reader.get("aaa").status()).isEqualTo(200);
            clock.advance(Duration.ofMillis(900));
            tooMany(admin.get("aaa"), "the caller 'admin'", "1");
            clock.advance(Duration.ofMillis(200));
            assertThat(admin.get("aaa").status()).isEqualTo(200);
            tooMany(admin.get("aaa"), "the caller 'admin'", "1");
            clock.advance(Duration.ofDays(1));
            for (int i = 0; i < 5; i++) {
                assertThat(admin.get("aaa").status()).as("a burst after a rest").isEqualTo(200);
            }
            assertThat(admin.get("aaa").status()).isEqualTo(429);
        }
    }

    private static String limits(TestClient admin, String factory) throws Exception {
        Reply reply = admin.send("GET", "/api/v1/factories/" + factory + "/limits", "");
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(200);
        var limit = reply.json().path("value").path(0);
        return limit.path("name").asString() + " " + limit.path("used").asLong() + "/"
                + limit.path("limit").asLong() + " " + limit.path("percent").asInt() + "% "
                + limit.path("alert").asString();
    }

    @Test
    void R06_what_a_factory_uses_of_its_limit_is_shown_in_percent_with_alerts_at_70_and_90() throws Exception {
        try (Service service = start(Quota.PER_CALLER, new Quota(1, 200))) {
            TestClient admin = new TestClient(service.url(), folder);
            create(admin, "busy");
            create(admin, "calm");
            int asked = 1;
            for (; asked < 41; asked++) {
                admin.get("busy");
            }
            // Asking is a request as well.
            assertThat(limits(admin, "busy")).isEqualTo("requestsPerMinute 42/60 70% Warning");
            for (asked++; asked < 53; asked++) {
                admin.get("BUSY");
            }
            assertThat(limits(admin, "busy")).isEqualTo("requestsPerMinute 54/60 90% Critical");
            assertThat(limits(admin, "calm")).isEqualTo("requestsPerMinute 2/60 3% None");
            assertThat(admin.get("/metrics").raw().body())
                    .contains("sluice_factory_requests_used_ratio{factory=\"busy\"} 0.9\n")
                    .contains("sluice_factory_requests_used_ratio{factory=\"calm\"} 0.03\n");
            clock.advance(Duration.ofMinutes(2));
            assertThat(limits(admin, "busy")).isEqualTo("requestsPerMinute 1/60 1% None");
        }
    }

    @Test
    void R06_a_factory_that_is_asked_too_often_leaves_room_for_others() throws Exception {
        try (Service service = start(Quota.PER_CALLER, new Quota(1, 4))) {
            TestClient admin = new TestClient(service.url(), folder);
            assertThat(create(admin, "busy").status()).isEqualTo(200);
            assertThat(create(admin, "calm").status()).isEqualTo(200);
            for (int i = 0; i < 3; i++) {
                assertThat(admin.get("BUSY").status()).isEqualTo(200);
            }
            tooMany(admin.get("busy/pipelines"), "the factory 'busy'", "1");
            assertThat(admin.get("calm").status()).isEqualTo(200);
            tooMany(create(admin, "busy"), "the factory 'busy'", "1");
        }
    }
}
