package dev.sluice.ssis.engine.dataflow.lookup;

import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import java.util.List;

/// What a Cache Transform left for Lookups of the same execution. Immutable.
record CachedTable(Layout layout, List<Buffer> buffers) {
    CachedTable {
        buffers = List.copyOf(buffers);
    }

    /// Place of the column of that name, without regard to case; -1 when there is none.
    int indexOf(String name) {
        for (int i = 0; i < layout.size(); i++) {
            if (layout.column(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }
}
