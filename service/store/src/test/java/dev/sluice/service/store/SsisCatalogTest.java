package dev.sluice.service.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.wire.JobRef;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

@ParameterizedClass
@EnumSource(Databases.class)
class SsisCatalogTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Parameter
    Databases databases;

    @TempDir
    Path folder;

    String where;
    Store store;

    @BeforeEach
    void open() {
        where = databases.fresh(folder);
        store = databases.open(where);
        store.documents()
                .save(new Save(
                        "",
                        "sub",
                        "group",
                        new Document(DocumentKind.FACTORY, "F", Json.object()),
                        "1",
                        null,
                        List.of(),
                        "t",
                        NOW));
        store.ssisProjects().keepFolder("f", "Etl", "loads", "me", NOW);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private SsisProjects.Project deploy(String name, byte[] archive, String digest) {
        return store.ssisProjects()
                .deploy(new SsisProjects.Deployment(
                        "F",
                        "etl",
                        name,
                        digest,
                        archive,
                        Json.object().put("name", name),
                        Json.object().put("fresh", true),
                        "me",
                        NOW));
    }

    private static byte[] random(int size, int seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private byte[] archive(long project, long lsn) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        byte[] piece = store.ssisProjects().piece(project, lsn, 0);
        for (int i = 1; piece.length > 0; i++) {
            all.writeBytes(piece);
            piece = store.ssisProjects().piece(project, lsn, i);
        }
        return all.toByteArray();
    }

    private static SsisExecutions.Execution execution(@Nullable JobRef job, @Nullable String key, String runId) {
        return new SsisExecutions.Execution(
                0,
                "F",
                "Etl",
                "Sales",
                "Load.dtsx",
                1,
                2,
                "",
                5,
                1,
                "me",
                "",
                "ir",
                "",
                runId,
                job == null,
                job,
                key,
                Json.object(),
                "",
                NOW,
                Instant.EPOCH,
                Instant.EPOCH,
                0,
                0);
    }

    @Test
    void versions_keep_their_bytes_and_any_can_be_restored() {
        byte[] first = random(SsisProjects.PIECE * 2 + 17, 1);
        byte[] second = random(10, 2);
        long one = deploy("Sales", first, "d1").lsn();
        SsisProjects.Project now = deploy("sales", second, "d2");

        assertThat(now.name()).isEqualTo("Sales");
        assertThat(archive(now.id(), one)).isEqualTo(first);
        assertThat(archive(now.id(), now.lsn())).isEqualTo(second);
        assertThat(store.ssisProjects().restore("f", now, one, "you", NOW)).isTrue();
        assertThat(store.ssisProjects().restore("f", now, 999_999, "you", NOW)).isFalse();
        assertThat(store.ssisProjects().project("f", "ETL", "SALES"))
                .hasValueSatisfying(p -> assertThat(p.lsn()).isEqualTo(one));
        assertThat(store.ssisProjects().versions(now.id()))
                .extracting(SsisProjects.Version::lsn, SsisProjects.Version::current, SsisProjects.Version::restoredBy)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(now.lsn(), false, ""),
                        org.assertj.core.groups.Tuple.tuple(one, true, "you"));
        assertThat(store.ssisProjects().held("F")).isEqualTo(first.length + second.length);
    }

    @Test
    void an_archive_goes_with_the_last_version_that_has_it() {
        byte[] bytes = random(100, 3);
        SsisProjects.Project a = deploy("A", bytes, "same");
        SsisProjects.Project b = deploy("B", bytes, "same");
        assertThat(store.ssisProjects().remove("F", "Etl", "A", "me", NOW)).isTrue();
        assertThat(archive(a.id(), a.lsn())).isEmpty();
        assertThat(archive(b.id(), b.lsn())).isEqualTo(bytes);
    }

    @Test
    void versions_in_use_or_current_are_not_removed() {
        SsisProjects.Project first = deploy("Sales", random(10, 1), "d1");
        SsisProjects.Project second = deploy("Sales", random(10, 2), "d2");
        assertThat(store.ssisProjects().removeVersions(first.id(), List.of(first.lsn(), second.lsn())))
                .isEqualTo(1);
        assertThat(store.ssisProjects().versions(first.id())).hasSize(1);
    }

    @Test
    void a_folder_that_holds_something_is_not_removed() {
        store.ssisEnvironments().keep("F", "Etl", "Test", null, v -> v, "me", NOW);
        assertThat(store.ssisProjects().removeFolder("F", "etl", "me", NOW)).isEqualTo(1);
        assertThat(store.ssisEnvironments().remove("F", "etl", "test", "me", NOW))
                .isTrue();
        assertThat(store.ssisProjects().removeFolder("F", "etl", "me", NOW)).isZero();
        assertThat(store.ssisProjects().folder("F", "Etl")).isEmpty();
    }

    @Test
    void envelopes_are_found_and_replaced_in_environments_and_settings() {
        deploy("Sales", random(10, 1), "d1");
        store.ssisEnvironments().keep("F", "Etl", "Test", "for tests", v -> v.put("password", "ENVELOPE-1"), "me", NOW);
        store.ssisProjects().settings("F", "Etl", "Sales", s -> s.put("x", "ENVELOPE-1"));
        store.ssisEnvironments().replace("ENVELOPE-1", "ENVELOPE-2");
        assertThat(store.ssisEnvironments().secretPlaces("f"))
                .extracting(ObjectNode::toString)
                .containsExactlyInAnyOrder("{\"password\":\"ENVELOPE-2\"}", "{\"fresh\":true,\"x\":\"ENVELOPE-2\"}");
    }

    @Test
    void I19_an_idempotency_key_and_a_job_make_one_execution_however_often_they_come() {
        SsisExecutions executions = store.ssisExecutions();
        long byKey = executions.create(execution(null, "order-7", "run1")).id();
        assertThat(executions.create(execution(null, "order-7", "run2")).id()).isEqualTo(byKey);
        assertThat(executions.ofKey("f", "order-7").orElseThrow().runId()).isEqualTo("run1");
        JobRef job = new JobRef("job", 1);
        long byJob = executions.create(execution(job, null, "run3")).id();
        assertThat(executions.create(execution(job, null, "run3")).id()).isEqualTo(byJob);
        assertThat(executions
                        .create(execution(new JobRef("job", 2), null, "run3"))
                        .id())
                .isNotEqualTo(byJob);
        assertThat(executions.list("F", 0, "", "", "", Long.MAX_VALUE, 10)).hasSize(3);
        assertThat(executions.list("F", 5, "ETL", "sales", "load.dtsx", byJob, 10))
                .extracting(SsisExecutions.Execution::id)
                .containsExactly(byKey);
    }

    @Test
    void an_execution_is_begun_once_and_ends_once() {
        SsisExecutions executions = store.ssisExecutions();
        long id = executions.create(execution(null, null, "run1")).id();
        JobRef job = new JobRef("job", 1);
        assertThat(executions.begin(id, 5, 2, job, "node", Json.object(), NOW)).isTrue();
        assertThat(executions.begin(id, 5, 2, new JobRef("job", 2), "node", Json.object(), NOW))
                .isFalse();
        assertThat(executions.change(id, 2, 8, "you")).isTrue();
        assertThat(executions.end(id, 3, "", NOW.plusSeconds(5))).isTrue();
        assertThat(executions.end(id, 7, "", NOW.plusSeconds(6))).isFalse();
        SsisExecutions.Execution ended = executions.find(id).orElseThrow();
        assertThat(ended.status()).isEqualTo(3);
        assertThat(ended.stoppedBy()).isEqualTo("you");
        assertThat(ended.job()).isEqualTo(job);
        assertThat(ended.ended()).isEqualTo(NOW.plusSeconds(5));
        assertThat(executions.open(0, 10)).isEmpty();
    }

    private static SsisExecutions.Message message(long id, int type, String text) {
        return new SsisExecutions.Message(
                id, NOW, type, 40, text, "Load.dtsx", "OnX", "Task", "{1}", "\\Package\\Task", 0);
    }

    @Test
    void messages_that_come_twice_are_kept_once_and_come_in_pages() {
        SsisExecutions executions = store.ssisExecutions();
        long id = executions.create(execution(null, null, "run1")).id();
        SsisExecutions.Statistic took =
                new SsisExecutions.Statistic(1, "Task", "Load.dtsx", "\\Package\\Task", NOW, NOW.plusMillis(5), 0);
        executions.say(id, List.of(message(1, 30, "a"), message(2, 120, "b")), List.of(took));
        executions.say(id, List.of(message(2, 120, "b"), message(3, 70, "c\0d")), List.of(took));
        assertThat(executions.messages(id, List.of(), 0, 2))
                .extracting(SsisExecutions.Message::id)
                .containsExactly(1L, 2L);
        assertThat(executions.messages(id, List.of(), 2, 2))
                .extracting(SsisExecutions.Message::text)
                .containsExactly("c\uFFFDd");
        assertThat(executions.messages(id, List.of(120, 110), 0, 10)).hasSize(1);
        assertThat(executions.statistics(id, 0, 10)).containsExactly(took);
        assertThat(executions.find(id).orElseThrow().bytes()).isGreaterThan(300);

        executions.remove(List.of(id));
        assertThat(executions.find(id)).as("it has not ended").isPresent();
        executions.end(id, 7, "", NOW);
        assertThat(executions.ended("F", NOW.plusSeconds(1), 10)).hasSize(1);
        assertThat(executions.ended("F", NOW, 10)).isEmpty();
        executions.remove(List.of(id));
        assertThat(executions.messages(id, List.of(), 0, 10)).isEmpty();
    }

    @Test
    void properties_and_operations_are_kept_and_everything_goes_with_the_factory() {
        store.ssisProjects().keepProperty("F", "QUOTA_MB", "10", "me", NOW);
        store.ssisProjects().keepProperty("F", "QUOTA_MB", "20", "me", NOW);
        long noted = store.ssisProjects().note("F", 101, 20, "Etl/Sales", 7, "me", NOW, "done");
        deploy("Sales", random(10, 1), "d1");
        store.close();
        store = databases.open(where);

        assertThat(store.ssisProjects().properties("f")).containsExactly(java.util.Map.entry("QUOTA_MB", "20"));
        assertThat(store.ssisProjects().operations("f", Long.MAX_VALUE, 10))
                .extracting(SsisProjects.Operation::id)
                .containsExactly(noted);
        store.documents().remove("", DocumentKind.FACTORY, "F", "me", NOW);
        assertThat(store.ssisProjects().folders("F", "", 10)).isEmpty();
        assertThat(store.ssisProjects().properties("F")).isEmpty();
        assertThat(store.ssisProjects().operations("F", Long.MAX_VALUE, 10)).isEmpty();
    }
}
