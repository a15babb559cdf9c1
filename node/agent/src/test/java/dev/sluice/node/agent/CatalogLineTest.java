package dev.sluice.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import dev.sluice.secrets.Redaction;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.SsisBegin;
import dev.sluice.wire.SsisBegun;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisPiece;
import dev.sluice.wire.SsisSaid;
import dev.sluice.wire.SsisStatistic;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// What a node fetches from and tells the catalog while the service comes and goes.
class CatalogLineTest {
    private static final JobRef JOB = new JobRef("job", 1);
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    @TempDir
    Path folder;

    private final List<Backoff> backoffs = new ArrayList<>();

    private Backoff retries() {
        Backoff made = new Backoff(1, 2, new Random(1));
        backoffs.add(made);
        return made;
    }

    private static SsisMessage message(long id) {
        return new SsisMessage(id, NOW, 70, 40, "x", "P", "OnInformation", "T", "", "\\Package", 0);
    }

    private static SsisStatistic statistic(long id) {
        return new SsisStatistic(id, "T", "P", "\\Package\\T", NOW, NOW, 0);
    }

    /// A catalog that is away for as long as a test wants.
    private static final class Away implements InvocationHandler {
        private final CountDownLatch back = new CountDownLatch(1);
        private final List<SsisSaid> heard = new ArrayList<>();
        private final byte[] archive = "an archive".getBytes(StandardCharsets.UTF_8);
        private int failures;

        ServiceApi api() {
            return (ServiceApi)
                    Proxy.newProxyInstance(ServiceApi.class.getClassLoader(), new Class<?>[] {ServiceApi.class}, this);
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
            if (failures > 0) {
                failures--;
                throw NodeFaults.SERVICE_TIMEOUT.with("host", "service", "port", 443, "seconds", 1);
            }
            Object asked = Objects.requireNonNull(arguments)[0];
            return switch (asked) {
                case SsisBegin b -> new SsisBegun(7, "Etl/Sales", "P.dtsx", archive.length, 1, null);
                case SsisPiece p -> p.piece() == 0 ? archive : new byte[0];
                case SsisSaid said -> {
                    if (back.getCount() > 0) {
                        throw NodeFaults.SERVICE_TIMEOUT.with("host", "service", "port", 443, "seconds", 1);
                    }
                    heard.add(said);
                    yield null;
                }
                default -> throw new AssertionError(method);
            };
        }
    }

    @Test
    void what_is_lost_while_the_service_is_away_is_counted_and_said_at_the_time_of_the_nodes_clock() {
        Away away = new Away();
        try (CatalogLine line =
                new CatalogLine(away.api(), JOB, 7, new Redaction(), InstantSource.fixed(NOW), this::retries)) {
            line.said(
                    LongStream.rangeClosed(1, 6_000)
                            .mapToObj(CatalogLineTest::message)
                            .toList(),
                    LongStream.rangeClosed(1, 7_000)
                            .mapToObj(CatalogLineTest::statistic)
                            .toList());
            away.back.countDown();
        }
        List<SsisMessage> messages =
                away.heard.stream().flatMap(s -> s.messages().stream()).toList();
        assertThat(messages).hasSize(5_001);
        assertThat(messages.getLast().id()).isEqualTo(6_001);
        assertThat(messages.getLast().at()).isEqualTo(NOW);
        assertThat(messages.getLast().text())
                .isEqualTo("1000 messages and 2000 statistics of executables were lost because the service could not be"
                        + " reached in time.");
        assertThat(away.heard.stream().flatMap(s -> s.statistics().stream())).hasSize(5_000);
    }

    private static JobSpec spec() {
        return JobSpec.fromJson((ObjectNode) Json.parse("""
                {"pipelineName":"p","runId":"r","activityRunId":"a","activityName":"Run","kind":"ExecuteSSISPackage","factoryName":"fab",
                 "activity":{"name":"Run","type":"ExecuteSSISPackage","typeProperties":{}}}"""));
    }

    @Test
    void a_project_is_asked_for_again_after_waits_with_full_jitter() throws Exception {
        Away away = new Away();
        away.failures = CatalogProjects.TRIES - 1;
        CatalogProjects.Fetched fetched = new CatalogProjects(away.api(), this::retries).fetch(JOB, spec(), folder);
        assertThat(fetched.executionId()).isEqualTo(7);
        assertThat(Files.readAllBytes(folder.resolve("catalog.ispac"))).isEqualTo(away.archive);
        assertThat(backoffs.getFirst().failures()).isEqualTo(CatalogProjects.TRIES - 1);
    }

    @Test
    void a_service_that_stays_away_ends_the_fetching_with_its_problem() {
        Away away = new Away();
        away.failures = CatalogProjects.TRIES;
        assertThatThrownBy(() -> new CatalogProjects(away.api(), this::retries).fetch(JOB, spec(), folder))
                .isInstanceOf(ProblemException.class);
        assertThat(away.failures).isZero();
    }
}
