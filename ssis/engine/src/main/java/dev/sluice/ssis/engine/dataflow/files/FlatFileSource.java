package dev.sluice.ssis.engine.dataflow.files;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.Producer;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Component.Disposition;
import dev.sluice.ssis.packages.ConnectionKind;
import dev.sluice.ssis.packages.ConnectionManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Flat File Source: delimited, fixed width, ragged right, one file or several. The error output carries the row's
/// text.
public final class FlatFileSource implements Producer {
    private static final int UNUSABLE = 0xC0209084;
    private static final int TRUNCATED = 0xC0209085;
    private static final int SIGN = 0xC0209086;
    private static final int OVERFLOW = 0xC0209087;
    private static final int NO_DELIMITER = 0xC0202055;

    private final Wiring wiring;
    private final ConnectionManager manager;
    private final FlatFileFormat format;
    private final int main;
    private final Layout layout;
    /// Column of the output to column of the file; -1 for the file's name.
    private final int[] fileColumns;

    private final FieldValues[] values;
    private final Component.OutputColumn[] columns;
    private final BufferBuilder rows;
    private final @Nullable BufferBuilder bad;
    private final int errorOutput;

    public FlatFileSource(Wiring wiring) {
        this.wiring = wiring;
        this.manager = wiring.around().connections().manager(wiring.connection());
        this.format = FlatFileFormat.of(wiring, manager);
        this.main = wiring.mainOutputs()[0];
        this.layout = wiring.outputs().get(main);
        this.rows = wiring.builder(main);
        this.errorOutput = wiring.errorOutput().orElse(-1);
        this.bad = errorOutput >= 0 ? wiring.builder(errorOutput) : null;
        Component.Output output = wiring.component().outputs().get(main);
        this.columns = output.columns().toArray(Component.OutputColumn[]::new);
        this.fileColumns = new int[columns.length];
        this.values = new FieldValues[columns.length];
        boolean retain = wiring.flag("RetainNulls", false);
        for (int i = 0; i < columns.length; i++) {
            fileColumns[i] = fileColumn(output, columns[i]);
            values[i] = new FieldValues(
                    layout.column(i).type(),
                    retain,
                    Wiring.flag(References.text(columns[i].properties(), "FastParse")),
                    layout.live(i));
        }
    }

    private int fileColumn(Component.Output output, Component.OutputColumn column) {
        String name = output.external().stream()
                .filter(e -> e.id().equals(column.externalId()) && !e.id().isEmpty())
                .map(Component.ExternalColumn::name)
                .findFirst()
                .orElse(column.name());
        int index = format.indexOf(name);
        if (index >= 0) {
            return index;
        }
        if (column.name().equals(wiring.component().property("FileNameColumnName"))) {
            return -1;
        }
        throw wiring.invalid(
                "its connection manager '" + manager.name() + "' has no column '" + name + "'", Codes.COLUMN_MISSING);
    }

    @Override
    public void produce(Outputs out) throws IOException, SQLException, InterruptedException {
        String reference = wiring.connection();
        List<Path> files = manager.kind() == ConnectionKind.MULTI_FLAT_FILE
                ? wiring.around().connections().files(reference)
                : List.of(wiring.around().connections().file(reference));
        for (Path file : files) {
            read(file, out);
        }
        out.send(main, rows.take());
        if (bad != null) {
            out.send(errorOutput, bad.take());
        }
    }

    private void read(Path file, Outputs out) throws IOException, SQLException, InterruptedException {
        wiring.around().information("The processing of file \"" + file + "\" has started.");
        long count = 0;
        try (RowScanner scanner = new RowScanner(new Utf8Bytes(Files.newInputStream(file), format.charset()), format)) {
            for (int i = 0; i < format.headerRows(); i++) {
                scanner.skip(format.headerDelimiter().getBytes(StandardCharsets.UTF_8));
            }
            boolean more = !format.names() || scanner.next();
            for (int i = 0; more && i < format.dataRows(); i++) {
                more = scanner.next();
            }
            while (more && scanner.next()) {
                count++;
                row(scanner, file, count, out);
            }
        } catch (NoSuchFileException e) {
            throw wiring.file(file, "it does not exist", Codes.FILE_OPEN);
        } catch (ProblemException e) {
            throw e;
        } catch (IOException e) {
            throw wiring.file(file, e.toString(), Codes.FILE_READ);
        }
        wiring.around()
                .information("The total number of data rows processed for file \"" + file + "\" is " + count + ".");
    }

