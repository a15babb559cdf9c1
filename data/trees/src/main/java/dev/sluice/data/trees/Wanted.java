package dev.sluice.data.trees;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which places of a tree are asked for: a tree itself, walked along with the tokens.
final class Wanted {
    private static final int[] NO_COLUMNS = {};

    /// Columns that get the value here.
    int[] columns = NO_COLUMNS;

    final Map<String, Wanted> members = new HashMap<>();
    final Map<Integer, Wanted> elements = new HashMap<>();

    /// Told the name of every member here.
    @Nullable
    Consumer<String> names;

    void add(List<TreePath.Step> steps, int column) {
        Wanted at = this;
        for (TreePath.Step step : steps) {
            at = switch (step) {
                case TreePath.Member m -> at.members.computeIfAbsent(m.name(), n -> new Wanted());
                case TreePath.Element e -> at.elements.computeIfAbsent(e.index(), n -> new Wanted());
            };
        }
        int[] more = java.util.Arrays.copyOf(at.columns, at.columns.length + 1);
        more[at.columns.length] = column;
        at.columns = more;
    }

    boolean goesOn() {
        return names != null || !members.isEmpty() || !elements.isEmpty();
    }

    /// All columns from here down.
    int[] all() {
        List<Integer> found = new ArrayList<>();
        collect(found);
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    private void collect(List<Integer> into) {
        for (int c : columns) {
            into.add(c);
        }
        members.values().forEach(w -> w.collect(into));
        elements.values().forEach(w -> w.collect(into));
    }
}
