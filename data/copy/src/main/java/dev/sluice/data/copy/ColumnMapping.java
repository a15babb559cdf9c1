package dev.sluice.data.copy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.convert.ConversionSettings;
import dev.sluice.data.copy.convert.Conversions;
import dev.sluice.data.copy.convert.Converter;
import dev.sluice.diagnosis.DataFaults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which columns are read, what is added, and how each column of the sink comes about. Made once per copy,
/// immutable.
///
/// @param read positions in the source's schema that batches are read with
/// @param readSchema the columns at those positions
/// @param added the columns that are not read (constants, file paths)
/// @param target the columns that reach the sink
/// @param origins for each target column its position in `readSchema`, or `readSchema.size()` + its position in
///     `added`
/// @param shared for each target column its position in `readSchema` if it is handed on untouched, else -1
record ColumnMapping(
        int[] read,
        Schema readSchema,
        List<SourceColumns.Column> added,
        Schema target,
        int[] origins,
        int[] shared,
        ConversionSettings settings) {

    /// One line of a mapping: position in the source's columns, and the column of the sink.
    record Pair(int source, Field target) {}

    static ColumnMapping of(List<Pair> pairs, SourceColumns columns, ConversionSettings settings) {
        Map<Integer, Integer> readAt = new LinkedHashMap<>();
        List<Field> readFields = new ArrayList<>();
        List<SourceColumns.Column> added = new ArrayList<>();
        for (Pair p : pairs) {
            switch (columns.columns().get(p.source())) {
                case SourceColumns.Read r -> {
                    if (readAt.putIfAbsent(r.index(), readAt.size()) == null) {
                        readFields.add(r.field());
                    }
                }
                case SourceColumns.Constant c -> added.add(c);
                case SourceColumns.FilePath f -> added.add(f);
                case SourceColumns.Partition f -> added.add(f);
            }
        }
        int[] origins = new int[pairs.size()];
        int[] shared = new int[pairs.size()];
        boolean[] taken = new boolean[readFields.size()];
        int next = readFields.size();
        for (int i = 0; i < origins.length; i++) {
            SourceColumns.Column c = columns.columns().get(pairs.get(i).source());
            int at = c instanceof SourceColumns.Read r ? readAt.getOrDefault(r.index(), 0) : next++;
            origins[i] = at;
            boolean same = at < taken.length
                    && !taken[at]
                    && c.field().type().equals(pairs.get(i).target().type());
            shared[i] = same ? at : -1;
            if (same) {
                taken[at] = true;
            }
        }
        int[] read = readAt.keySet().stream().mapToInt(Integer::intValue).toArray();
        Schema target = new Schema(pairs.stream().map(Pair::target).toList());
        return new ColumnMapping(read, new Schema(readFields), List.copyOf(added), target, origins, shared, settings);
    }

    /// Whether batches can go to the sink as they were read, under other names at most.
    boolean isIdentity() {
        if (!added.isEmpty() || target.size() != readSchema.size()) {
            return false;
        }
        for (int i = 0; i < shared.length; i++) {
            if (shared[i] != i) {
                return false;
            }
        }
        return true;
    }

    /// The type a target column is made from.
    DataType originType(int column) {
        int at = origins[column];
        return at < readSchema.size() ? readSchema.field(at).type() : DataType.STRING;
    }

    /// New converters for one stream, one per target column; null where the column is handed on.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when there is no such conversion
    @org.jspecify.annotations.Nullable
    Converter[] converters() {
        Converter[] converters = new Converter[target.size()];
        for (int i = 0; i < converters.length; i++) {
            if (shared[i] < 0) {
                converters[i] = converter(i);
            }
        }
        return converters;
    }

    private Converter converter(int column) {
        Field field = target.field(column);
        Optional<Converter> converter = Conversions.between(originType(column), field.type(), settings);
        return converter.orElseThrow(() -> DataFaults.TYPES_INCOMPATIBLE
                .problem()
                .evidence("column", field.name())
                .evidence("sourceType", originType(column).interimName())
                .evidence("sinkType", field.type().interimName())
                .exception());
    }
}
