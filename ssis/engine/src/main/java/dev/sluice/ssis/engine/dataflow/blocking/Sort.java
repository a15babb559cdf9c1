package dev.sluice.ssis.engine.dataflow.blocking;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Vector;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.Scratch;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Column;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sort. Rows with equal keys keep the order in which they came; with EliminateDuplicates only the first one stays.
public final class Sort implements Operator {
    private static final String KEY = "sort key";
    private static final int ROW_BYTES = 64;
    private static final int MOST_RUNS = 64;
    private static final BufferBuilder.Sizing RUN_BUFFERS = new BufferBuilder.Sizing(2_000, 256 << 10);

    private final Wiring wiring;
    private final int main;
    private final Layout output;
    private final Layout spilled;
    private final int[] sources;
    private final Keys keys;
    private final boolean distinct;
    private final MemoryBudget memory;
    private final List<Buffer> buffers = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Scratch.Spill> runs = new ArrayList<>();
    private long reserved;

    private record Entry(byte[] key, int buffer, int row) {}

    public Sort(Wiring wiring) {
        this.wiring = wiring;
        this.main = wiring.mainOutputs()[0];
        this.output = wiring.outputs().get(main);
        this.distinct = wiring.flag("EliminateDuplicates", false);
        this.memory = wiring.around().memory();
        this.sources = new int[output.size()];
        List<Component.OutputColumn> columns =
                wiring.component().outputs().get(main).columns();
        Set<String> all = new HashSet<>(Set.of(KEY));
        for (int i = 0; i < sources.length; i++) {
            sources[i] = wiring.column(
                    0, References.lineage(References.text(columns.get(i).properties(), "SortColumnId")));
            all.add(columns.get(i).lineage());
        }
        List<Column> kept = new ArrayList<>(output.columns());
        kept.add(new Column(KEY, 0, KEY, SsisType.of(SsisType.Kind.IMAGE)));
        this.spilled = new Layout(kept, all);
        this.keys = new Keys(parts());
    }

    private List<Keys.Part> parts() {
        List<Component.InputColumn> columns =
                wiring.component().inputs().getFirst().columns();
        List<Keys.Part> parts = columns.stream()
                .filter(c -> position(c) != 0)
                .sorted(Comparator.comparingInt(c -> Math.abs(position(c))))
                .map(c -> new Keys.Part(
                        wiring.column(0, c.lineage()),
                        position(c) < 0,
                        References.number(c.properties(), "NewComparisonFlags", 0),
                        true))
                .toList();
        if (parts.isEmpty()) {
            throw wiring.invalid("no column of its input is a sort key", Codes.INVALID);
        }
        return parts;
    }

    private static int position(Component.InputColumn c) {
        return References.number(c.properties(), "NewSortKeyPosition", 0);
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException {
        for (Buffer buffer = in.next(0); buffer != null; buffer = in.next(0)) {
            add(buffer);
        }
        if (runs.isEmpty()) {
            emitMemory(out);
        } else {
            spill();
            while (runs.size() > MOST_RUNS) {
                List<Scratch.Spill> first = List.copyOf(runs.subList(0, MOST_RUNS));
                runs.subList(0, MOST_RUNS).clear();
                runs.addFirst(merged(first));
            }
            emitMerged(out);
        }
    }

    private void add(Buffer buffer) throws IOException {
        @Nullable Vector[] vectors = new Vector[output.size()];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = buffer.vector(sources[i]);
        }
        Buffer kept = new Buffer(output, vectors, buffer.rows());
        List<Entry> added = new ArrayList<>(buffer.rows());
        long bytes = kept.bytes();
        for (int row = 0; row < buffer.rows(); row++) {
            keys.read(buffer, row);
            added.add(new Entry(keys.copy(), 0, row));
            bytes += ROW_BYTES + keys.length();
        }
        boolean counted = memory.tryReserve(bytes);
        if (!counted && !entries.isEmpty()) {
            spill();
            counted = memory.tryReserve(bytes);
        }
        reserved += counted ? bytes : 0;
        buffers.add(kept);
        for (Entry e : added) {
            entries.add(new Entry(e.key(), buffers.size() - 1, e.row()));
        }
        if (!counted) {
            // Somebody else holds the grant: one buffer at a time still gets on.
            spill();
        }
    }

    private void order() {
        entries.sort((a, b) -> Keys.compare(a.key(), b.key()));
    }

