package dev.sluice.formats.excel;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FilePlace;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import java.io.IOException;
import java.util.List;

/// Reads a table of a workbook in one piece.
record ExcelDecoder(Table table) implements Decoder {
    /// What finding out about columns may take: there is no job whose memory could be asked.
    private static final long FOR_SCHEMA = 256L << 20;

    @Override
    public Schema schema(FileInput input) throws IOException {
        FilePlace file = FilePlace.of("Excel", input);
        try (Reservation memory = new Reservation(new MemoryBudget(FOR_SCHEMA));
                Workbook book = Workbook.of(input, table.packing(), file, memory);
                TableRows rows = new TableRows(book.open(table.sheet(book.sheets(), file)), table)) {
            return new Schema(rows.columns().stream()
                    .map(name -> new Field(name, DataType.STRING))
                    .toList());
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            throw Workbook.damaged(file, e);
        }
    }

    @Override
    public List<FileRange> ranges(FileInput file, long targetBytes) {
        return List.of(new FileRange(0, file.entry().size()));
    }

    @Override
    public Reader open(FileInput file, FileRange range, Schema schema, int[] columns, ReadContext context)
            throws IOException {
        return new TableReader(file, table, schema, columns, context);
    }
}
