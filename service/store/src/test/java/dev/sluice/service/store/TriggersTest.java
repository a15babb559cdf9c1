package dev.sluice.service.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.run.Operand;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.model.run.TriggerRunStatus;
import dev.sluice.model.run.TriggerWindow;
import dev.sluice.service.store.TriggerTransition.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What every database must do alike with triggers.
@ParameterizedClass
@EnumSource(Databases.class)
class TriggersTest {
    static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");

    @Parameter
    Databases databases;

    @TempDir
    Path folder;

    Store store;

    @BeforeEach
    void open() {
        store = databases.open(databases.fresh(folder));
        save(DocumentKind.FACTORY, "", "F", "f1");
        save(DocumentKind.TRIGGER, "F", "T", "e1");
    }

    @AfterEach
    void close() {
        store.close();
    }

    Save.Result save(DocumentKind kind, String factory, String name, String etag, Link... links) {
        Document document = new Document(kind, name, Json.object());
        return store.documents().save(new Save(factory, "s", "g", document, etag, null, List.of(links), "me", T0));
    }

    static TriggerRun run(String id, String trigger, TriggerRunStatus status, int second) {
        Instant at = T0.plusSeconds(second);
        return new TriggerRun(
                id,
                id,
                true,
                trigger,
                "ScheduleTrigger",
                at,
                at,
                status,
                "",
                Map.of("a", "b"),
                Map.of("p", "r"),
                Json.object());
    }

    static TriggerTransition.Record record(String id) {
        return new TriggerTransition.Record(
                run(id, "T", TriggerRunStatus.SUCCEEDED, 0), Json.object().put("x", 1));
    }

    static TriggerTransition.Fire fire(String occurrence, String id, RunTransition... starts) {
        return new TriggerTransition.Fire(occurrence, record(id), List.of(starts));
    }

    static TriggerWindow window(int hour, String id, TriggerRunStatus status, @Nullable String pipelineRun) {
        Instant start = T0.plus(Duration.ofHours(hour));
        return new TriggerWindow(
                start,
                start.plus(Duration.ofHours(1)),
                run(id, "T", status, hour),
                pipelineRun,
                1,
                T0,
                hour == 1 ? T0.plusSeconds(7) : null);
    }

    static TriggerTransition step(
            long version,
            boolean started,
            @Nullable Instant due,
            List<TriggerTransition.Fire> fires,
            List<TriggerWindow> windows) {
        return new TriggerTransition(
                "f",
                "t",
                "e1",
                version,
                started,
                Json.object().put("v", version),
                due,
                fires,
                windows,
                List.of(),
                List.of(),
                false,
                WatchStep.NONE,
                T0);
    }