    /// Writes what is in memory as a sorted run.
    private void spill() throws IOException {
        if (entries.isEmpty()) {
            return;
        }
        order();
        Scratch.Spill run = wiring.around().scratch().spill(wiring.component().name(), spilled);
        BufferBuilder into = BufferBuilder.of(spilled, RUN_BUFFERS);
        byte[] before = null;
        for (Entry e : entries) {
            if (!distinct || before == null || !Arrays.equals(before, e.key())) {
                put(into, buffers.get(e.buffer()), e.row(), e.key());
                if (into.full()) {
                    run.write(into.take());
                }
            }
            before = e.key();
        }
        run.write(into.take());
        run.written();
        runs.add(run);
        forget();
    }

    private void forget() {
        entries.clear();
        buffers.clear();
        memory.release(reserved);
        reserved = 0;
    }

    private void put(BufferBuilder into, Buffer from, int row, byte[] key) {
        for (int i = 0; i < output.size(); i++) {
            into.copy(i, from.vector(i), row);
        }
        if (into.layout() == spilled) {
            ((BytesVector) into.vector(output.size())).set(into.rows(), key, 0, key.length);
        }
        into.next();
    }

    private void emitMemory(Outputs out) throws IOException, SQLException, InterruptedException {
        order();
        BufferBuilder into = wiring.builder(main);
        byte[] before = null;
        for (Entry e : entries) {
            if (!distinct || before == null || !Arrays.equals(before, e.key())) {
                put(into, buffers.get(e.buffer()), e.row(), e.key());
                if (into.full()) {
                    out.send(main, into.take());
                }
            }
            before = e.key();
        }
        out.send(main, into.take());
        forget();
    }

    private interface Taker {
        void take(Buffer buffer) throws IOException, SQLException, InterruptedException;
    }

    private Scratch.Spill merged(List<Scratch.Spill> some) throws IOException, SQLException, InterruptedException {
        Scratch.Spill run = wiring.around().scratch().spill(wiring.component().name(), spilled);
        merge(some, BufferBuilder.of(spilled, RUN_BUFFERS), run::write);
        run.written();
        return run;
    }

    private void emitMerged(Outputs out) throws IOException, SQLException, InterruptedException {
        merge(Collections.unmodifiableList(runs), wiring.builder(main), buffer -> out.send(main, buffer));
    }

    /// Runs are given in the order in which their rows came, which decides between equal keys.
    private void merge(List<Scratch.Spill> some, BufferBuilder into, Taker taker)
            throws IOException, SQLException, InterruptedException {
        PriorityQueue<Cursor> cursors = new PriorityQueue<>(
                Comparator.<Cursor, byte[]>comparing(c -> c.key, Keys::compare).thenComparingInt(c -> c.number));
        for (int i = 0; i < some.size(); i++) {
            Cursor cursor = new Cursor(i, some.get(i), output.size());
            if (cursor.next()) {
                cursors.add(cursor);
            }
        }
        byte[] before = null;
        while (!cursors.isEmpty()) {
            Cursor least = cursors.remove();
            if (!distinct || before == null || !Arrays.equals(before, least.key)) {
                put(into, least.buffer(), least.row, least.key);
                if (into.full()) {
                    taker.take(into.take());
                }
            }
            before = least.key;
            if (least.next()) {
                cursors.add(least);
            }
        }
        taker.take(into.take());
    }

    /// A place in a run.
    private static final class Cursor {
        private final int number;
        private final Scratch.Spill run;
        private final int keyColumn;
        private @Nullable Buffer buffer;
        private int row;
        private byte[] key = new byte[0];

        Cursor(int number, Scratch.Spill run, int keyColumn) {
            this.number = number;
            this.run = run;
            this.keyColumn = keyColumn;
        }

        boolean next() throws IOException {
            row++;
            while (buffer == null || row >= buffer.rows()) {
                buffer = run.next();
                row = 0;
                if (buffer == null) {
                    return false;
                }
            }
            BytesVector v = (BytesVector) buffer.vector(keyColumn);
            key = Arrays.copyOfRange(v.data(), v.offsets()[row], v.offsets()[row + 1]);
            return true;
        }

        Buffer buffer() {
            if (buffer == null) {
                throw new IllegalStateException("the run has ended");
            }
            return buffer;
        }
    }

    @Override
    public void close() {
        forget();
    }
}
