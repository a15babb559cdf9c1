package dev.sluice.ssis.engine.dataflow.files;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.expression.Convert;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.ConnectionManager;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/// Flat File Destination. An existing file is replaced or appended to as `Overwrite` says; what is appended to gets no
/// second header. A file is written in place, as in the product: a data flow that fails leaves the rows it has written.
public final class FlatFileDestination implements Operator {
    private static final SsisType ROOMY = new SsisType(SsisType.Kind.WSTR, Integer.MAX_VALUE, 0, 0, 0);

    private final Wiring wiring;
    private final FlatFileFormat format;
    private final Path file;
    /// Column of the file to column of the input; -1 where nothing is written.
    private final int[] inputs;

    public FlatFileDestination(Wiring wiring) {
        this.wiring = wiring;
        ConnectionManager manager = wiring.around().connections().manager(wiring.connection());
        this.format = FlatFileFormat.of(wiring, manager);
        this.file = wiring.around().connections().file(wiring.connection());
        this.inputs = new int[format.columns().size()];
        java.util.Arrays.fill(inputs, -1);
        Component.Input input = wiring.component().inputs().getFirst();
        for (Component.InputColumn c : input.columns()) {
            String name = input.external().stream()
                    .filter(e -> e.id().equals(c.externalId()))
                    .map(Component.ExternalColumn::name)
                    .findFirst()
                    .orElse(c.name());
            int at = format.indexOf(name);
            if (at < 0) {
                throw wiring.invalid(
                        "its connection manager '" + manager.name() + "' has no column '" + name + "'",
                        Codes.COLUMN_MISSING);
            }
            inputs[at] = wiring.column(0, c.lineage());
        }
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, InterruptedException {
        boolean overwrite = wiring.flag("Overwrite", true);
        boolean fresh = overwrite || !Files.exists(file) || Files.size(file) == 0;
        long rows = 0;
        try (OutputStream stream = overwrite
                        ? Files.newOutputStream(file)
                        : Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                Writer writer = new OutputStreamWriter(stream, format.charset())) {
            if (fresh) {
                head(writer);
            }
            for (Buffer buffer = in.next(0); buffer != null; buffer = in.next(0)) {
                StringBuilder text = new StringBuilder();
                for (int row = 0; row < buffer.rows(); row++) {
                    row(buffer, row, text);
                }
                writer.append(text);
                rows += buffer.rows();
            }
        } catch (IOException e) {
            throw wiring.file(file, e.toString(), Codes.FILE_OPEN);
        }
        wiring.around().information("\"" + wiring.component().name() + "\" wrote " + rows + " rows.");
    }

    private void head(Writer writer) throws IOException {
        if (format.charset().name().startsWith("UTF-16")) {
            writer.write('\uFEFF');
        }
        String header = wiring.component().property("Header");
        if (!header.isEmpty()) {
            writer.write(header);
            writer.write(rowEnd());
        }
        if (format.names()) {
            List<FlatFileFormat.FileColumn> columns = format.columns();
            writer.write(columns.stream()
                    .map(c -> format.kind() == FlatFileFormat.Kind.FIXED_WIDTH
                            ? padded(c.name(), c.width())
                            : qualified(c, c.name()) + (columns.getLast() == c ? "" : c.delimiter()))
                    .collect(Collectors.joining()));
            writer.write(rowEnd());
        }
    }

    private String rowEnd() {
        String last = format.columns().getLast().delimiter();
        return last.isEmpty() ? format.headerDelimiter() : last;
    }

    private void row(Buffer buffer, int row, StringBuilder to) {
        for (int i = 0; i < inputs.length; i++) {
            FlatFileFormat.FileColumn column = format.columns().get(i);
            Object value = inputs[i] < 0 ? null : buffer.value(inputs[i], row);
            String text = value == null
                    ? ""
                    : text(value, buffer.layout().column(inputs[i]).type());
            if (column.delimiter().isEmpty()) {
                to.append(fixed(column, text));
            } else {
                to.append(value == null ? "" : qualified(column, text)).append(column.delimiter());
            }
        }
    }

    private static String text(Object value, SsisType type) {
        return value instanceof String s ? s : (String) Convert.value(value, type, ROOMY);
    }

    private String qualified(FlatFileFormat.FileColumn column, String text) {
        String q = format.qualifier();
        if (q.isEmpty() || !column.qualified()) {
            return text;
        }
        return q + (wiring.flag("EscapeQualifier", false) ? text.replace(q, q + q) : text) + q;
    }

    private String fixed(FlatFileFormat.FileColumn column, String text) {
        if (text.length() > column.width()) {
            throw RowErrors.failure(
                    wiring,
                    column.name(),
                    0xC02020A1,
                    Codes.FAILED_ON_TRUNCATION,
                    "the value of " + text.length() + " characters does not fit the " + column.width()
                            + " of its column");
        }
        return padded(text, column.width());
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
