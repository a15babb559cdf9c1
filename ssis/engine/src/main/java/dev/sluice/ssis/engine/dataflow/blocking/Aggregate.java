package dev.sluice.ssis.engine.dataflow.blocking;

import dev.sluice.data.batch.MemoryBudget;
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
import dev.sluice.ssis.engine.dataflow.rows.KeyTable;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Aggregate: group by, count, count distinct, sum, average, minimum, maximum; each output with a grouping of its own.
///
/// When the grant is used up, no new groups are begun: rows of groups that have no place go to one of some partitions
/// on disk, each of which is aggregated by itself afterwards, again by partitions where it must be.
public final class Aggregate implements Operator {
    private static final int PARTITIONS = 16;
    private static final int DEEPEST = 6;
    private static final int GROUP_ROWS = 4_096;
    private static final int GROUP_BY = 0;

    private final Wiring wiring;
    private final Layout input;
    private final MemoryBudget memory;
    private final List<Grouping> groupings = new ArrayList<>();

    public Aggregate(Wiring wiring) {
        this.wiring = wiring;
        this.input = wiring.inputs().getFirst();
        this.memory = wiring.around().memory();
        for (int output : wiring.mainOutputs()) {
            if (wiring.hasOutput().get(output)) {
                groupings.add(new Grouping(output));
            }
        }
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException {
        for (Grouping g : groupings) {
            g.begin(0);
        }
        for (Buffer buffer = in.next(0); buffer != null; buffer = in.next(0)) {
            for (Grouping g : groupings) {
                g.add(buffer);
            }
        }
        for (Grouping g : groupings) {
            g.finish(out);
        }
    }

    @Override
    public void close() {
        groupings.forEach(Grouping::release);
    }

    /// The groups of one output.
    private final class Grouping {
        private final int output;
        private final Layout layout;
        private final int[] groupPlaces;
        private final int[] groupSources;
        private final List<Component.OutputColumn> aggregates = new ArrayList<>();
        private final Layout groupLayout;
        private final Keys keys;
        private KeyTable table = new KeyTable();
        private List<Buffer> groups = new ArrayList<>();
        private BufferBuilder latest;
        private List<Accumulator> accumulators = List.of();
        private Scratch.@Nullable Spill[] partitions = new Scratch.Spill[0];
        private long reserved;
        private int level;
        private boolean closed;
        private boolean any;

        Grouping(int output) {
            this.output = output;
            this.layout = wiring.outputs().get(output);
            List<Keys.Part> parts = new ArrayList<>();
            List<Integer> places = new ArrayList<>();
            List<Column> columns = new ArrayList<>();
            Set<String> all = new HashSet<>();
            for (Component.OutputColumn c :
                    wiring.component().outputs().get(output).columns()) {
                if (References.number(c.properties(), "AggregationType", -1) == GROUP_BY) {
                    int source = source(c);
                    int flags = References.number(c.properties(), "AggregationComparisonFlags", 0);
                    parts.add(new Keys.Part(source, false, flags, false));
                    places.add(wiring.own(output, c));
                    columns.add(new Column(
                            c.lineage(), 0, c.name(), input.column(source).type()));
                    all.add(c.lineage());
                } else {
                    aggregates.add(c);
                }
            }
            this.keys = new Keys(parts);
            this.groupSources = parts.stream().mapToInt(Keys.Part::column).toArray();
            this.groupPlaces = places.stream().mapToInt(Integer::intValue).toArray();
            this.groupLayout = new Layout(columns, all);
            this.latest = new BufferBuilder(groupLayout, GROUP_ROWS, Long.MAX_VALUE);
            aggregates.forEach(this::accumulator);
        }

        private int source(Component.OutputColumn c) {
            return wiring.column(0, References.lineage(References.text(c.properties(), "AggregationColumnId")));
        }

        private Accumulator accumulator(Component.OutputColumn c) {
            int kind = References.number(c.properties(), "AggregationType", -1);
            if (kind == 2) {
                return new Accumulator.Count(-1);
            }
            int column = source(c);
            SsisType type = input.column(column).type();
            boolean numeric = type.kind().number();
            if ((kind == 4 || kind == 5) && !numeric
                    || (kind == 6 || kind == 7) && !numeric && !type.kind().temporal()) {
                throw wiring.invalid(
                        "the column '" + input.column(column).name() + "' of the type " + type
                                + " cannot be aggregated so",
                        Codes.INVALID);
            }
            return switch (kind) {
                case 1 -> new Accumulator.Count(column);
                case 3 ->
                    new Accumulator.CountDistinct(
                            column, References.number(c.properties(), "AggregationComparisonFlags", 0));
                case 4 -> new Accumulator.Sum(column, type, false);
                case 5 -> new Accumulator.Sum(column, type, true);
                case 6 -> new Accumulator.Extreme(column, type, false);
                case 7 -> new Accumulator.Extreme(column, type, true);
                default -> throw wiring.invalid("there is no aggregation of the type " + kind, Codes.PROPERTY);
            };
        }

        void begin(int depth) {
            release();
            level = depth;
            table = new KeyTable();
            groups = new ArrayList<>();
            latest = new BufferBuilder(groupLayout, GROUP_ROWS, Long.MAX_VALUE);
            accumulators = aggregates.stream().map(this::accumulator).toList();
            partitions = new Scratch.Spill[PARTITIONS];
            closed = false;
            any = false;
        }

        void add(Buffer buffer) throws IOException {
            int[][] away = new int[PARTITIONS][];
            int[] counts = new int[PARTITIONS];
            any |= buffer.rows() > 0;
            for (int row = 0; row < buffer.rows(); row++) {
                keys.read(buffer, row);
                int group =
                        closed ? table.find(keys.bytes(), keys.length()) : table.number(keys.bytes(), keys.length());
                if (group < 0) {
                    int part = KeyTable.part(keys.bytes(), keys.length(), level, PARTITIONS);
                    if (away[part] == null) {
                        away[part] = new int[buffer.rows()];
                    }
                    away[part][counts[part]++] = row;
                    continue;
                }
                if (group == groups.size() * GROUP_ROWS + latest.rows()) {
                    begun(buffer, row);
                }
                for (Accumulator a : accumulators) {
                    a.add(group, buffer, row);
                }
            }
            for (int part = 0; part < PARTITIONS; part++) {
                if (counts[part] > 0) {
                    partition(part).write(buffer.select(input, away[part], counts[part]));
                }
            }
            account();
        }

        private Scratch.Spill partition(int part) throws IOException {
            Scratch.Spill spill = partitions[part];
            if (spill == null) {
                spill = wiring.around().scratch().spill(wiring.component().name(), input);
                partitions[part] = spill;
            }
            return spill;
        }

        private void begun(Buffer buffer, int row) {
            for (int i = 0; i < groupSources.length; i++) {
                latest.copy(i, buffer.vector(groupSources[i]), row);
            }
            latest.next();
            if (latest.rows() == GROUP_ROWS) {
                groups.add(latest.take());
            }
        }

        /// Brings what is reserved up to what is held; a grant that is used up closes the table for new groups.
        private void account() {
            long held = table.bytes() + 64L * groupSources.length * table.size();
            for (Accumulator a : accumulators) {
                held += a.bytes();
            }
            long more = held - reserved;
            if (more > 0) {
                if (memory.tryReserve(more)) {
                    reserved += more;
                } else if (groupSources.length > 0 && level < DEEPEST) {
                    closed = true;
                } else {
                    throw wiring.failed(
                            "its groups do not fit in the " + memory.limit() + " bytes that the data flow may hold",
                            Codes.MEMORY);
                }
            }
        }

        void finish(Outputs out) throws IOException, SQLException, InterruptedException {
            if (groupSources.length == 0 && !any) {
                // Without groups there is one result, even of no rows.
                table.number(new byte[0], 0);
                latest.next();
            }
            emit(out);
            Scratch.@Nullable Spill[] rest = partitions;
            int depth = level + 1;
            for (Scratch.Spill part : rest) {
                if (part != null) {
                    begin(depth);
                    for (Buffer buffer = part.next(); buffer != null; buffer = part.next()) {
                        add(buffer);
                    }
                    finish(out);
                }
            }
            release();
        }

        private void emit(Outputs out) throws IOException, SQLException, InterruptedException {
            int count = table.size();
            groups.add(latest.take());
            BufferBuilder into = wiring.builder(output);
            for (int group = 0; group < count; group++) {
                Buffer from = groups.get(group / GROUP_ROWS);
                for (int i = 0; i < groupPlaces.length; i++) {
                    into.copy(groupPlaces[i], from.vector(i), group % GROUP_ROWS);
                }
                for (int a = 0; a < aggregates.size(); a++) {
                    int place = wiring.own(output, aggregates.get(a));
                    into.set(place, result(a, group, layout.column(place)));
                }
                into.next();
                if (into.full()) {
                    out.send(output, into.take());
                }
            }
            out.send(output, into.take());
        }

        private @Nullable Object result(int aggregate, int group, Column column) {
            try {
                return accumulators.get(aggregate).result(group, column.type());
            } catch (ArithmeticException e) {
                throw wiring.failed(
                        "the result for the column '" + column.name() + "' does not fit " + column.type(),
                        Codes.AGGREGATE_OVERFLOW);
            }
        }

        void release() {
            memory.release(reserved);
            reserved = 0;
        }
    }
}
