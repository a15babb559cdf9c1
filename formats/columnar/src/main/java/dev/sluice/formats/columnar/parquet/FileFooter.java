package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FilePlace;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import shaded.parquet.org.apache.thrift.TException;

/// What a Parquet file says about itself, checked: every chunk lies inside the file, counts agree, and every column is
/// one that can be read.
///
/// @param end where the footer begins; no data lies behind
record FileFooter(FilePlace file, long end, List<Column> columns, List<Group> groups) {
    /// A leaf column of the file.
    ///
    /// @param length bytes of a FIXED_LEN_BYTE_ARRAY value
    record Column(String name, DataType type, boolean nullable, Type physical, int length) {}

    /// A row group.
    ///
    /// @param firstRow ordinal of its first row, from 1
    record Group(long firstRow, long rows, List<Chunk> chunks) {
        /// Where its first chunk begins: what decides to which range of the file it belongs.
        long start() {
            long start = Long.MAX_VALUE;
            for (Chunk chunk : chunks) {
                start = Math.min(start, chunk.offset());
            }
            return start;
        }

        long bytes() {
            long bytes = 0;
            for (Chunk chunk : chunks) {
                bytes += chunk.length();
            }
            return bytes;
        }
    }

    /// A column chunk: its pages from the dictionary on.
    record Chunk(long offset, long length, CompressionCodec codec) {}

    /// A footer beyond this is not read: its structures would take many times the memory.
    static final int LARGEST = 32 << 20;

    private static final int TAIL = 8;
    private static final int FIRST_READ = 64 << 10;

    /// Reads the footer, mostly in one read from the end of the file.
    static FileFooter read(FileInput input) throws IOException {
        FilePlace file = FilePlace.of("Parquet", input);
        long size = file.size();
        if (size < TAIL + 4) {
            throw file.malformed(0, "it has " + size + " bytes, fewer than the smallest Parquet file");
        }
        int first = (int) Math.min(size, FIRST_READ);
        byte[] tail = new byte[first];
        input.read(size - first, tail, 0, first);
        String magic = new String(tail, first - 4, 4, StandardCharsets.ISO_8859_1);
        if (magic.equals("PARE")) {
            throw file.unsupported("the footer is encrypted");
        }
        if (!magic.equals("PAR1")) {
            throw file.malformed(size - 4, "it does not end with PAR1");
        }
        long length = LittleEndian.getInt(tail, first - TAIL) & 0xffffffffL;
        long start = size - TAIL - length;
        if (start < 4) {
            throw file.malformed(size - TAIL, "its footer of " + length + " bytes is longer than the file");
        }
        if (length > LARGEST) {
            throw file.unsupported("a footer of " + length + " bytes; at most " + LARGEST + " are read");
        }
        byte[] bytes = tail;
        int from = (int) (first - TAIL - length);
        if (from < 0) {
            bytes = new byte[(int) length];
            input.read(start, bytes, 0, bytes.length);
            from = 0;
        }
        FileMetaData meta = new FileMetaData();
        try {
            Thrift.read(meta, bytes, from, from + (int) length);
        } catch (TException | IndexOutOfBoundsException | IllegalArgumentException | NegativeArraySizeException e) {
            throw file.malformed(start, "its footer cannot be read: " + e.getMessage());
        }
        return of(file, start, meta);
    }

    private static FileFooter of(FilePlace file, long end, FileMetaData meta) {
        if (meta.getEncryption_algorithm() != null) {
            throw file.unsupported("columns are encrypted");
        }
        List<Column> columns = columns(file, end, meta);
        List<Group> groups = new ArrayList<>();
        long row = 1;
        for (RowGroup rowGroup : meta.getRow_groups()) {
            Group group = group(file, end, columns, rowGroup, row);
            if (group.rows() > 0) {
                groups.add(group);
            }
            row += group.rows();
        }
        return new FileFooter(file, end, columns, groups);
    }

    private static List<Column> columns(FilePlace file, long end, FileMetaData meta) {
        List<SchemaElement> elements = meta.getSchema();
        if (elements.isEmpty()) {
            throw file.malformed(end, "its schema is empty");
        }
        Map<Integer, DataType> notes = notes(meta);
        List<Column> columns = new ArrayList<>();
        for (int i = 1; i < elements.size(); i++) {
            SchemaElement element = elements.get(i);
            if (element.getName() == null) {
                throw file.malformed(end, "a column has no name");
            }
            columns.add(column(file, end, element, notes.get(i - 1)));
        }
        if (elements.getFirst().getNum_children() != columns.size()) {
            throw file.malformed(
                    end,
                    "its schema announces " + elements.getFirst().getNum_children() + " columns and has "
                            + columns.size());
        }
        return columns;
    }