    private void row(RowScanner scanner, Path file, long number, Outputs out)
            throws IOException, SQLException, InterruptedException {
        if (scanner.partial()) {
            wiring.around()
                    .warning(
                            Codes.PARTIAL_ROW.number(),
                            "There is a partial row at the end of the file \"" + file + "\".");
        }
        int code = 0;
        int at = -1;
        for (int i = 0; i < columns.length; i++) {
            int c = fileColumns[i];
            if (c < 0) {
                rows.set(i, file.toString());
            } else if (c >= scanner.fields()) {
                values[i].missing(rows, i);
            } else {
                int found = field(scanner, i, c, file, number);
                if (found != 0 && code == 0) {
                    code = found;
                    at = i;
                }
            }
        }
        if (code != 0) {
            redirect(scanner, code, at, out);
        } else {
            rows.next();
            if (rows.full()) {
                out.send(main, rows.take());
            }
        }
    }

    /// @return the code by which the row leaves; 0 when the value is in its place
    private int field(RowScanner scanner, int i, int c, Path file, long number) {
        if (scanner.broken() == c) {
            return judged(
                    i, NO_DELIMITER, columns[i].onError(), file, number, "behind its qualifier no delimiter follows");
        }
        FieldValues.Found found;
        if (scanner.doubled(c)) {
            String q = scanner.qualifierText();
            byte[] plain = new String(
                            scanner.bytes(),
                            scanner.start(c),
                            scanner.end(c) - scanner.start(c),
                            StandardCharsets.UTF_8)
                    .replace(q + q, q)
                    .getBytes(StandardCharsets.UTF_8);
            found = values[i].put(rows, i, plain, 0, plain.length);
        } else {
            found = values[i].put(rows, i, scanner.bytes(), scanner.start(c), scanner.end(c));
        }
        SsisType type = layout.column(i).type();
        return switch (found) {
            case VALUE -> 0;
            case TRUNCATED ->
                judged(i, TRUNCATED, columns[i].onTruncation(), file, number, "the text does not fit " + type);
            case UNUSABLE -> judged(i, UNUSABLE, columns[i].onError(), file, number, "the text is no " + type);
            case OVERFLOW ->
                judged(i, OVERFLOW, columns[i].onError(), file, number, "the number is out of range for " + type);
            case SIGN -> judged(i, SIGN, columns[i].onError(), file, number, "a negative number is no " + type);
        };
    }

    private int judged(int i, int code, Disposition disposition, Path file, long number, String detail) {
        return switch (disposition) {
            case IGNORE_FAILURE -> {
                if (code == NO_DELIMITER) {
                    rows.set(i, null);
                }
                yield 0;
            }
            case REDIRECT_ROW -> {
                if (code == NO_DELIMITER) {
                    rows.set(i, null);
                }
                yield code;
            }
            case NOT_USED, FAIL_COMPONENT ->
                throw SsisFaults.ROW_FAILED
                        .problem()
                        .at(file.getFileName() + ", row " + number + ", column " + columns[i].name())
                        .evidence("component", wiring.component().name())
                        .evidence("column", columns[i].name())
                        .evidence("file", file)
                        .evidence("row", number)
                        .evidence("detail", detail)
                        .evidence("rowCode", Codes.hex(code))
                        .evidence("ssisCode", Codes.COLUMN_CONVERSION.hex())
                        .exception();
        };
    }

    private void redirect(RowScanner scanner, int code, int column, Outputs out)
            throws IOException, SQLException, InterruptedException {
        rows.reset();
        if (bad == null) {
            return;
        }
        Layout errors = bad.layout();
        for (Component.OutputColumn c :
                wiring.component().outputs().get(errorOutput).columns()) {
            int place = errors.indexOf(c.lineage());
            bad.set(
                    place,
                    switch (c.special()) {
                        case 1 -> (Object) (long) code;
                        case 2 -> (long) layout.column(column).number();
                        default -> errors.column(place).type().kind().text() ? scanner.text() : null;
                    });
        }
        bad.next();
        if (bad.full()) {
            out.send(errorOutput, bad.take());
        }
    }
}
