package dev.sluice.ssis.engine.dataflow.database;

import dev.sluice.data.batch.MemoryBudgetExceededException;
import dev.sluice.ssis.engine.control.Cell;
import dev.sluice.ssis.engine.control.Table;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.packages.Component;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Recordset Destination: all rows in an Object variable, for the ADO enumerator. They stay in memory, so they count
/// against the data flow's grant.
public final class RecordsetDestination implements Operator {
    private final Wiring wiring;
    private final List<Component.InputColumn> columns;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private long reserved;

    public RecordsetDestination(Wiring wiring) {
        this.wiring = wiring;
        this.columns = wiring.component().inputs().getFirst().columns();
    }

    private Cell variable() {
        return wiring.around().call().scope().require(wiring.component().property("VariableName"));
    }

    @Override
    public void prepare() {
        variable();
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, InterruptedException {
        int[] places =
                columns.stream().mapToInt(c -> wiring.column(0, c.lineage())).toArray();
        for (Buffer buffer = in.next(0); buffer != null; buffer = in.next(0)) {
            reserve(buffer.bytes() * 4);
            for (int row = 0; row < buffer.rows(); row++) {
                List<@Nullable Object> values = new ArrayList<>(places.length);
                for (int place : places) {
                    values.add(buffer.value(place, row));
                }
                rows.add(Collections.unmodifiableList(values));
            }
        }
    }

    private void reserve(long bytes) {
        try {
            wiring.around().memory().reserve(bytes);
            reserved += bytes;
        } catch (MemoryBudgetExceededException e) {
            throw wiring.failed(
                    "its rows do not fit in the " + wiring.around().memory().limit()
                            + " bytes that the data flow may hold",
                    Codes.MEMORY);
        }
    }

    @Override
    public void completed() {
        List<String> names = columns.stream()
                .map(c -> wiring.columnOf(0, c.lineage()).name())
                .toList();
        variable().set(new Table(names, rows));
        wiring.around().information("\"" + wiring.component().name() + "\" wrote " + rows.size() + " rows.");
    }

    @Override
    public void close() {
        wiring.around().memory().release(reserved);
        reserved = 0;
    }
}
