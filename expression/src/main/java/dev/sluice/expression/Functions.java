package dev.sluice.expression;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Every function of the language by its lower-case name, and the closest name to one that does not exist.
final class Functions {
    private static final Map<String, NamedFunction> ALL = collect();

    private Functions() {}

    static @Nullable NamedFunction byName(String name) {
        return ALL.get(name.toLowerCase(Locale.ROOT));
    }

    static List<NamedFunction> all() {
        return List.copyOf(ALL.values());
    }

    private static Map<String, NamedFunction> collect() {
        Map<String, NamedFunction> all = new HashMap<>();
        Stream.of(
                        StringFunctions.TABLE,
                        CollectionFunctions.TABLE,
                        LogicalFunctions.TABLE,
                        ConversionFunctions.TABLE,
                        XmlFunctions.TABLE,
                        MathFunctions.TABLE,
                        DateFunctions.TABLE)
                .flatMap(List::stream)
                .forEach(f -> {
                    if (all.put(f.name().toLowerCase(Locale.ROOT), f) != null) {
                        throw new IllegalStateException(f.name() + " is in two tables");
                    }
                });
        return Map.copyOf(all);
    }

    /// The known name with the fewest edits to this one; names further away than half its length are no
    /// suggestion.
    static @Nullable String closest(String name) {
        TreeSet<String> names = new TreeSet<>();
        ALL.values().forEach(f -> names.add(f.name()));
        ContextFunctions.arities().values().forEach(c -> names.add(c.name()));
        String best = null;
        int fewest = Math.max(2, name.length() / 2) + 1;
        for (String candidate : names) {
            int edits = edits(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (edits < fewest) {
                fewest = edits;
                best = candidate;
            }
        }
        return best;
    }

    private static int edits(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 40) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
