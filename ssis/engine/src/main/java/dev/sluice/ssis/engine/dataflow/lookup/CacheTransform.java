package dev.sluice.ssis.engine.dataflow.lookup;

import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.RowStage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferFile;
import dev.sluice.ssis.engine.dataflow.rows.Column;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.ConnectionManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cache Transform: fills a Cache connection manager, for Lookups of later data flows of the execution, and its file
/// where it has one. The file is not that of the product.
public final class CacheTransform implements RowStage {
    private final Wiring wiring;
    private final ConnectionManager manager;
    private final int[] places;
    private final Layout layout;
    private final List<Buffer> buffers = new ArrayList<>();

    public CacheTransform(Wiring wiring) {
        this.wiring = wiring;
        this.manager = wiring.around().connections().manager(wiring.connection());
        List<Component.InputColumn> columns =
                wiring.component().inputs().getFirst().columns();
        this.places = new int[columns.size()];
        List<Column> kept = new ArrayList<>();
        Set<String> all = new HashSet<>();
        for (int i = 0; i < places.length; i++) {
            Component.InputColumn c = columns.get(i);
            places[i] = wiring.column(0, c.lineage());
            Column from = wiring.inputs().getFirst().column(places[i]);
            String name = References.text(c.properties(), "CacheColumnName");
            kept.add(new Column("cache." + i, 0, name.isEmpty() ? from.name() : name, from.type()));
            all.add("cache." + i);
        }
        this.layout = new Layout(kept, all);
    }

    @Override
    public void rows(Buffer buffer, Outputs out) throws IOException, SQLException, InterruptedException {
        dev.sluice.data.batch.@Nullable Vector[] vectors = new dev.sluice.data.batch.Vector[places.length];
        for (int i = 0; i < places.length; i++) {
            vectors[i] = buffer.vector(places[i]);
        }
        buffers.add(new Buffer(layout, vectors, buffer.rows()));
        for (int i : wiring.mainOutputs()) {
            out.send(i, buffer.as(wiring.outputs().get(i)));
        }
    }

    @Override
    public void completed() throws IOException {
        wiring.around().connections().retained().put(key(manager), new CachedTable(layout, buffers));
        if (manager.settings().flag("UseFile", false)) {
            Path file = wiring.around().connections().file(wiring.connection());
            Path aside = file.resolveSibling(file.getFileName() + ".new");
            try (BufferFile.Writer writer = new BufferFile.Writer(Files.newOutputStream(aside))) {
                writer.head(layout);
                for (Buffer buffer : buffers) {
                    writer.write(buffer);
                }
            }
            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    static String key(ConnectionManager manager) {
        return "cache " + (manager.id().isEmpty() ? manager.refId() : manager.id());
    }
}
