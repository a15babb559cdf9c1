package dev.sluice.service.run.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.run.RunStatus;
import dev.sluice.model.run.TriggerRunStatus;
import dev.sluice.model.run.TriggerWindow;
import dev.sluice.model.trigger.Trigger;
import dev.sluice.model.trigger.TumblingWindowTrigger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Windows of triggers that are kept in memory and decided one step after another.
class WindowsTest {
    static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    /// A trigger with its windows.
    static final class Kept {
        final TumblingWindowTrigger trigger;
        final NavigableMap<Instant, TriggerWindow> windows = new TreeMap<>();
        Instant next;

        @Nullable
        Instant due;

        Kept(TumblingWindowTrigger trigger) {
            this.trigger = trigger;
            this.next = trigger.startTime();
        }
    }

    final Map<String, Kept> triggers = new HashMap<>();
    final Map<String, RunStatus> ended = new HashMap<>();
    int ids;
    Instant now = T0;

    void trigger(String name, String typeProperties) {
        String json = "{'properties':{'type':'TumblingWindowTrigger','pipeline':{'pipelineReference':"
                + "{'type':'PipelineReference','referenceName':'p'}},'typeProperties':{'startTime':'" + T0 + "',"
                + typeProperties + "}}}";
        Document document = Document.parse(
                DocumentKind.TRIGGER, name, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        triggers.put(name, new Kept((TumblingWindowTrigger) Trigger.of(document)));
    }

    final Windows.Others others = new Windows.Others() {
        @Override
        public @Nullable TumblingWindowTrigger trigger(String name) {
            Kept kept = triggers.get(name);
            return kept == null ? null : kept.trigger;
        }

        @Override
        public List<TriggerWindow> windows(String name, Instant from, Instant to) {
            return triggers.get(name).windows.values().stream()
                    .filter(w -> w.end().isAfter(from) && w.start().isBefore(to))
                    .toList();
        }
    };

    /// Decides once; the hours of the windows that were started.
    List<Long> step(String name) {
        Kept kept = triggers.get(name);
        List<TriggerWindow> open =
                kept.windows.values().stream().filter(w -> !w.status().ended()).toList();
        Windows.Decision decision =
                new Windows(name, kept.trigger, open, others, now, () -> "id" + ids++).decide(true, kept.next, ended);
        decision.changed().forEach(w -> kept.windows.put(w.start(), w));
        kept.next = decision.nextStart();
        kept.due = decision.due();
        return decision.starting().stream().map(w -> hour(w.start())).toList();
    }

    static long hour(Instant at) {
        return Duration.between(T0, at).toHours();
    }

    void end(String name, long hour, RunStatus how) {
        TriggerWindow window = triggers.get(name).windows.get(T0.plus(Duration.ofHours(hour)));
        ended.put(java.util.Objects.requireNonNull(window.pipelineRunId()), how);
    }

    TriggerRunStatus status(String name, long hour) {
        return triggers.get(name).windows.get(T0.plus(Duration.ofHours(hour))).status();
    }

    void at(long hours) {
        now = T0.plus(Duration.ofHours(hours));
    }

    static final String HOURLY = "'frequency':'Hour','interval':1,'maxConcurrency':2";

    @Test
    void past_windows_are_made_up_for_oldest_first_within_the_concurrency() {
        trigger("t", HOURLY);
        at(4);
        assertThat(step("t")).containsExactly(0L, 1L);
        assertThat(step("t")).isEmpty();
        end("t", 1, RunStatus.SUCCEEDED);
        assertThat(step("t")).containsExactly(2L);
        assertThat(status("t", 1)).isEqualTo(TriggerRunStatus.SUCCEEDED);
        end("t", 0, RunStatus.CANCELLED);
        end("t", 2, RunStatus.SUCCEEDED);
        assertThat(step("t")).containsExactly(3L);
        assertThat(status("t", 0)).isEqualTo(TriggerRunStatus.CANCELLED);
        assertThat(triggers.get("t").due).isEqualTo(T0.plus(Duration.ofHours(5)));
        at(5);
        assertThat(step("t")).containsExactly(4L);
    }

    @Test
    void a_window_comes_after_its_delay_and_none_ends_after_the_end_time() {
        trigger("t", HOURLY + ",'delay':'00:10:00','endTime':'2026-01-01T02:30:00Z'");
        now = T0.plus(Duration.ofMinutes(69));
        assertThat(step("t")).isEmpty();
        assertThat(triggers.get("t").due).isEqualTo(T0.plus(Duration.ofMinutes(70)));
        now = T0.plus(Duration.ofMinutes(70));
        assertThat(step("t")).containsExactly(0L);
        at(100);
        assertThat(step("t")).containsExactly(1L);
        assertThat(triggers.get("t").windows).hasSize(2);
        assertThat(triggers.get("t").due).isNull();
    }

    @Test
    void a_failed_run_is_made_again_as_often_as_the_policy_says() {
        trigger("t", HOURLY + ",'retryPolicy':{'count':1,'intervalInSeconds':60}");
        at(1);
        assertThat(step("t")).containsExactly(0L);
        end("t", 0, RunStatus.FAILED);
        assertThat(step("t")).isEmpty();
        assertThat(triggers.get("t").due).isEqualTo(now.plusSeconds(60));
        now = now.plusSeconds(60);
        assertThat(step("t")).containsExactly(0L);
        end("t", 0, RunStatus.FAILED);
        step("t");
        assertThat(status("t", 0)).isEqualTo(TriggerRunStatus.FAILED);
    }

    @Test
    void a_window_waits_for_the_windows_of_another_trigger() {
        trigger("up", "'frequency':'Hour','interval':1,'maxConcurrency':50");
        trigger(
                "down",
                "'frequency':'Hour','interval':2,'maxConcurrency':50,'dependsOn':[{'type':"
                        + "'TumblingWindowTriggerDependencyReference','offset':'-01:00:00','size':'03:00:00',"
                        + "'referenceTrigger':{'referenceName':'up','type':'TriggerReference'}}]");
        at(4);
        assertThat(step("up")).containsExactly(0L, 1L, 2L, 3L);
        assertThat(step("down")).isEmpty();
        assertThat(status("down", 0)).isEqualTo(TriggerRunStatus.WAITING_ON_DEPENDENCY);
        // Window 0 to 2 asks for -1 to 2, of which only 0 to 2 exists; window 2 to 4 for 1 to 4.
        end("up", 0, RunStatus.SUCCEEDED);
        end("up", 1, RunStatus.SUCCEEDED);
        end("up", 2, RunStatus.FAILED);
        end("up", 3, RunStatus.SUCCEEDED);
        step("up");
        assertThat(step("down")).containsExactly(0L);
        assertThat(status("down", 2)).isEqualTo(TriggerRunStatus.WAITING_ON_DEPENDENCY);
    }

    @Test
    void a_window_that_waits_for_the_one_before_goes_alone() {
        trigger(
                "t",
                "'frequency':'Hour','interval':1,'maxConcurrency':50,'dependsOn':[{'type':"
                        + "'SelfDependencyTumblingWindowTriggerReference','offset':'-01:00:00','size':'01:00:00'}]");
        at(3);
        assertThat(step("t")).containsExactly(0L);
        end("t", 0, RunStatus.SUCCEEDED);
        assertThat(step("t")).containsExactly(1L);
        end("t", 1, RunStatus.FAILED);
        assertThat(step("t")).isEmpty();
        assertThat(status("t", 2)).isEqualTo(TriggerRunStatus.WAITING_ON_DEPENDENCY);
        now = now.plus(Duration.ofDays(7));
        step("t");
        assertThat(status("t", 2)).isEqualTo(TriggerRunStatus.FAILED);
    }

    @Test
    void what_lies_after_the_other_triggers_last_window_is_not_waited_for_but_the_last_window_is() {
        trigger("up", "'frequency':'Hour','interval':1,'maxConcurrency':50,'endTime':'2026-01-01T01:00:00Z'");
        trigger(
                "down",
                "'frequency':'Minute','interval':30,'maxConcurrency':50,'dependsOn':[{'type':"
                        + "'TumblingWindowTriggerDependencyReference','size':'02:00:00',"
                        + "'referenceTrigger':{'referenceName':'up','type':'TriggerReference'}}]");
        now = T0.plus(Duration.ofMinutes(90));
        // 00:00 and 00:30 wait for the window 00:00 to 01:00, 01:00 for nothing.
        assertThat(step("down")).containsExactly(1L);
        step("up");
        end("up", 0, RunStatus.SUCCEEDED);
        step("up");
        assertThat(step("down")).containsExactly(0L, 0L);
    }

    @Test
    void windows_of_months_are_as_long_as_the_months() {
        trigger("t", "'frequency':'Month','interval':1,'maxConcurrency':50");
        now = Instant.parse("2026-04-15T00:00:00Z");
        step("t");
        List<String> starts = new ArrayList<>();
        triggers.get("t")
                .windows
                .keySet()
                .forEach(at -> starts.add(at.toString().substring(0, 10)));
        assertThat(starts).containsExactly("2026-01-01", "2026-02-01", "2026-03-01");
    }

    @Test
    void years_to_make_up_for_need_no_more_room_than_any_other() {
        trigger("t", "'frequency':'Minute','interval':5,'maxConcurrency':50");
        at(24 * 365 * 5);
        assertThat(step("t")).hasSize(50);
        assertThat(triggers.get("t").windows).hasSize(Windows.OPEN);
    }

    @Test
    void a_window_run_again_is_a_new_run_of_the_same_group() {
        trigger("t", HOURLY);
        at(1);
        step("t");
        end("t", 0, RunStatus.FAILED);
        step("t");
        TriggerWindow failed = triggers.get("t").windows.get(T0);
        TriggerWindow again = new Windows("t", triggers.get("t").trigger, List.of(), others, now, () -> "id" + ids++)
                .again(failed, Map.of());
        assertThat(again.status()).isEqualTo(TriggerRunStatus.WAITING);
        assertThat(again.run().triggerRunId()).isNotEqualTo(failed.run().triggerRunId());
        assertThat(again.run().groupId()).isEqualTo(failed.run().groupId());
        triggers.get("t").windows.put(T0, again);
        assertThat(step("t")).containsExactly(0L);
    }
}
