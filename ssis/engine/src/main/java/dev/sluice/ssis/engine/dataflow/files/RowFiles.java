package dev.sluice.ssis.engine.dataflow.files;

import dev.sluice.data.batch.Vector;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.RowStage;
import dev.sluice.ssis.engine.dataflow.flow.Stage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Cells;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.dataflow.rows.Storage;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Export Column and Import Column: a file for every row, its path in one column and its content in another.
public final class RowFiles {
    private static final int OPEN_FAILED = 0xC02090AB;
    private static final int LARGEST = 1 << 30;

    private RowFiles() {}

    /// @param path place of the column with the file's path
    /// @param data place of the column with its content
    private record Pair(int path, int data, Component.InputColumn record) {}

    public static Stage exporting(Wiring wiring) {
        List<Pair> pairs = new ArrayList<>();
        List<Component.InputColumn> columns =
                wiring.component().inputs().getFirst().columns();
        for (Component.InputColumn c : columns) {
            String reference = References.lineage(References.text(c.properties(), "FileDataColumnID"));
            columns.stream()
                    .filter(d -> d.id().equals(reference) || d.lineage().equals(reference))
                    .findFirst()
                    .ifPresent(
                            d -> pairs.add(new Pair(wiring.column(0, c.lineage()), wiring.column(0, d.lineage()), c)));
        }
        RowErrors errors = new RowErrors(wiring);
        return (RowStage) (buffer, out) -> {
            errors.begin(buffer.rows());
            for (Pair pair : pairs) {
                for (int row = 0; row < buffer.rows(); row++) {
                    if (!errors.left(row)) {
                        export(wiring, pair, buffer, row, errors);
                    }
                }
            }
            errors.send(buffer, out);
            int main = wiring.mainOutputs()[0];
            out.send(main, errors.kept(buffer.as(wiring.outputs().get(main))));
        };
    }

    private static void export(Wiring wiring, Pair pair, Buffer buffer, int row, RowErrors errors) {
        Object path = buffer.value(pair.path(), row);
        Object data = buffer.value(pair.data(), row);
        if (path == null || data == null) {
            return;
        }
        boolean append = Wiring.flag(References.text(pair.record().properties(), "AllowAppend"));
        boolean truncate = Wiring.flag(References.text(pair.record().properties(), "ForceTruncate"));
        boolean mark = Wiring.flag(References.text(pair.record().properties(), "WriteBOM"));
        Path file = wiring.around().connections().local(path.toString());
        StandardOpenOption[] how = truncate
                ? new StandardOpenOption[] {
                    StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE
                }
                : append
                        ? new StandardOpenOption[] {StandardOpenOption.CREATE, StandardOpenOption.APPEND}
                        : new StandardOpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
        try (OutputStream out = Files.newOutputStream(file, how)) {
            boolean wide = buffer.layout().column(pair.data()).type().kind() == SsisType.Kind.NTEXT;
            if (mark && wide && Files.size(file) == 0) {
                out.write(new byte[] {(byte) 0xFF, (byte) 0xFE});
            }
            out.write(data instanceof byte[] b ? b : data.toString().getBytes(charset(wide)));
        } catch (IOException e) {
            String detail = e instanceof FileAlreadyExistsException
                    ? "the file '" + file + "' exists already and may be neither appended to nor replaced"
                    : "the file '" + file + "' cannot be written (" + e + ")";
            redirected(errors, row, pair, detail);
        }
    }

    private static Charset charset(boolean wide) {
        return wide ? StandardCharsets.UTF_16LE : Charset.forName("windows-1252");
    }

    private static void redirected(RowErrors errors, int row, Pair pair, String detail) {
        errors.redirected(
                row,
                pair.record().lineage(),
                pair.record().name(),
                pair.record().onError(),
                OPEN_FAILED,
                Codes.FILE_OPEN,
                detail);
    }

    public static Stage importing(Wiring wiring) {
        int main = wiring.mainOutputs()[0];
        Layout layout = wiring.outputs().get(main);
        List<Pair> pairs = new ArrayList<>();
        for (Component.InputColumn c : wiring.component().inputs().getFirst().columns()) {
            String reference = References.lineage(References.text(c.properties(), "FileDataColumnID"));
            wiring.component().outputs().get(main).columns().stream()
                    .filter(o -> o.lineage().equals(reference) || o.id().equals(reference))
                    .findFirst()
                    .ifPresent(o -> pairs.add(new Pair(wiring.column(0, c.lineage()), wiring.own(main, o), c)));
        }
        RowErrors errors = new RowErrors(wiring);
        return (RowStage) (buffer, out) -> {
            errors.begin(buffer.rows());
            @Nullable Vector[] vectors = buffer.as(layout).vectors();
            for (Pair pair : pairs) {
                SsisType type = layout.column(pair.data()).type();
                Vector vector = Storage.vector(type, buffer.rows());
                for (int row = 0; row < buffer.rows(); row++) {
                    Cells.set(vector, type, row, imported(wiring, pair, buffer, row, type, errors));
                }
                vectors[pair.data()] = vector;
            }
            Buffer full = new Buffer(layout, vectors, buffer.rows());
            errors.send(buffer, out);
            out.send(main, errors.kept(full));
        };
    }

    private static @Nullable Object imported(
            Wiring wiring, Pair pair, Buffer buffer, int row, SsisType type, RowErrors errors) {
        Object path = buffer.value(pair.path(), row);
        if (path == null) {
            return null;
        }
        Path file = wiring.around().connections().local(path.toString());
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException("it is larger than " + LARGEST + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            if (type.kind() == SsisType.Kind.IMAGE) {
                return bytes;
            }
            boolean wide = type.kind() == SsisType.Kind.NTEXT;
            boolean mark = wide && bytes.length > 1 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE;
            return new String(mark ? Arrays.copyOfRange(bytes, 2, bytes.length) : bytes, charset(wide));
        } catch (IOException e) {
            redirected(errors, row, pair, "the file '" + file + "' cannot be read (" + e + ")");
            return null;
        }
    }
}
