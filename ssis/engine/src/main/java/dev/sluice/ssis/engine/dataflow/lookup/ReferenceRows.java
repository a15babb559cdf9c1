package dev.sluice.ssis.engine.dataflow.lookup;

import dev.sluice.data.batch.MemoryBudgetExceededException;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.KeyTable;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Rows kept in memory under their keys; of rows with the same key the first one. Counted against the data flow's grant
/// until it is closed.
final class ReferenceRows implements AutoCloseable {
    private final Wiring wiring;
    private final Layout layout;
    private final List<Buffer> buffers = new ArrayList<>();
    private final KeyTable table = new KeyTable();
    private final Keys keys;
    private int[] bufferOf = new int[1 << 10];
    private int[] rowOf = new int[1 << 10];
    private long reserved;
    private long duplicates;

    /// @param keyColumns places in the layout
    ReferenceRows(Wiring wiring, Layout layout, int[] keyColumns) {
        this.wiring = wiring;
        this.layout = layout;
        this.keys =
                new Keys(Arrays.stream(keyColumns).mapToObj(Keys.Part::equal).toList());
    }

    Layout layout() {
        return layout;
    }

    void add(Buffer buffer) {
        buffers.add(buffer);
        for (int row = 0; row < buffer.rows(); row++) {
            keys.read(buffer, row);
            int before = table.size();
            int number = table.number(keys.bytes(), keys.length());
            if (number < before) {
                duplicates++;
                continue;
            }
            if (number == rowOf.length) {
                rowOf = Arrays.copyOf(rowOf, 2 * number);
                bufferOf = Arrays.copyOf(bufferOf, 2 * number);
            }
            bufferOf[number] = buffers.size() - 1;
            rowOf[number] = row;
        }
        reserve(buffer.bytes());
    }

    private long tableBytes;

    private void reserve(long more) {
        long now = table.bytes() + 8L * rowOf.length;
        long wanted = more + now - tableBytes;
        tableBytes = now;
        try {
            wiring.around().memory().reserve(wanted);
            reserved += wanted;
        } catch (MemoryBudgetExceededException e) {
            throw wiring.failed(
                    "its reference rows (" + table.size() + " so far) do not fit in the "
                            + wiring.around().memory().limit() + " bytes that the data flow may hold",
                    Codes.MEMORY);
        }
    }

    /// How many rows had a key that another had before.
    long duplicates() {
        return duplicates;
    }

    int size() {
        return table.size();
    }

    /// The number of the row with that key; -1 when there is none.
    int find(byte[] key, int length) {
        return table.find(key, length);
    }

    Buffer buffer(int number) {
        return buffers.get(bufferOf[number]);
    }

    int row(int number) {
        return rowOf[number];
    }

    @Override
    public void close() {
        wiring.around().memory().release(reserved);
        reserved = 0;
        buffers.clear();
    }
}