    private static Column column(
            FilePlace file, long end, SchemaElement element, @org.jspecify.annotations.Nullable DataType note) {
        String name = element.getName();
        if (element.getNum_children() > 0 || element.getType() == null) {
            throw file.unsupported("the column '" + name + "' is nested (a structure, list or map)");
        }
        if (element.getRepetition_type() == FieldRepetitionType.REPEATED) {
            throw file.unsupported("the column '" + name + "' is repeated (a list)");
        }
        Type physical = element.getType();
        int length = physical == Type.FIXED_LEN_BYTE_ARRAY ? element.getType_length() : 0;
        if (physical == Type.FIXED_LEN_BYTE_ARRAY && length <= 0) {
            throw file.malformed(end, "the column '" + name + "' has values of " + length + " bytes");
        }
        DataType type = ReadTypes.of(element)
                .orElseThrow(() -> DataFaults.TYPE_UNSUPPORTED
                        .problem()
                        .at(file.path())
                        .evidence("column", name)
                        .evidence("object", file.path())
                        .evidence("sourceType", describe(element))
                        .exception());
        if (note != null && ReadTypes.mayMean(type, physical, note)) {
            type = note;
        }
        boolean nullable = element.getRepetition_type() != FieldRepetitionType.REQUIRED;
        return new Column(name, type, nullable, physical, length);
    }

    private static String describe(SchemaElement element) {
        Object annotation = element.getLogicalType() != null ? element.getLogicalType() : element.getConverted_type();
        return element.getType() + " " + annotation;
    }

    private static Map<Integer, DataType> notes(FileMetaData meta) {
        Map<Integer, DataType> notes = new HashMap<>();
        if (meta.getKey_value_metadata() != null) {
            for (KeyValue entry : meta.getKey_value_metadata()) {
                if (TypeNotes.KEY.equals(entry.getKey()) && entry.getValue() != null) {
                    notes.putAll(TypeNotes.parse(entry.getValue()));
                }
            }
        }
        return notes;
    }

    private static Group group(FilePlace file, long end, List<Column> columns, RowGroup rowGroup, long firstRow) {
        long rows = rowGroup.getNum_rows();
        if (rows < 0 || firstRow + rows < 0) {
            throw file.malformed(end, "a row group has " + rows + " rows");
        }
        if (rowGroup.getColumnsSize() != columns.size()) {
            throw file.malformed(
                    end, "a row group has " + rowGroup.getColumnsSize() + " of " + columns.size() + " columns");
        }
        List<Chunk> chunks = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            chunks.add(chunk(file, end, columns.get(c), rowGroup.getColumns().get(c), rows));
        }
        return new Group(firstRow, rows, chunks);
    }

    private static Chunk chunk(
            FilePlace file, long end, Column column, org.apache.parquet.format.ColumnChunk chunk, long rows) {
        if (chunk.getCrypto_metadata() != null) {
            throw file.unsupported("the column '" + column.name() + "' is encrypted");
        }
        if (chunk.getFile_path() != null) {
            throw file.unsupported("the column '" + column.name() + "' lies in another file");
        }
        ColumnMetaData data = chunk.getMeta_data();
        if (data == null || data.getType() != column.physical()) {
            throw file.malformed(end, "the column '" + column.name() + "' has a chunk of another type");
        }
        if (data.getNum_values() != rows) {
            throw file.malformed(
                    end,
                    "the column '" + column.name() + "' has " + data.getNum_values() + " values in a row group of "
                            + rows + " rows");
        }
        long offset = data.getData_page_offset();
        if (data.isSetDictionary_page_offset()
                && data.getDictionary_page_offset() >= 4
                && data.getDictionary_page_offset() < offset) {
            offset = data.getDictionary_page_offset();
        }
        long length = data.getTotal_compressed_size();
        if (rows > 0 && (offset < 4 || length < 0 || offset > end - length)) {
            throw file.malformed(
                    end,
                    "the column '" + column.name() + "' claims bytes " + offset + " to " + (offset + length)
                            + ", outside of the data");
        }
        return new Chunk(offset, length, data.getCodec());
    }

    Schema schema() {
        return new Schema(columns.stream()
                .map(c -> new Field(c.name(), c.type(), c.nullable()))
                .toList());
    }
}
