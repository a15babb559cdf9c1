package dev.sluice.ssis.engine.dataflow.rows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The columns of the buffers on one path. Immutable. A column that nothing further on reads is dead: its vector may be
/// missing.
public final class Layout {
    public static final Layout EMPTY = new Layout(List.of(), Set.of());

    private final List<Column> columns;
    private final boolean[] live;
    private final Map<String, Integer> byLineage = new HashMap<>();

    /// @param needed lineages of the columns that are read further on
    public Layout(List<Column> columns, Set<String> needed) {
        this.columns = List.copyOf(columns);
        this.live = new boolean[columns.size()];
        for (int i = 0; i < columns.size(); i++) {
            byLineage.put(columns.get(i).lineage(), i);
            live[i] = needed.contains(columns.get(i).lineage());
        }
    }

    /// The same columns with more behind them.
    public Layout with(List<Column> more, Set<String> needed) {
        List<Column> all = new ArrayList<>(columns);
        all.addAll(more);
        return new Layout(all, needed);
    }

    public List<Column> columns() {
        return columns;
    }

    public Column column(int index) {
        return columns.get(index);
    }

    public int size() {
        return columns.size();
    }

    public boolean live(int index) {
        return live[index];
    }

    /// Place of the column of that lineage; -1 when there is none.
    public int indexOf(String lineage) {
        return byLineage.getOrDefault(lineage, -1);
    }
}
