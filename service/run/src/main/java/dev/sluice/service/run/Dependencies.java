package dev.sluice.service.run;

import dev.sluice.model.Activity;
import dev.sluice.model.Dependency;
import dev.sluice.model.Dependency.Condition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/// How activities follow from each other, for the activities of one list. All dependencies of an activity must be
/// satisfied; the conditions of one dependency are alternatives.
final class Dependencies {
    /// Whether an activity's turn has come.
    enum Verdict {
        /// A dependency has not ended yet.
        OPEN,
        /// It may start.
        MET,
        /// It never may: it is skipped.
        UNMET
    }

    private final Map<String, Activity> byName = new LinkedHashMap<>();

    Dependencies(List<Activity> activities) {
        activities.forEach(a -> byName.put(key(a.name()), a));
    }

    /// Judges an activity once everything it depends on has ended.
    Verdict judge(Activity activity, Function<String, ActivityStatus> status) {
        boolean met = true;
        for (Dependency dependency : activity.dependsOn()) {
            ActivityStatus ended = status.apply(target(dependency).name());
            if (!ended.ended()) {
                return Verdict.OPEN;
            }
            met &= dependency.conditions().stream().anyMatch(c -> holds(c, ended));
        }
        return met ? Verdict.MET : Verdict.UNMET;
    }

    /// The activities that decide how the pipeline ends: those that no other depends on, each skipped one replaced by
    /// what it depends on, again and again.
    List<Activity> deciding(Function<String, ActivityStatus> status) {
        Set<String> dependedOn = new HashSet<>();
        byName.values().forEach(a -> a.dependsOn().forEach(d -> dependedOn.add(key(d.activity()))));
        Deque<Activity> open = new ArrayDeque<>();
        byName.forEach((name, activity) -> {
            if (!dependedOn.contains(name)) {
                open.add(activity);
            }
        });
        Set<String> seen = new HashSet<>();
        List<Activity> deciding = new ArrayList<>();
        while (!open.isEmpty()) {
            Activity activity = open.remove();
            if (seen.add(key(activity.name()))) {
                if (status.apply(activity.name()) == ActivityStatus.SKIPPED) {
                    activity.dependsOn().forEach(d -> open.add(target(d)));
                } else {
                    deciding.add(activity);
                }
            }
        }
        return deciding;
    }

    static boolean holds(Condition condition, ActivityStatus ended) {
        return switch (condition) {
            case SUCCEEDED -> ended == ActivityStatus.SUCCEEDED;
            case FAILED -> ended == ActivityStatus.FAILED;
            case SKIPPED -> ended == ActivityStatus.SKIPPED;
            case COMPLETED -> ended == ActivityStatus.SUCCEEDED || ended == ActivityStatus.FAILED;
        };
    }

    private Activity target(Dependency dependency) {
        return Objects.requireNonNull(byName.get(key(dependency.activity())));
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
