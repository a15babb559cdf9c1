package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.parquet.format.CompressionCodec;

/// Reads Parquet files. A row group belongs to the range of the file in which its first chunk begins, so that any
/// ranges which together are the file give every row once.
final class ParquetDecoder implements Decoder {
    @Override
    public Schema schema(FileInput file) throws IOException {
        return FileFooter.read(file).schema();
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
        List<Integer> places = new ArrayList<>();
        for (int column : columns) {
            places.add(place(footer, schema.field(column), column));
        }
        List<FileFooter.Group> groups = footer.groups().stream()
                .filter(g -> g.start() >= range.from() && g.start() < range.to())
                .toList();
        for (FileFooter.Group group : groups) {
            for (int place : places) {
                CompressionCodec codec = group.chunks().get(place).codec();
                if (!Decompressor.reads(codec)) {
                    String name = footer.columns().get(place).name();
                    throw footer.file().unsupported("the column '" + name + "' is compressed with " + codec);
                }
            }
        }
        return new ParquetReader(file, footer, groups, places, context.job());
    }

    /// Where in this file the column of that name is; files of one copy may order their columns differently. The usual
    /// place comes first, which also tells columns of one name apart.
    private static int place(FileFooter footer, Field wanted, int usual) {
        String path = footer.file().path();
        boolean there = usual < footer.columns().size()
                && footer.columns().get(usual).name().equals(wanted.name());
        int place = there ? usual : footer.schema().indexOf(wanted.name());
        if (place < 0) {
            throw DataFaults.COLUMN_MISSING
                    .problem()
                    .at(path)
                    .evidence("column", wanted.name())
                    .evidence("object", path)
                    .evidence("columns", String.join(", ", footer.schema().names()))
                    .exception();
        }
        FileFooter.Column column = footer.columns().get(place);
        if (!canRead(column, wanted.type())) {
            throw DataFaults.TYPES_INCOMPATIBLE
                    .problem()
                    .at(path)
                    .evidence("column", wanted.name())
                    .evidence("sourceType", column.type())
                    .evidence("sinkType", wanted.type())
                    .exception();
        }
        return place;
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
