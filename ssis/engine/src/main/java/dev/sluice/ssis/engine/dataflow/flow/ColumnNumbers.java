package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Pipeline;
import java.util.HashMap;
import java.util.Map;

/// The number of each column, which rows with errors carry in ErrorColumn: the lineage id of the old encoding, and in
/// the new one, whose lineages are texts, the column's place in the document from 1.
public final class ColumnNumbers {
    private final Map<String, Integer> numbers = new HashMap<>();

    public ColumnNumbers(Pipeline pipeline) {
        for (Component component : pipeline.components()) {
            component.outputColumns().forEach(c -> {
                int place = numbers.size() + 1;
                boolean number = !c.lineage().isEmpty()
                        && c.lineage().length() < 10
                        && c.lineage().chars().allMatch(Character::isDigit);
                numbers.put(c.lineage(), number ? Integer.parseInt(c.lineage()) : place);
            });
        }
    }

    /// All columns of the data flow: lineage to number.
    public Map<String, Integer> all() {
        return Map.copyOf(numbers);
    }

    public int of(String lineage) {
        return numbers.getOrDefault(lineage, 0);
    }
}
