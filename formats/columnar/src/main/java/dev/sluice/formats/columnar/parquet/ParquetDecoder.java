package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.trees.ShapedColumns;
import dev.sluice.data.trees.ShapedReader;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.parquet.format.CompressionCodec;

/// Reads Parquet files. A row group belongs to the range of the file in which its first chunk begins, so that any
/// ranges which together are the file give every row once.
record ParquetDecoder(TreeMapping trees) implements Decoder {
    @Override
    public Schema schema(FileInput file) throws IOException {
        FileFooter footer = FileFooter.read(file);
        ShapedColumns layout = layout(footer);
        return footer.flat() && !layout.nested() ? footer.schema() : layout.schema();
    }

    private ShapedColumns layout(FileFooter footer) {
        return ShapedColumns.of(footer.row().shape(), trees);
    }

    @Override
    public List<FileRange> ranges(FileInput file, long targetBytes) throws IOException {
        TreeMap<Long, Long> sizes = new TreeMap<>();
        for (FileFooter.Group group : FileFooter.read(file).groups()) {
            sizes.merge(group.start(), group.bytes(), Long::sum);
        }
        List<FileRange> ranges = new ArrayList<>();
        long from = 0;
        long bytes = 0;
        for (var group : sizes.entrySet()) {
            if (bytes > 0 && bytes + group.getValue() > targetBytes) {
                ranges.add(new FileRange(from, group.getKey()));
                from = group.getKey();
                bytes = 0;
            }
            bytes += group.getValue();
        }
        ranges.add(new FileRange(from, file.entry().size()));
        return ranges;
    }

    @Override
    public Reader open(FileInput file, FileRange range, Schema schema, int[] columns, ReadContext context)
            throws IOException {
        FileFooter footer = FileFooter.read(file);
        ShapedColumns layout = layout(footer);
        List<Field> wanted = schema.project(columns).fields();
        List<FileFooter.Group> groups = footer.groups().stream()
                .filter(g -> g.start() >= range.from() && g.start() < range.to())
                .toList();
        if (layout.nested() || wanted.stream().anyMatch(Field::document)) {
            List<Node> members = members(footer, layout, wanted);
            members.forEach(m -> checkCodecs(
                    footer, groups, IntStream.range(m.first(), m.end()).boxed().toList()));
            NestedRows rows = new NestedRows(file, footer, groups, members, context.job());
            boolean open = false;
            try {
                Reader reader = new ShapedReader(
                        rows, layout, schema, columns, footer.file().path(), context);
                open = true;
                return reader;
            } finally {
                if (!open) {
                    rows.close();
                }
            }
        }
        List<Integer> places = new ArrayList<>();
        for (int column : columns) {
            places.add(place(footer, schema.field(column), column));
        }
        checkCodecs(footer, groups, places);
        return new ParquetReader(file, footer, groups, places, context.job());
    }

    /// What has to be read of a row: the wanted columns, or with paths the whole.
    private static List<Node> members(FileFooter footer, ShapedColumns layout, List<Field> wanted) {
        Set<String> names = wanted.stream().map(Field::name).collect(Collectors.toSet());
        return footer.row().members().stream()
                .filter(m -> layout.nested() || names.contains(m.name()))
                .toList();
    }

    private static void checkCodecs(FileFooter footer, List<FileFooter.Group> groups, List<Integer> places) {
        for (FileFooter.Group group : groups) {
            for (int place : places) {
                CompressionCodec codec = group.chunks().get(place).codec();
                if (!Decompressor.reads(codec)) {
                    String name = footer.columns().get(place).name();
                    throw footer.file().unsupported("the column '" + name + "' is compressed with " + codec);
                }
            }
        }
    }

    /// Where in this file the column of that name is; files of one copy may order their columns differently. The usual
    /// place comes first, which also tells columns of one name apart.
    private static int place(FileFooter footer, Field wanted, int usual) {
        String path = footer.file().path();
        List<Node> members = footer.row().members();
        List<String> names = members.stream().map(Node::name).toList();
        boolean there = usual < names.size() && names.get(usual).equals(wanted.name());
        int member = there ? usual : names.indexOf(wanted.name());
        if (member < 0) {
            throw DataFaults.COLUMN_MISSING
                    .problem()
                    .at(path)
                    .evidence("column", wanted.name())
                    .evidence("object", path)
                    .evidence("columns", String.join(", ", names))
                    .exception();
        }
        boolean fits = members.get(member) instanceof Node.Value v
                && canRead(footer.columns().get(v.first()), wanted.type());
        if (!fits) {
            throw DataFaults.TYPES_INCOMPATIBLE
                    .problem()
                    .at(path)
                    .evidence("column", wanted.name())
                    .evidence("sourceType", members.get(member) instanceof Node.Value v ? v.type() : "a structure")
                    .evidence("sinkType", wanted.type())
                    .exception();
        }
        return members.get(member).first();
    }

    /// Whether every value of the column is one of the wanted type and lands in its vector.
    private static boolean canRead(FileFooter.Column column, DataType wanted) {
        DataType type = column.type();
        if (type.equals(wanted)) {
            return true;
        }
        return switch (wanted.kind()) {
            case INT16 -> type.equals(DataType.INT8) || type.equals(DataType.UINT8);
            case INT32 ->
                switch (type.kind()) {
                    case INT8, UINT8, INT16, UINT16 -> true;
                    default -> false;
                };
            case INT64 ->
                switch (type.kind()) {
                    case INT8, UINT8, INT16, UINT16, INT32, UINT32 -> true;
                    default -> false;
                };
            case FLOAT64 -> type.equals(DataType.FLOAT32);
            case DECIMAL ->
                type.kind() == DataType.Kind.DECIMAL
                        && type.scale() == wanted.scale()
                        && type.precision() <= wanted.precision()
                        && (type.precision() > DataType.LONG_DIGITS) == (wanted.precision() > DataType.LONG_DIGITS);
            default -> false;
        };
    }
}
