package dev.sluice.ssis.engine.dataflow.combining;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of an input one by one, whose keys must be in order. One thread.
final class SortedInput {
    private final Wiring wiring;
    private final Inputs in;
    private final int input;
    private final Keys keys;
    private final boolean attached;
    private @Nullable Buffer buffer;
    private int row = -1;
    private byte[] key = new byte[0];
    private boolean anyNull;
    private boolean started;
    private long number;

    SortedInput(Wiring wiring, Inputs in, int input, List<Keys.Part> parts) {
        this.wiring = wiring;
        this.in = in;
        this.input = input;
        this.keys = new Keys(parts);
        this.attached = wiring.hasInput().get(input);
    }

    /// Goes to the next row.
    ///
    /// @return false at the end
    boolean next() throws IOException, InterruptedException {
        row++;
        while (attached && (buffer == null || row >= buffer.rows())) {
            buffer = in.next(input);
            row = 0;
            if (buffer == null) {
                return false;
            }
        }
        if (buffer == null) {
            return false;
        }
        number++;
        keys.read(buffer, row);
        byte[] now = keys.copy();
        if (started && Keys.compare(key, now) > 0) {
            throw SsisFaults.NOT_SORTED
                    .problem()
                    .at(wiring.component().id())
                    .evidence("component", wiring.component().name())
                    .evidence("input", wiring.component().inputs().get(input).name())
                    .evidence("detail", "row " + number + " belongs before the one that came before it")
                    .evidence("ssisCode", Codes.SORT_ORDER.hex())
                    .exception();
        }
        started = true;
        key = now;
        anyNull = keys.anyNull();
        return true;
    }

    Buffer buffer() {
        if (buffer == null) {
            throw new IllegalStateException("the input has ended");
        }
        return buffer;
    }

    int row() {
        return row;
    }

    byte[] key() {
        return key;
    }

    boolean anyNull() {
        return anyNull;
    }
}
