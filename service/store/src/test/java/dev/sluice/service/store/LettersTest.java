package dev.sluice.service.store;

import static dev.sluice.service.store.StoreTest.run;
import static dev.sluice.service.store.StoreTest.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.run.RunStatus;
import dev.sluice.service.store.RunTransition.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs that make and tell other runs.
@ParameterizedClass
@EnumSource(Databases.class)
class LettersTest {
    @Parameter
    Databases databases;

    @TempDir
    Path folder;

    Store store;

    @BeforeEach
    void open() {
        store = databases.open(databases.fresh(folder));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void apply(Step step) {
        assertThat(store.runs().apply(step.build())).isEqualTo(Result.APPLIED);
    }

    private void running(String id) {
        apply(step(id, 0).run(run(id, "p", RunStatus.IN_PROGRESS, 0, true)));
    }

    private List<String> letters() {
        return store.runs().letters(99).stream()
                .map(l -> l.runId() + " " + l.body().get("word").stringValue())
                .toList();
    }

    @Test
    void a_called_run_exists_with_its_record_and_a_letter_as_soon_as_the_call_does() {
        running("parent");
        apply(step("parent", 1).starting(run("child", "q", RunStatus.QUEUED, 0, true)));
        assertThat(store.runs().find("child").orElseThrow().version()).isEqualTo(1);
        assertThat(store.runs().pipelineRun("f", "child")).isPresent();
        assertThat(letters()).containsExactly("child begin");
        // The same call again changes nothing.
        apply(step("parent", 2).starting(run("child", "q", RunStatus.QUEUED, 0, true)));
        assertThat(letters()).containsExactly("child begin");
    }

    @Test
    void a_step_that_comes_too_late_makes_no_run_and_writes_no_letter() {
        running("parent");
        Step late = step("parent", 7)
                .starting(run("child", "q", RunStatus.QUEUED, 0, true))
                .letter("parent", "x");
        assertThat(store.runs().apply(late.build())).isEqualTo(Result.STALE);
        assertThat(store.runs().find("child")).isEmpty();
        assertThat(letters()).isEmpty();
    }

    @Test
    void a_letter_stays_until_the_step_that_answers_it_and_is_answered_once() {
        running("a");
        running("b");
        apply(step("a", 1).letter("b", "hello").letter("nobody", "hello"));
        assertThat(letters()).containsExactly("b hello");
        String id = store.runs().letters(9).getFirst().id();
        assertThat(store.runs().apply(step("b", 5).answering(id).build())).isEqualTo(Result.STALE);
        assertThat(letters()).as("a step that was not taken answers nothing").hasSize(1);
        apply(step("b", 1).answering(id));
        assertThat(letters()).isEmpty();
        assertThat(store.runs().apply(step("b", 2).answering(id).build())).isEqualTo(Result.NOT_HELD);
        assertThat(store.runs().find("b").orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void what_is_said_to_all_called_runs_reaches_those_that_go_on() {
        running("parent");
        apply(step("parent", 1)
                .starting(run("one", "q", RunStatus.QUEUED, 0, true))
                .starting(run("two", "q", RunStatus.QUEUED, 0, true)));
        store.runs().letters(9).forEach(store.runs()::forget);
        apply(step("one", 1).run(run("one", "q", RunStatus.SUCCEEDED, 0, true)).ended());
        running("stranger");
        apply(step("parent", 2).toChildren("stop").letter("one", "stop"));
        assertThat(letters()).containsExactly("two stop");
    }

    @Test
    void the_end_of_a_run_is_told_to_the_one_that_has_waited_longest() {
        running("a");
        apply(step("b", 0).run(run("b", "P", RunStatus.QUEUED, 0, true)));
        apply(step("c", 0).run(run("c", "P", RunStatus.QUEUED, 0, true)));
        apply(step("a", 1).run(run("a", "p", RunStatus.FAILED, 0, true)).ended().next("p"));
        assertThat(letters()).containsExactly("b next");
    }

    @Test
    void of_many_that_begin_at_once_only_so_many_do_as_there_is_room_for() throws Exception {
        int runs = 12;
        for (int i = 0; i < runs; i++) {
            apply(step("r" + i, 0).run(run("r" + i, "p", RunStatus.QUEUED, 0, true)));
        }
        List<Callable<Result>> begin = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            String id = "r" + i;
            begin.add(() -> store.runs()
                    .apply(step(id, 1)
                            .run(run(id, "p", RunStatus.IN_PROGRESS, 0, true))
                            .room("P", 3)
                            .build()));
        }
        List<Result> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (Future<Result> one : threads.invokeAll(begin)) {
                results.add(one.get());
            }
        }
        assertThat(results).filteredOn(r -> r == Result.APPLIED).hasSize(3);
        assertThat(results).filteredOn(r -> r == Result.FULL).hasSize(runs - 3);
        assertThat(store.runs().running("f", "p")).isEqualTo(3);
    }
}
