package dev.sluice.node.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProxyFaults;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is walked after, and for how long at most.
@Timeout(60)
class FailedWayLimitsTest {
    private static Problem problem(Fault fault, int port) {
        return fault.problem()
                .on(Kind.SINK)
                .at("activities/Copy")
                .evidence("host", "db.corp.example")
                .evidence("port", port)
                .build();
    }

    private static Walk walk(Target target) {
        return new Walk(
                target.toString(),
                "",
                List.of(new Step("resolver", Step.OK, 1, "found")),
                "",
                "",
                List.of(),
                "allow it");
    }

    @Test
    void the_problem_stays_what_it_was_with_the_walk_as_its_last_evidence() {
        Problem before = problem(ConnectionFaults.CONNECT_TIMEOUT, 5432);
        Problem told = new FailedWay(FailedWayLimitsTest::walk, Duration.ofSeconds(10)).told(before, () -> false);
        assertThat(told.code()).isEqualTo(before.code());
        assertThat(told.kind()).isEqualTo(Kind.SINK);
        assertThat(told.location()).isEqualTo(before.location());
        assertThat(told.message()).isEqualTo(before.message());
        assertThat(told.evidence().keySet()).containsExactly("host", "port", FailedWay.EVIDENCE);
        assertThat(told.evidence().get(FailedWay.EVIDENCE))
                .isEqualTo(
                        "db.corp.example:5432: every hop is in order now. resolver ok (1 ms, found); rule: allow it");
    }

    @Test
    void https_is_spoken_where_it_is_known_to_be_and_only_there() {
        assertThat(FailedWay.target(problem(ConnectionFaults.CONNECTION_LOST, 443)))
                .contains(Target.https("db.corp.example", 443));
        assertThat(FailedWay.target(problem(ConnectionFaults.CONNECTION_LOST, 1433)))
                .contains(Target.plain("db.corp.example", 1433));
        Problem proxied = ProxyFaults.DENIED
                .problem()
                .evidence("host", "acct.example")
                .evidence("port", 8443)
                .evidence("proxy", "proxy:3128")
                .build();
        assertThat(FailedWay.target(proxied)).contains(Target.https("acct.example", 8443));
    }

    @Test
    void what_answered_and_what_is_left_alone_is_not_called_again() {
        assertThat(FailedWay.target(problem(ConnectionFaults.STORE_BUSY, 443))).isEmpty();
        assertThat(FailedWay.target(problem(ConnectionFaults.CIRCUIT_OPEN, 443)))
                .isEmpty();
        assertThat(FailedWay.target(problem(ConnectionFaults.WRONG_PASSWORD, 443)))
                .isEmpty();
        assertThat(FailedWay.target(ConnectionFaults.PORT_REFUSED.problem().build()))
                .isEmpty();
        assertThat(FailedWay.target(problem(ConnectionFaults.PORT_REFUSED, 70_000)))
                .isEmpty();
    }

    @Test
    void a_walk_without_an_end_is_given_up_and_said_so() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try {
            FailedWay ways = new FailedWay(
                    target -> {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return walk(target);
                    },
                    Duration.ofSeconds(1));
            Problem told = ways.told(problem(ConnectionFaults.CONNECT_TIMEOUT, 5432), () -> false);
            assertThat(told.evidence().get(FailedWay.EVIDENCE)).contains("could not be walked within 1 s");
            AtomicInteger asked = new AtomicInteger();
            Problem cancelled =
                    ways.told(problem(ConnectionFaults.CONNECT_TIMEOUT, 5432), () -> asked.incrementAndGet() > 2);
            assertThat(cancelled.evidence()).doesNotContainKey(FailedWay.EVIDENCE);
        } finally {
            never.countDown();
        }
    }
}
