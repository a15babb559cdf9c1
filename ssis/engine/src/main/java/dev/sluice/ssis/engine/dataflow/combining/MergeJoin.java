package dev.sluice.ssis.engine.dataflow.combining;

import dev.sluice.data.batch.MemoryBudgetExceededException;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.packages.Component;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Merge Join: inner, left or full join of two sorted inputs. Rows of the right input with the key at hand are kept
/// while rows of the left one have it.
public final class MergeJoin implements Operator {
    private static final int FULL = 0;
    private static final int LEFT = 1;
    private static final int ROW_BYTES = 64;

    private final Wiring wiring;
    private final int main;
    private final int type;
    private final boolean nullsEqual;
    private final List<Keys.Part> leftKeys;
    private final List<Keys.Part> rightKeys;
    private final List<Kept> kept = new ArrayList<>();
    private long reserved;

    private record Kept(Buffer buffer, int row) {}

    public MergeJoin(Wiring wiring) {
        this.wiring = wiring;
        this.main = wiring.mainOutputs()[0];
        this.type = wiring.number("JoinType", 2);
        this.nullsEqual = wiring.flag("TreatNullsAsEqual", true);
        int keys = wiring.number("NumKeyColumns", 1);
        this.leftKeys = SortKeys.of(wiring, 0, keys);
        this.rightKeys = SortKeys.of(wiring, 1, keys);
        for (int i = 0; i < Math.min(leftKeys.size(), rightKeys.size()); i++) {
            var left = wiring.inputs().get(0).column(leftKeys.get(i).column());
            var right = wiring.inputs().get(1).column(rightKeys.get(i).column());
            if (left.type().kind() != right.type().kind()
                    || leftKeys.get(i).descending() != rightKeys.get(i).descending()) {
                throw wiring.invalid(
                        "its keys '" + left.name() + "' (" + left.type() + ") and '" + right.name() + "' ("
                                + right.type() + ") do not go together",
                        Codes.INVALID);
            }
        }
    }

    /// By the output columns' InputColumnID, the id of a column of one of the inputs.
    private Columnwise map(int input) {
        Layout to = wiring.outputs().get(main);
        int[] sources = new int[to.size()];
        Arrays.fill(sources, -1);
        List<Component.OutputColumn> columns =
                wiring.component().outputs().get(main).columns();
        for (int i = 0; i < sources.length; i++) {
            String id = References.lineage(References.text(columns.get(i).properties(), "InputColumnID"));
            for (Component.InputColumn c :
                    wiring.component().inputs().get(input).columns()) {
                if (c.id().equals(id)) {
                    sources[i] = wiring.column(input, c.lineage());
                }
            }
        }
        return Columnwise.of(wiring, input, to, sources);
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException {
        SortedInput left = new SortedInput(wiring, in, 0, leftKeys);
        SortedInput right = new SortedInput(wiring, in, 1, rightKeys);
        Joined joined = new Joined(map(0), map(1), wiring.builder(main), out);
        boolean moreLeft = left.next();
        boolean moreRight = right.next();
        while (moreLeft || moreRight) {
            int order = !moreLeft ? 1 : !moreRight ? -1 : Keys.compare(left.key(), right.key());
            if (order < 0) {
                if (type == LEFT || type == FULL) {
                    joined.left(left);
                }
                moreLeft = left.next();
            } else if (order > 0) {
                if (type == FULL) {
                    joined.right(right.buffer(), right.row());
                }
                moreRight = right.next();
            } else if (left.anyNull() && !nullsEqual) {
                // Neither has a partner: both go on alone.
                byte[] key = left.key();
                while (moreLeft && Arrays.equals(key, left.key())) {
                    if (type == LEFT || type == FULL) {
                        joined.left(left);
                    }
                    moreLeft = left.next();
                }
                while (moreRight && Arrays.equals(key, right.key())) {
                    if (type == FULL) {
                        joined.right(right.buffer(), right.row());
                    }
                    moreRight = right.next();
                }
            } else {
                byte[] key = left.key();
                while (moreRight && Arrays.equals(key, right.key())) {
                    keep(right);
                    moreRight = right.next();
                }
                while (moreLeft && Arrays.equals(key, left.key())) {
                    for (Kept k : kept) {
                        joined.both(left, k);
                    }
                    moreLeft = left.next();
                }
                forget();
            }
        }
        joined.end();
    }

    private void keep(SortedInput right) {
        if (kept.isEmpty() || kept.getLast().buffer() != right.buffer()) {
            reserve(right.buffer().bytes());
        }
        reserve(ROW_BYTES);
        kept.add(new Kept(right.buffer(), right.row()));
    }

    private void reserve(long bytes) {
        try {
            wiring.around().memory().reserve(bytes);
            reserved += bytes;
        } catch (MemoryBudgetExceededException e) {
            throw wiring.failed(
                    "the " + kept.size() + " rows of its right input with the same key do not fit in the "
                            + wiring.around().memory().limit() + " bytes that the data flow may hold",
                    Codes.MEMORY);
        }
    }

    private void forget() {
        kept.clear();
        wiring.around().memory().release(reserved);
        reserved = 0;
    }

    @Override
    public void close() {
        forget();
    }

    private final class Joined {
        private final Columnwise left;
        private final Columnwise right;
        private final BufferBuilder rows;
        private final Outputs out;

        Joined(Columnwise left, Columnwise right, BufferBuilder rows, Outputs out) {
            this.left = left;
            this.right = right;
            this.rows = rows;
            this.out = out;
        }

        void left(SortedInput from) throws IOException, SQLException, InterruptedException {
            left.set(rows, from.buffer(), from.row());
            left.rest(rows);
            next();
        }

        void right(Buffer from, int row) throws IOException, SQLException, InterruptedException {
            right.set(rows, from, row);
            right.rest(rows);
            next();
        }

        void both(SortedInput from, Kept partner) throws IOException, SQLException, InterruptedException {
            left.set(rows, from.buffer(), from.row());
            right.set(rows, partner.buffer(), partner.row());
            next();
        }

        private void next() throws IOException, SQLException, InterruptedException {
            rows.next();
            if (rows.full()) {
                out.send(main, rows.take());
            }
        }

        void end() throws IOException, SQLException, InterruptedException {
            out.send(main, rows.take());
        }
    }
}
