package dev.sluice.ssis.engine.dataflow.files;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.Reader;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.Producer;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Fit;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Component.Disposition;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Excel Source: a sheet, a range of one, or a plain `SELECT` of it, read by the format that Sluice has for workbooks;
/// so any number of them run side by side (I06), in one process and on one file. A cell becomes its column's type;
/// an error in a cell (`#N/A`) and an empty cell are NULL. The types are those that the package holds: no rows are
/// sampled for them.
public final class ExcelSource implements Producer {
    private static final int UNUSABLE = 0xC0209029;
    private static final int TRUNCATED = 0xC020902A;

    private final Wiring wiring;
    private final int main;
    private final Layout layout;
    private final int errorOutput;
    private final List<Component.OutputColumn> columns;
    private final Fit[] fits;

    public ExcelSource(Wiring wiring) {
        this.wiring = wiring;
        this.main = wiring.mainOutputs()[0];
        this.layout = wiring.outputs().get(main);
        this.errorOutput = wiring.errorOutput().orElse(-1);
        this.columns = wiring.component().outputs().get(main).columns();
        this.fits = new Fit[columns.size()];
        SsisType text = new SsisType(SsisType.Kind.NTEXT, 0, 0, 0, 0);
        for (int i = 0; i < fits.length; i++) {
            fits[i] = new Fit(text, layout.column(i).type());
        }
    }

    @Override
    public void produce(Outputs out) throws IOException, SQLException, InterruptedException {
        ExcelTable table = ExcelTable.of(wiring);
        Decoder decoder = table.decoder();
        try (FileInput file = table.file()) {
            Schema schema = decoder.schema(file);
            int[] all = IntStream.range(0, schema.size()).toArray();
            int[] places = places(schema, table.header());
            try (Reader reader = decoder.open(
                            file, new Decoder.FileRange(0, file.entry().size()), schema, all, table.context());
                    Batch batch = new Batch(
                            schema, Batch.DEFAULT_ROWS, wiring.around().memory())) {
                rows(reader, batch, places, out);
            }
        } catch (ProblemException e) {
            throw e.problem().code().startsWith("Ssis")
                    ? e
                    : wiring.file(table.path(), e.problem().message(), Codes.FILE_OPEN);
        }
    }

    private void rows(Reader reader, Batch batch, int[] places, Outputs out)
            throws IOException, SQLException, InterruptedException {
        BufferBuilder into = wiring.builder(main);
        BufferBuilder bad = errorOutput < 0 ? null : wiring.builder(errorOutput);
        long row = 0;
        while (reader.read(batch)) {
            for (int r = 0; r < batch.rows(); r++) {
                row++;
                int wrong = -1;
                int code = 0;
                for (int c = 0; c < places.length; c++) {
                    BytesVector cells = batch.bytes(places[c]);
                    int found = value(into, c, cells.isNull(r) ? null : cells.text(r), row);
                    if (found != 0 && code == 0) {
                        code = found;
                        wrong = c;
                    }
                }
                if (code == 0) {
                    into.next();
                    if (into.full()) {
                        out.send(main, into.take());
                    }
                } else if (bad != null) {
                    redirect(into, bad, code, wrong);
                    if (bad.full()) {
                        out.send(errorOutput, bad.take());
                    }
                } else {
                    into.reset();
                }
            }
            batch.clear();
        }
        out.send(main, into.take());
        if (bad != null) {
            out.send(errorOutput, bad.take());
        }
    }

    /// @return the code by which the row leaves; 0 when the value is in its place
    private int value(BufferBuilder into, int c, @Nullable String cell, long row) {
        SsisType type = layout.column(c).type();
        if (cell == null || cell.startsWith("#") && cell.matches("#(N/A|VALUE!|REF!|DIV/0!|NUM!|NAME\\?|NULL!)")) {
            into.set(c, null);
            return 0;
        }
        Component.OutputColumn column = columns.get(c);
        try {
            Object value =
                    fits[c].apply(type.kind().text() ? cell : cell.strip().replace('T', ' '));
            into.set(c, value);
            return fits[c].truncated()
                    ? judged(column, TRUNCATED, column.onTruncation(), row, "the text does not fit " + type)
                    : 0;
        } catch (RowFailure e) {
            into.set(c, null);
            return judged(column, UNUSABLE, column.onError(), row, "the cell is no " + type);
        }
    }

    private int judged(Component.OutputColumn column, int code, Disposition disposition, long row, String detail) {
        return switch (disposition) {
            case IGNORE_FAILURE -> 0;
            case REDIRECT_ROW -> code;
            case NOT_USED, FAIL_COMPONENT ->
                throw RowErrors.failure(
                        wiring,
                        column.name(),
                        code,
                        code == TRUNCATED ? Codes.FAILED_ON_TRUNCATION : Codes.FAILED_ON_ERROR,
                        "in row " + row + " of the table " + detail);
        };
    }

    private void redirect(BufferBuilder from, BufferBuilder bad, int code, int wrong) {
        Layout errors = bad.layout();
        for (Component.OutputColumn c :
                wiring.component().outputs().get(errorOutput).columns()) {
            int place = errors.indexOf(c.lineage());
            bad.set(
                    place,
                    switch (c.special()) {
                        case 1 -> (Object) (long) code;
                        case 2 -> (long) layout.column(wrong).number();
                        default -> copied(from, c.name(), errors, place);
                    });
        }
        bad.next();
        from.reset();
    }

    private @Nullable Object copied(BufferBuilder from, String name, Layout errors, int place) {
        for (int i = 0; i < layout.size(); i++) {
            if (layout.column(i).name().equals(name)
                    && layout.column(i).type().kind()
                            == errors.column(place).type().kind()) {
                return from.value(i);
            }
        }
        return null;
    }

    /// Where in the sheet each column is: by its name in the first row, or, without names there, `F1`, `F2` …
    private int[] places(Schema schema, boolean header) {
        Component.Output output = wiring.component().outputs().get(main);
        int[] places = new int[columns.size()];
        for (int i = 0; i < places.length; i++) {
            Component.OutputColumn column = columns.get(i);
            String name = output.external().stream()
                    .filter(e -> e.id().equals(column.externalId()))
                    .map(Component.ExternalColumn::name)
                    .findFirst()
                    .orElse(column.name());
            places[i] = place(schema, header, name);
        }
        return places;
    }

    private int place(Schema schema, boolean header, String name) {
        for (int s = 0; s < schema.size(); s++) {
            String found = header ? named(schema.field(s).name()) : "F" + (s + 1);
            if (found.equalsIgnoreCase(name)
                    || schema.field(s).name().startsWith("Prop_") && ("F" + (s + 1)).equals(name)) {
                return s;
            }
        }
        throw wiring.failed(
                "the table has no column '" + name + "'; it has " + String.join(", ", schema.names()),
                Codes.COLUMN_MISSING);
    }

    /// The name that the product's driver gives a column: some characters cannot be in one.
    private static String named(String header) {
        return header.strip()
                .replace('.', '#')
                .replace('!', '_')
                .replace('[', '(')
                .replace(']', ')')
                .toLowerCase(Locale.ROOT);
    }
}
