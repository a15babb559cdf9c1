package dev.sluice.local.check;

import dev.sluice.model.Place;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What an activity stands among: its list, and the lists of the containers around it.
///
/// @param names of the list's activities, by lower-case name
/// @param reader the activity that reads, of this list
/// @param before lower-case names of those that are over when it starts
/// @param outer the list around; null for the pipeline's own
/// @param item whether `item()` can be read
record Surroundings(
        Map<String, String> names,
        String reader,
        Set<String> before,
        @Nullable Surroundings outer,
        boolean item) {
    /// Of one activity of a list.
    static Surroundings of(List<Place> list, Place activity, @Nullable Surroundings outer, boolean item) {
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, Place> places = new HashMap<>();
        for (Place one : list) {
            String name = name(one);
            names.put(key(name), name);
            places.put(key(name), one);
        }
        Set<String> before = new HashSet<>();
        Deque<Place> open = new ArrayDeque<>(List.of(activity));
        while (!open.isEmpty()) {
            for (String target : targets(open.removeFirst())) {
                Place place = places.get(target);
                if (before.add(target) && place != null) {
                    open.add(place);
                }
            }
        }
        return new Surroundings(names, name(activity), before, outer, item);
    }

    /// As seen by the condition of a loop that also reads the activities inside it.
    Surroundings seeingInto(List<Place> inner) {
        Map<String, String> names = new LinkedHashMap<>();
        inner.forEach(a -> names.put(key(name(a)), name(a)));
        return new Surroundings(names, reader, names.keySet(), this, item);
    }

    Surroundings withItem() {
        return new Surroundings(names, reader, before, outer, true);
    }

    /// Whether there is such an activity in reach.
    boolean reaches(String activity) {
        return names.containsKey(key(activity)) || (outer != null && outer.reaches(activity));
    }

    /// Whether it is over when the reader starts.
    boolean waitsFor(String activity) {
        if (names.containsKey(key(activity))) {
            return before.contains(key(activity));
        }
        return outer != null && outer.waitsFor(activity);
    }

    /// The reader in the list in which the activity stands: it is this one that would have to wait.
    String waiting(String activity) {
        return names.containsKey(key(activity)) || outer == null ? reader : outer.waiting(activity);
    }

    /// All names in reach but the reader's own, sorted.
    Set<String> all() {
        Set<String> all = new TreeSet<>(names.values());
        if (outer != null) {
            all.addAll(outer.all());
        }
        all.remove(reader);
        return all;
    }

    private static Set<String> targets(Place activity) {
        Set<String> targets = new HashSet<>();
        JsonNode list = activity.member("dependsOn").json();
        if (list.isArray()) {
            activity.member("dependsOn")
                    .items()
                    .forEach(d -> targets.add(key(d.member("activity").json().asString(""))));
        }
        return targets;
    }

    static String name(Place activity) {
        return activity.member("name").json().asString("");
    }

    static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
