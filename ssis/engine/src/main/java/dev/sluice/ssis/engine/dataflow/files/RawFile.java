package dev.sluice.ssis.engine.dataflow.files;

import dev.sluice.data.batch.Vector;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.Producer;
import dev.sluice.ssis.engine.dataflow.flow.Stage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferFile;
import dev.sluice.ssis.engine.dataflow.rows.Column;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.packages.Component;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Raw File Source and Destination: rows as they are, between data flows of this engine. The product's own form is not
/// published; its files are refused.
public final class RawFile {
    private RawFile() {}

    public static Stage source(Wiring wiring) {
        return (Producer) out -> read(wiring, out);
    }

    public static Stage destination(Wiring wiring) {
        return (Operator) (in, out) -> write(wiring, in);
    }

    private static Path file(Wiring wiring) {
        Component c = wiring.component();
        String path = wiring.number("AccessMode", 0) == 0
                ? c.property("FileName")
                : Objects.toString(
                        wiring.around()
                                .call()
                                .scope()
                                .require(c.property("FileNameVariable"))
                                .value(),
                        "");
        return wiring.around().connections().local(path);
    }

    private static void read(Wiring wiring, Outputs out)
            throws IOException, java.sql.SQLException, InterruptedException {
        Path file = file(wiring);
        int main = wiring.mainOutputs()[0];
        Layout layout = wiring.outputs().get(main);
        try (BufferFile.Reader reader = BufferFile.Reader.headed(Files.newInputStream(file))) {
            int[] places = places(wiring, reader.layout(), layout, file);
            for (Buffer buffer = reader.next(); buffer != null; buffer = reader.next()) {
                @Nullable Vector[] vectors = new Vector[places.length];
                for (int i = 0; i < places.length; i++) {
                    vectors[i] = buffer.vector(places[i]);
                }
                out.send(main, new Buffer(layout, vectors, buffer.rows()));
            }
        } catch (NoSuchFileException e) {
            throw wiring.file(file, "it does not exist", Codes.FILE_OPEN);
        } catch (IOException e) {
            throw wiring.file(
                    file, "it is no raw file that was written here (" + e.getMessage() + ")", Codes.FILE_READ);
        }
    }

    private static int[] places(Wiring wiring, Layout in, Layout wanted, Path file) {
        int[] places = new int[wanted.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = -1;
            for (int k = 0; k < in.size(); k++) {
                boolean same =
                        in.column(k).name().equalsIgnoreCase(wanted.column(i).name())
                                && in.column(k).type().kind()
                                        == wanted.column(i).type().kind()
                                && in.column(k).type().scale()
                                        == wanted.column(i).type().scale();
                places[i] = same ? k : places[i];
            }
            if (places[i] < 0) {
                throw wiring.file(
                        file,
                        "it has no column '" + wanted.column(i).name() + "' of the type "
                                + wanted.column(i).type(),
                        Codes.COLUMN_MISSING);
            }
        }
        return places;
    }

    /// WriteOption: 0 create always, 1 create once (an existing file is an error), 2 append, 3 truncate and append.
    private static void write(Wiring wiring, Inputs in) throws IOException, InterruptedException {
        Path file = file(wiring);
        int option = wiring.number("WriteOption", 0);
        boolean exists = Files.exists(file) && Files.size(file) > 0;
        if (option == 1 && exists) {
            throw wiring.file(file, "it exists already", Codes.FILE_OPEN);
        }
        boolean append = option == 2 && exists;
        List<Column> columns = new ArrayList<>();
        Set<String> all = new HashSet<>();
        int[] places = wiring.component().inputs().getFirst().columns().stream()
                .mapToInt(c -> wiring.column(0, c.lineage()))
                .toArray();
        for (int place : places) {
            Column c = wiring.inputs().getFirst().column(place);
            columns.add(c);
            all.add(c.lineage());
        }
        Layout layout = new Layout(columns, all);
        long rows = 0;
        try (BufferFile.Writer writer = new BufferFile.Writer(
                append ? Files.newOutputStream(file, StandardOpenOption.APPEND) : Files.newOutputStream(file))) {
            if (!append) {
                writer.head(layout);
            }
            for (Buffer buffer = in.next(0); buffer != null; buffer = in.next(0)) {
                @Nullable Vector[] vectors = new Vector[places.length];
                for (int i = 0; i < places.length; i++) {
                    vectors[i] = buffer.vector(places[i]);
                }
                writer.write(new Buffer(layout, vectors, buffer.rows()));
                rows += buffer.rows();
            }
        } catch (IOException e) {
            throw wiring.file(file, e.toString(), Codes.FILE_OPEN);
        }
        wiring.around().information("\"" + wiring.component().name() + "\" wrote " + rows + " rows.");
    }
}
