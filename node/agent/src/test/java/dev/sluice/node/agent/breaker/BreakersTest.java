package dev.sluice.node.agent.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.job.JobFailures;
import dev.sluice.wire.StoreBreaker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class BreakersTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Breakers breakers = new Breakers(() -> now, new Random(1));
    private int jobs;

    @Test
    void R02_a_store_that_fails_again_and_again_is_left_alone_then_probed_by_one_job() {
        JobSpec copy = job("Copy", "db-1");
        fail(copy, Breakers.FAILURES);
        Problem refused = breakers.admit("next", copy).orElseThrow();
        assertThat(refused.code()).isEqualTo("StoreCircuitOpen");
        assertThat(refused.message()).contains("Shop", "5 times", "ConnectionRefused");
        assertThat(states()).containsExactly("Shop Open 5");

        now = now.plus(Breakers.FIRST);
        assertThat(states()).containsExactly("Shop HalfOpen 5");
        assertThat(breakers.admit("probe", copy)).isEmpty();
        assertThat(breakers.admit("second", copy).orElseThrow().message()).contains("half-open, one job is trying");

        breakers.ended("probe", copy, succeeded());
        assertThat(states()).isEmpty();
        assertThat(breakers.admit("third", copy)).isEmpty();
    }

    @Test
    void R02_a_probe_that_fails_opens_it_for_longer_up_to_a_limit() {
        JobSpec copy = job("Copy", "db-1");
        fail(copy, Breakers.FAILURES);
        Duration before = Duration.ZERO;
        for (int i = 0; i < 8; i++) {
            Duration wait = Duration.between(now, breakers.states().getFirst().until());
            assertThat(wait).isLessThanOrEqualTo(Breakers.LONGEST);
            assertThat(wait.toMillis()).isGreaterThan(i < 5 ? before.toMillis() : 0);
            before = wait;
            now = now.plus(wait);
            fail(copy, 1);
        }
        assertThat(before).isGreaterThan(Breakers.LONGEST.dividedBy(2));
    }

    @Test
    void R02_failures_that_say_that_the_store_is_there_do_not_open_it() {
        JobSpec copy = job("Copy", "db-1");
        fail(copy, Breakers.FAILURES - 1);
        end(copy, failure(ConnectionFaults.WRONG_PASSWORD, "Shop"));
        fail(copy, Breakers.FAILURES - 1);
        end(copy, failure(DataFaults.FILE_MISSING, "Shop"));
        fail(copy, Breakers.FAILURES - 1);
        assertThat(breakers.admit("next", copy)).isEmpty();
    }

    @Test
    void R02_stores_do_not_answer_for_each_other_and_a_changed_linked_service_begins_anew() {
        JobSpec copy = job("Copy", "db-1");
        fail(copy, Breakers.FAILURES);
        assertThat(breakers.admit("changed", job("Copy", "db-2"))).isEmpty();
        assertThat(breakers.admit("test", job("ConnectionTest", "db-1"))).isEmpty();
        breakers.ended("test", job("ConnectionTest", "db-1"), succeeded());
        assertThat(breakers.admit("after a test that succeeded", copy)).isEmpty();
    }

    @Test
    void R02_a_probe_that_ends_without_a_word_about_the_store_leaves_it_to_the_next() {
        JobSpec copy = job("Copy", "db-1");
        fail(copy, Breakers.FAILURES);
        now = now.plus(Breakers.FIRST);
        assertThat(breakers.admit("probe", copy)).isEmpty();
        breakers.ended("probe", copy, Json.parseObject("{\"status\":\"Cancelled\"}"));
        assertThat(breakers.admit("next", copy)).isEmpty();
    }

    private List<String> states() {
        return breakers.states().stream()
                .map((StoreBreaker b) -> b.store() + " " + b.state() + " " + b.failures())
                .toList();
    }

    private void fail(JobSpec spec, int times) {
        for (int i = 0; i < times; i++) {
            end(spec, failure(ConnectionFaults.PORT_REFUSED, "Shop"));
        }
    }

    private void end(JobSpec spec, JsonNode outcome) {
        String job = "j" + jobs++;
        Optional<Problem> refused = breakers.admit(job, spec);
        assertThat(refused).isEmpty();
        breakers.ended(job, spec, outcome);
    }

    private static JsonNode succeeded() {
        return Json.parseObject("{\"status\":\"Succeeded\",\"output\":{}}");
    }

    private static JsonNode failure(Fault fault, String store) {
        return JobFailures.of(
                        "Copy", "act", fault.problem().evidence("store", store).build())
                .toJson();
    }

    private static JobSpec job(String kind, String host) {
        ObjectNode properties = Json.object();
        properties.put("type", "PostgreSqlV2");
        properties.putObject("typeProperties").put("server", host);
        return new JobSpec(
                kind,
                "f",
                "p",
                "r",
                "ar",
                "act",
                Json.object(),
                List.of(),
                List.of(),
                Map.of("Shop", new JobSpec.Resource("Shop", properties)));
    }
}