    @Test
    void a_step_on_an_old_version_or_an_old_document_writes_nothing() {
        assertThat(store.triggers().apply(step(0, true, T0, List.of(), List.of())))
                .isInstanceOf(Result.Applied.class);
        assertThat(store.triggers().apply(step(0, true, T0, List.of(fire("o", "1")), List.of())))
                .isInstanceOf(Result.Stale.class);
        assertThat(store.triggers().apply(step(1, false, T0, List.of(), List.of())))
                .isInstanceOf(Result.Applied.class);
        save(DocumentKind.TRIGGER, "F", "T", "e2");
        assertThat(store.triggers().apply(step(2, true, T0, List.of(fire("o", "1")), List.of())))
                .isInstanceOf(Result.Stale.class);
        assertThat(store.triggers().run("f", "1")).isEmpty();
        assertThat(store.triggers().find("F", "T").orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void an_occurrence_fires_once_and_its_runs_come_with_it() {
        RunTransition start = new Step("f", "r1", 0).build();
        assertThat(store.triggers().apply(step(0, true, T0, List.of(fire("o", "1", start)), List.of())))
                .isEqualTo(new Result.Applied(Set.of("o")));
        RunTransition second = new Step("f", "r2", 0).build();
        assertThat(store.triggers()
                        .apply(step(1, true, T0, List.of(fire("o", "2", second), fire("p", "3")), List.of())))
                .isEqualTo(new Result.Applied(Set.of("p")));
        assertThat(store.runs().find("r1")).isPresent();
        assertThat(store.runs().find("r2")).isEmpty();
        assertThat(store.triggers().run("F", "2")).isEmpty();
        assertThat(store.triggers().run("F", "1")).contains(record("1"));
    }

    @Test
    void a_started_trigger_is_neither_saved_nor_removed() {
        store.triggers().apply(step(0, true, T0, List.of(), List.of()));
        assertThat(save(DocumentKind.TRIGGER, "F", "t", "e2")).isInstanceOf(Save.Result.Started.class);
        assertThat(store.documents().remove("F", DocumentKind.TRIGGER, "T", "me", T0))
                .isInstanceOf(Removal.Started.class);
        store.triggers().apply(step(1, false, null, List.of(), List.of()));
        assertThat(store.documents().remove("F", DocumentKind.TRIGGER, "T", "me", T0))
                .isInstanceOf(Removal.Removed.class);
        assertThat(store.triggers().find("F", "T")).isEmpty();
    }

    @Test
    void only_started_triggers_come_due() {
        assertThat(store.triggers().nextDue()).isEmpty();
        store.triggers().apply(step(0, true, T0.plusSeconds(5), List.of(), List.of()));
        assertThat(store.triggers().nextDue()).contains(T0.plusSeconds(5));
        assertThat(store.triggers().due(T0.plusSeconds(4), 9)).isEmpty();
        assertThat(store.triggers().due(T0.plusSeconds(5), 9)).hasSize(1);
        store.triggers().apply(step(1, false, T0, List.of(), List.of()));
        assertThat(store.triggers().due(T0.plusSeconds(5), 9)).isEmpty();
        store.triggers().apply(step(2, true, null, List.of(), List.of()));
        assertThat(store.triggers().nextDue()).isEmpty();
    }

    @Test
    void windows_are_kept_as_given_and_found_by_time_and_by_their_runs_end() {
        List<TriggerWindow> all = List.of(
                window(0, "w0", TriggerRunStatus.SUCCEEDED, "x"),
                window(1, "w1", TriggerRunStatus.WAITING, null),
                window(2, "w2", TriggerRunStatus.IN_PROGRESS, "r1"));
        store.triggers().apply(step(0, true, T0, List.of(), all));
        assertThat(store.triggers().openWindows("f", "t")).containsExactly(all.get(1), all.get(2));
        assertThat(store.triggers().windows("f", "t", T0.plus(Duration.ofMinutes(30)), T0.plus(Duration.ofHours(1)), 9))
                .containsExactly(all.get(0));
        assertThat(store.triggers().windowOf("f", "t", "w1")).contains(all.get(1));
        assertThat(store.triggers().withEndedRuns(9)).isEmpty();
        store.runs().apply(new Step("f", "r1", 0).ended().build());
        assertThat(store.triggers().withEndedRuns(9))
                .extracting(StoredTrigger::trigger)
                .containsExactly("t");
        TriggerWindow after = window(2, "w2", TriggerRunStatus.SUCCEEDED, "r1");
        store.triggers().apply(step(1, false, null, List.of(), List.of(after)));
        assertThat(store.triggers().withEndedRuns(9)).isEmpty();
        store.documents().remove("F", DocumentKind.TRIGGER, "T", "me", T0);
        assertThat(store.triggers().run("f", "w1").orElseThrow().run().status()).isEqualTo(TriggerRunStatus.CANCELLED);
    }

    @Test
    void who_depends_on_a_trigger_is_told_when_it_says_so() {
        save(DocumentKind.TRIGGER, "F", "down", "e9", new Link(DocumentKind.TRIGGER, "T", "/x"));
        store.triggers()
                .apply(new TriggerTransition(
                        "f",
                        "down",
                        "e9",
                        0,
                        true,
                        Json.object(),
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        false,
                        WatchStep.NONE,
                        T0));
        TriggerTransition telling = new TriggerTransition(
                "f",
                "t",
                "e1",
                0,
                true,
                Json.object(),
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                true,
                WatchStep.NONE,
                T0);
        store.triggers().apply(telling);
        assertThat(store.triggers().due(T0, 9))
                .extracting(StoredTrigger::trigger)
                .containsExactly("down");
        assertThat(store.triggers().find("f", "down").orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void trigger_runs_are_found_by_filter_and_page() {
        for (int i = 0; i < 5; i++) {
            TriggerTransition.Record record = new TriggerTransition.Record(
                    run("id" + i, "T", i % 2 == 0 ? TriggerRunStatus.SUCCEEDED : TriggerRunStatus.FAILED, i),
                    Json.object());
            store.triggers()
                    .apply(step(
                            i, true, T0, List.of(new TriggerTransition.Fire("o" + i, record, List.of())), List.of()));
        }
        RunFilter failed = new RunFilter(
                T0,
                T0.plusSeconds(9),
                List.of(new RunFilter.Condition(Operand.STATUS, RunFilter.Operator.EQUALS, List.of("failed"))),
                List.of(new RunFilter.Order(Operand.TRIGGER_RUN_TIMESTAMP, true)),
                null);
        assertThat(store.triggers().runs("F", failed, 9).value())
                .extracting(TriggerRun::triggerRunId)
                .containsExactly("id3", "id1");
        RunFilter all = new RunFilter(T0, T0.plusSeconds(9), List.of(), List.of(), null);
        RunFilter.Page<TriggerRun> first = store.triggers().runs("F", all, 2);
        assertThat(first.value()).extracting(TriggerRun::triggerRunId).containsExactly("id0", "id1");
        RunFilter.Page<TriggerRun> second = store.triggers()
                .runs(
                        "F",
                        RunFilter.parse(StoreTest.continuing(all, java.util.Objects.requireNonNull(first.next()))),
                        2);
        assertThat(second.value()).extracting(TriggerRun::triggerRunId).containsExactly("id2", "id3");
    }
}
