package dev.sluice.service.run;

import dev.sluice.model.Activity;
import dev.sluice.model.Dependency;
import dev.sluice.model.InnerLists;
import dev.sluice.model.Json;
import dev.sluice.model.Pipeline;
import dev.sluice.model.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// What a rerun takes over from the run before it.
///
/// Activities that are kept count as done: they have their recorded outcome and output, which expressions read, and a
/// record in the new run. From a failure on, what succeeded is kept unless something before it is run again; from an
/// activity on, that activity and everything after it is run again, what stands before it is kept (as succeeded, where
/// its own outcome would not let the activity start), and the rest as from a failure on. A container is kept or run
/// again as a whole.
///
/// Data Factory's documents are silent about variables. Here a variable that only kept activities write has the value
/// it had at the end; one that is written again has what the kept SetVariable and AppendVariable activities of the
/// pipeline's own list made of it.
final class Recovery {
    private final Pipeline pipeline;
    private final Rerun rerun;
    private final String runId;
    private final Map<String, Activity> byName = new LinkedHashMap<>();
    private final Map<String, Boolean> stable = new HashMap<>();

    Recovery(Pipeline pipeline, Rerun rerun, String runId) {
        this.pipeline = pipeline;
        this.rerun = rerun;
        this.runId = runId;
        pipeline.activities().forEach(a -> byName.put(key(a.name()), a));
    }

    /// Whether the activity to start from is one of the pipeline.
    boolean knowsStart() {
        return rerun.start()
                .map(Recovery::key)
                .filter(k -> !byName.containsKey(k))
                .isEmpty();
    }

    /// The new run's activities, by path.
    Map<String, ActivityState> activities() {
        Map<String, ActivityState> states = new LinkedHashMap<>();
        pipeline.activities().forEach(a -> states.put(a.name(), ActivityState.WAITING));
        if (rerun.whole()) {
            return states;
        }
        Set<String> before = before();
        for (Activity activity : pipeline.activities()) {
            ActivityState ended = ended(activity);
            if (before.contains(key(activity.name()))) {
                states.put(activity.name(), kept(activity, ended == null ? ActivityState.WAITING : ended));
            } else if (ended != null && stable(activity)) {
                states.put(activity.name(), taken(activity, ended));
            }
        }
        return states;
    }

    /// Everything that the start activity depends on, directly or not.
    private Set<String> before() {
        Set<String> before = new TreeSet<>();
        rerun.start().ifPresent(start -> collect(Objects.requireNonNull(byName.get(key(start))), before));
        return before;
    }

    private void collect(Activity activity, Set<String> before) {
        for (Dependency dependency : activity.dependsOn()) {
            if (before.add(key(dependency.activity()))) {
                collect(target(dependency), before);
            }
        }
    }

    /// Whether an activity's outcome is as it would be again: it went well or was passed over, and so is everything it
    /// depends on; nothing is, from the start activity on.
    private boolean stable(Activity activity) {
        String name = key(activity.name());
        Boolean known = stable.get(name);
        if (known == null) {
            ActivityState state = ended(activity);
            boolean fine = state != null
                    && (state.status() == ActivityStatus.SUCCEEDED || state.status() == ActivityStatus.SKIPPED);
            known = fine
                    && !rerun.start().map(Recovery::key).equals(java.util.Optional.of(name))
                    && activity.dependsOn().stream().allMatch(d -> stable(target(d)));
            stable.put(name, known);
        }
        return known;
    }

    /// How the same activity ended in the run before; null when it did not.
    private @Nullable ActivityState ended(Activity activity) {
        for (Activity old : Pipeline.of(rerun.of().pipeline()).activities()) {
            if (old.name().equalsIgnoreCase(activity.name()) && old.is(activity.type())) {
                ActivityState state = rerun.of().activities().get(old.name());
                return state != null && state.status().ended() ? state : null;
            }
        }
        return null;
    }

    /// An activity before the start: with its own outcome if all that depend on it on the way can live with that.
    private ActivityState kept(Activity activity, ActivityState ended) {
        boolean fits = byName.values().stream()
                .filter(a -> onTheWay(a))
                .flatMap(a -> a.dependsOn().stream())
                .filter(d -> d.activity().equalsIgnoreCase(activity.name()))
                .allMatch(d -> d.conditions().stream().anyMatch(c -> Dependencies.holds(c, ended.status())));
        return taken(activity, fits ? ended : ended.in(ActivityStatus.SUCCEEDED));
    }

    private boolean onTheWay(Activity activity) {
        String name = key(activity.name());
        return before().contains(name) || rerun.start().map(Recovery::key).equals(java.util.Optional.of(name));
    }

    private ActivityState taken(Activity activity, ActivityState ended) {
        return ended.activityRunId().isEmpty()
                ? ended
                : ended.as(Launch.attemptId(runId, activity.name(), ended.attempt()));
    }

    Map<String, JsonNode> variables(Map<String, ActivityState> kept) {
        Map<String, JsonNode> values = Variables.initial(pipeline);
        if (rerun.whole()) {
            return values;
        }
        Set<String> again = new TreeSet<>();
        pipeline.activities().stream()
                .filter(a -> kept.get(a.name()) == ActivityState.WAITING)
                .forEach(a -> writes(a.place(), again));
        values.replaceAll(
                (name, initial) -> again.contains(key(name)) ? replayed(name, initial, kept) : old(name, initial));
        return values;
    }

    private JsonNode old(String name, JsonNode initial) {
        return rerun.of().variables().entrySet().stream()
                .filter(e -> e.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(initial);
    }

    private JsonNode replayed(String name, JsonNode initial, Map<String, ActivityState> kept) {
        List<Activity> writers = new ArrayList<>();
        pipeline.activities().stream()
                .filter(a -> a.is("SetVariable") || a.is("AppendVariable"))
                .filter(a -> state(kept, a).endedAt() != null)
                .filter(a -> state(kept, a).output().path("name").asString("").equalsIgnoreCase(name))
                .sorted(Comparator.comparing(
                        a -> Objects.requireNonNull(state(kept, a).endedAt())))
                .forEach(writers::add);
        JsonNode value = initial;
        for (Activity writer : writers) {
            JsonNode written = state(kept, writer).output().path("value");
            if (writer.is("SetVariable")) {
                value = written;
            } else {
                ArrayNode longer = Json.array();
                value.forEach(longer::add);
                longer.add(written);
                value = longer;
            }
        }
        return value;
    }

    private static ActivityState state(Map<String, ActivityState> states, Activity activity) {
        return Objects.requireNonNull(states.get(activity.name()));
    }

    /// The variables that an activity or one inside it writes.
    private static void writes(Place activity, Set<String> names) {
        JsonNode name = activity.member("typeProperties").member("variableName").json();
        if (name.isString()) {
            names.add(key(name.stringValue()));
        }
        InnerLists.of(activity).stream()
                .filter(list -> list.json().isArray())
                .forEach(list -> list.items().forEach(inner -> writes(inner, names)));
    }

    private Activity target(Dependency dependency) {
        return Objects.requireNonNull(byName.get(key(dependency.activity())));
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
