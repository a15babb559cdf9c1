package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FilePlace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Type;
import shaded.parquet.org.apache.thrift.TException;

/// What a Parquet file says about itself, checked: every chunk lies inside the file, counts agree, and every column is
/// one that can be read.
///
/// @param end where the footer begins; no data lies behind
record FileFooter(FilePlace file, long end, Node.Struct row, List<Column> columns, List<Group> groups) {
    /// A leaf column of the file.
    ///
    /// @param name with the names of what is around it, separated by points
    /// @param length bytes of a FIXED_LEN_BYTE_ARRAY value
    /// @param definitions the definition level of a value, below which something is null: 0 of a column of the row
    ///     that must not be
    /// @param repetitions how many lists it lies in
    record Column(String name, DataType type, Type physical, int length, int definitions, int repetitions) {
        boolean nullable() {
            return definitions > 0;
        }
    }

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
    ///
    /// @param values with nulls: of a column in no list as many as rows
    record Chunk(long offset, long length, long values, CompressionCodec codec) {}

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
        SchemaTree tree = new SchemaTree(file, end, meta.getSchema(), notes(meta));
        Node.Struct row = tree.row();
        List<Column> columns = tree.columns();
        List<Group> groups = new ArrayList<>();
        long firstRow = 1;
        for (RowGroup rowGroup : meta.getRow_groups()) {
            Group group = group(file, end, columns, rowGroup, firstRow);
            if (group.rows() > 0) {
                groups.add(group);
            }
            firstRow += group.rows();
        }
        return new FileFooter(file, end, row, columns, groups);
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
        // a list has its elements, and one entry where it has none
        if (data.getNum_values() != rows && (column.repetitions() == 0 || data.getNum_values() < rows)) {
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
        return new Chunk(offset, length, data.getNum_values(), data.getCodec());
    }

    /// Whether the columns are the members of the row, none of them a structure.
    boolean flat() {
        return row.members().stream().allMatch(Node.Value.class::isInstance);
    }

    /// The columns of a flat file.
    Schema schema() {
        return new Schema(columns.stream()
                .map(c -> new Field(c.name(), c.type(), c.nullable()))
                .toList());
    }
}
