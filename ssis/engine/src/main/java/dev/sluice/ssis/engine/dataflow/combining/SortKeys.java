package dev.sluice.ssis.engine.dataflow.combining;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import dev.sluice.ssis.packages.Component;
import java.util.Comparator;
import java.util.List;

/// The keys by which an input says that it is sorted: `cachedSortKeyPosition` of its columns, negative for descending.
final class SortKeys {
    private SortKeys() {}

    static List<Keys.Part> of(Wiring wiring, int input) {
        return of(wiring, input, Integer.MAX_VALUE);
    }

    /// @param most only so many of the first keys count
    static List<Keys.Part> of(Wiring wiring, int input, int most) {
        List<Keys.Part> parts = wiring.component().inputs().get(input).columns().stream()
                .filter(c -> position(c) != 0)
                .sorted(Comparator.comparingInt(c -> Math.abs(position(c))))
                .limit(most)
                .map(c -> new Keys.Part(
                        wiring.column(input, c.lineage()),
                        position(c) < 0,
                        c.attributes().number("cachedComparisonFlags", 0),
                        true))
                .toList();
        if (parts.isEmpty() && wiring.hasInput().get(input)) {
            throw wiring.invalid(
                    "its input '" + wiring.component().inputs().get(input).name() + "' does not say how it is sorted",
                    Codes.SORT_ORDER);
        }
        return parts;
    }

    private static int position(Component.InputColumn c) {
        return c.attributes().number("cachedSortKeyPosition", 0);
    }
}
