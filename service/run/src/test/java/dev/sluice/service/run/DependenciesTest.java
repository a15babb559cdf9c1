package dev.sluice.service.run;

import static dev.sluice.service.run.TestRun.after;
import static dev.sluice.service.run.TestRun.begun;
import static dev.sluice.service.run.TestRun.copy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.run.RunStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Data Factory's rules for dependencies and for how a pipeline ends.
class DependenciesTest {
    @ParameterizedTest
    @CsvSource({
        "Succeeded,           true,  B=QUEUED",
        "Succeeded,           false, B=SKIPPED",
        "Failed,              true,  B=SKIPPED",
        "Failed,              false, B=QUEUED",
        "Completed,           true,  B=QUEUED",
        "Completed,           false, B=QUEUED",
        "Skipped,             true,  B=SKIPPED",
        "Skipped,             false, B=SKIPPED",
        "'Failed,Skipped',    false, B=QUEUED",
        "'Succeeded,Skipped', false, B=SKIPPED"
    })
    void a_condition_decides_about_the_next_activity(String conditions, boolean success, String expected) {
        TestRun run = begun(copy("A", ""), copy("B", after("A:" + conditions)));
        assertThat(run.statuses()).isEqualTo("A=QUEUED B=WAITING");
        if (success) {
            run.succeeded("A");
        } else {
            run.failed("A");
        }
        assertThat(run.statuses()).endsWith(expected);
    }

    @Test
    void all_dependencies_must_be_satisfied() {
        TestRun run = begun(copy("A", ""), copy("B", ""), copy("C", after("A:Succeeded", "B:Failed")));
        run.succeeded("A");
        assertThat(run.status("C")).isEqualTo(ActivityStatus.WAITING);
        run.failed("B");
        assertThat(run.status("C")).isEqualTo(ActivityStatus.QUEUED);
    }

    @Test
    void skipping_goes_on_downwards() {
        TestRun run = begun(
                copy("A", ""),
                copy("B", after("A:Succeeded")),
                copy("C", after("B:Completed")),
                copy("D", after("C:Skipped")));
        run.failed("A");
        assertThat(run.statuses()).isEqualTo("A=FAILED B=SKIPPED C=SKIPPED D=QUEUED");
    }

    @Test
    void try_catch_succeeds() {
        TestRun run = begun(copy("Try", ""), copy("Catch", after("Try:Failed")));
        run.failed("Try").succeeded("Catch");
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(run.record.message()).isEmpty();
    }

    @Test
    void try_catch_without_a_failure_succeeds_too() {
        TestRun run = begun(copy("Try", ""), copy("Catch", after("Try:Failed"))).succeeded("Try");
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Test
    void do_if_else_fails_although_the_else_succeeded() {
        TestRun run = begun(copy("Do", ""), copy("If", after("Do:Succeeded")), copy("Else", after("Do:Failed")));
        run.failed("Do").succeeded("Else");
        assertThat(run.record.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.record.message())
                .startsWith("Operation on target Do failed: Failure happened on 'Source' side.");
    }

    @Test
    void do_if_else_with_a_dummy_after_a_skip_succeeds() {
        TestRun run = begun(
                copy("Do", ""),
                copy("If", after("Do:Succeeded")),
                copy("Else", after("Do:Failed")),
                copy("Dummy", after("If:Skipped")));
        run.failed("Do").succeeded("Else").succeeded("Dummy");
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Test
    void a_generic_handler_after_the_last_activity_catches_every_failure() {
        TestRun run = begun(copy("A", ""), copy("B", after("A:Succeeded")), copy("Handler", after("B:Failed,Skipped")));
        run.failed("A").succeeded("Handler");
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
        TestRun again =
                begun(copy("A", ""), copy("B", after("A:Succeeded")), copy("Handler", after("B:Failed,Skipped")));
        again.succeeded("A").failed("B").failed("Handler");
        assertThat(again.record.status()).isEqualTo(RunStatus.FAILED);
    }

    @Test
    void the_other_branch_goes_on_when_one_failed() {
        TestRun run = begun(copy("A", ""), copy("B", ""), copy("C", after("B:Succeeded")));
        run.failed("A");
        assertThat(run.record.status()).isEqualTo(RunStatus.IN_PROGRESS);
        run.succeeded("B").succeeded("C");
        assertThat(run.record.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.record.runEnd()).isNotNull();
    }

    @Test
    void names_in_dependencies_are_found_in_any_case() {
        TestRun run =
                begun(copy("Load", ""), copy("B", after("LOAD:Succeeded"))).succeeded("Load");
        assertThat(run.status("B")).isEqualTo(ActivityStatus.QUEUED);
    }

    @ParameterizedTest
    @CsvSource({
        "Succeeded, A=SUCCEEDED B=QUEUED  C=SKIPPED",
        "Failed,    A=FAILED    B=SKIPPED C=QUEUED",
        "Skipped,   A=SKIPPED   B=SKIPPED C=SKIPPED"
    })
    void an_inactive_activity_does_not_run_but_counts_as_it_is_marked(String mark, String expected) {
        TestRun run = begun(
                copy("A", ",\"state\":\"Inactive\",\"onInactiveMarkAs\":\"" + mark + "\""),
                copy("B", after("A:Succeeded")),
                copy("C", after("A:Failed")));
        assertThat(run.statuses()).isEqualTo(expected.replaceAll(" +", " "));
        assertThat(run.records.values()).noneMatch(r -> r.activityName().equals("A"));
    }

    @Test
    void a_pipeline_without_activities_succeeds_at_once() {
        TestRun run = begun();
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(run.record.toJson().get("durationInMs").intValue()).isZero();
    }
}
