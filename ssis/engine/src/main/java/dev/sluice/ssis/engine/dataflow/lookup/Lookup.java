package dev.sluice.ssis.engine.dataflow.lookup;

import dev.sluice.data.batch.Vector;
import dev.sluice.ssis.engine.dataflow.Connections;
import dev.sluice.ssis.engine.dataflow.database.Dialect;
import dev.sluice.ssis.engine.dataflow.database.ResultColumns;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.RowStage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.BufferFile;
import dev.sluice.ssis.engine.dataflow.rows.Cells;
import dev.sluice.ssis.engine.dataflow.rows.Column;
import dev.sluice.ssis.engine.dataflow.rows.Fit;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.dataflow.rows.Storage;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Component.Disposition;
import dev.sluice.ssis.packages.ConnectionManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lookup: columns of a reference table by equal keys. Full cache: all reference rows in memory, compared byte by byte
/// (NULL equals NULL). Partial and no cache: the database compares, row by row.
public final class Lookup implements RowStage {
    private static final int FULL = 0;
    private static final int PARTIAL = 1;
    private static final int CACHE_CONNECTION = 1;

    private final Wiring wiring;
    private final int match;
    private final int noMatch;
    private final boolean unmatchedLeave;
    private final Disposition onNoMatch;
    private final List<Join> joins = new ArrayList<>();
    private final List<Copy> copies = new ArrayList<>();
    private final RowErrors errors;
    private final Keys keys;
    private final int cacheType;
    private final boolean cacheConnection;
    private @Nullable ReferenceRows reference;
    private @Nullable ReferenceQuery query;

    private record Join(int input, String column, SsisType type) {}

    /// @param place in the match output
    private record Copy(int place, String column, SsisType type) {}

    public Lookup(Wiring wiring) {
        this.wiring = wiring;
        int[] main = wiring.mainOutputs();
        this.match = main[0];
        this.noMatch = main.length > 1 ? main[1] : -1;
        this.unmatchedLeave = wiring.number("NoMatchBehavior", 0) == 1 && noMatch >= 0;
        Disposition d = wiring.component().outputs().get(match).onError();
        this.onNoMatch = d == Disposition.NOT_USED ? Disposition.FAIL_COMPONENT : d;
        this.errors = new RowErrors(wiring);
        this.cacheConnection = wiring.number("ConnectionType", 0) == CACHE_CONNECTION;
        this.cacheType = cacheConnection ? FULL : wiring.number("CacheType", FULL);
        Layout output = wiring.outputs().get(match);
        for (Component.OutputColumn c : wiring.component().outputs().get(match).columns()) {
            int place = wiring.own(match, c);
            copies.add(new Copy(
                    place,
                    References.text(c.properties(), "CopyFromReferenceColumn"),
                    output.column(place).type()));
        }
        for (Component.InputColumn c : wiring.component().inputs().getFirst().columns()) {
            int place = wiring.column(0, c.lineage());
            SsisType type = wiring.inputs().getFirst().column(place).type();
            String join = References.text(c.properties(), "JoinToReferenceColumn");
            String copy = References.text(c.properties(), "CopyFromReferenceColumn");
            if (!join.isBlank()) {
                joins.add(new Join(place, join, type));
            }
            if (!copy.isBlank() && c.readWrite()) {
                copies.add(new Copy(place, copy, type));
            }
        }
        if (joins.isEmpty()) {
            throw wiring.invalid("no column of its input is joined to a reference column", Codes.INVALID);
        }
        this.keys = new Keys(joins.stream().map(j -> Keys.Part.equal(j.input())).toList());
    }

    @Override
    public void prepare() throws IOException, SQLException, InterruptedException {
        if (cacheType != FULL) {
            query = query();
            return;
        }
        Layout wanted = wanted();
        int[] keyColumns = new int[joins.size()];
        Arrays.setAll(keyColumns, i -> i);
        ReferenceRows rows = new ReferenceRows(wiring, wanted, keyColumns);
        reference = rows;
        if (cacheConnection) {
            loadCache(rows);
        } else {
            loadQuery(rows);
        }
        if (rows.duplicates() > 0) {
            String text = rows.duplicates() + " reference rows have a key that another row has; the first one counts.";
            if (wiring.flag("TreatDuplicateKeysAsError", false)) {
                throw wiring.failed(text, Codes.LOOKUP_DUPLICATE);
            }
            wiring.around().warning(Codes.LOOKUP_DUPLICATE.number(), text);
        }
        wiring.around()
                .information("\"" + wiring.component().name() + "\" has cached " + rows.size() + " reference rows.");
    }

    /// The columns to keep: the keys as the input has them, then the copies as the output has them.
    private Layout wanted() {
        List<Column> columns = new ArrayList<>();
        Set<String> all = new HashSet<>();
        joins.forEach(j -> columns.add(new Column("key." + columns.size(), 0, j.column(), j.type())));
        copies.forEach(c -> columns.add(new Column("copy." + columns.size(), 0, c.column(), c.type())));
        columns.forEach(c -> all.add(c.lineage()));
        return new Layout(columns, all);
    }

    private void loadQuery(ReferenceRows into) throws SQLException {
        Layout wanted = into.layout();
        Layout read = wanted;
        BufferBuilder builder = BufferBuilder.of(wanted, wiring.around().sizing());
        try (Connections.Session session = wiring.around().connections().open(wiring.connection())) {
            boolean auto = session.connection().getAutoCommit();
            if (!session.shared() && auto) {
                session.connection().setAutoCommit(false);
            }
            try (PreparedStatement statement = session.connection()
                    .prepareStatement(Dialect.text(
                            session.connection(), wiring.component().property("SqlCommand")))) {
                statement.setFetchSize(1_000);
                try (ResultSet rows = statement.executeQuery()) {
                    ResultColumns columns = ResultColumns.of(rows, read);
                    while (rows.next()) {
                        add(into, builder, columns.values(rows));
                    }
                }
            } finally {
                if (!session.shared() && auto) {
                    session.connection().rollback();
                    session.connection().setAutoCommit(true);
                }
            }
        } catch (RowFailure e) {
            throw wiring.failed("a reference row cannot be used: " + e.getMessage(), Codes.PROCESS);
        }
        into.add(builder.take());
    }

    private static void add(ReferenceRows into, BufferBuilder builder, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            builder.set(i, values[i]);
        }
        builder.next();
        if (builder.full()) {
            into.add(builder.take());
        }
    }

    private void loadCache(ReferenceRows into) throws IOException {
        CachedTable cache = cache();
        Layout wanted = into.layout();
        int[] places = new int[wanted.size()];
        Fit[] fits = new Fit[wanted.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = cache.indexOf(wanted.column(i).name());
            if (places[i] < 0) {
                throw wiring.invalid(
                        "its cache has no column '" + wanted.column(i).name() + "'", Codes.COLUMN_MISSING);
            }
            fits[i] = new Fit(
                    cache.layout().column(places[i]).type(), wanted.column(i).type());
        }
        BufferBuilder builder = BufferBuilder.of(wanted, wiring.around().sizing());
        for (Buffer buffer : cache.buffers()) {
            for (int row = 0; row < buffer.rows(); row++) {
                @Nullable Object[] values = new Object[places.length];
                for (int i = 0; i < places.length; i++) {
                    Object value = buffer.value(places[i], row);
                    values[i] = value == null ? null : fits[i].apply(value);
                }
                add(into, builder, values);
            }
        }
        into.add(builder.take());
    }

    private CachedTable cache() throws IOException {
        ConnectionManager manager = wiring.around().connections().manager(wiring.connection());
        Object kept = wiring.around().connections().retained().get(CacheTransform.key(manager));
        if (kept instanceof CachedTable cache) {
            return cache;
        }
        if (!manager.settings().flag("UseFile", false)) {
            throw wiring.failed(
                    "the cache '" + manager.name() + "' is empty; no Cache Transform has filled it in this execution",
                    Codes.CONNECTION_MISSING);
        }
        Path file = wiring.around().connections().file(wiring.connection());
        if (!Files.exists(file)) {
            throw wiring.file(file, "it does not exist", Codes.FILE_OPEN);
        }
        List<Buffer> buffers = new ArrayList<>();
        try (BufferFile.Reader reader = BufferFile.Reader.headed(Files.newInputStream(file))) {
            for (Buffer buffer = reader.next(); buffer != null; buffer = reader.next()) {
                buffers.add(buffer);
            }
            return new CachedTable(reader.layout(), buffers);
        } catch (IOException e) {
            throw wiring.file(
                    file,
                    "it is no cache file that was written here (" + e.getMessage()
                            + "); run the package that fills the cache first",
                    Codes.FILE_READ);
        }
    }

    private ReferenceQuery query() throws SQLException {
        Component c = wiring.component();
        String sql = c.property("SqlCommandParam");
        int[] parameters = Arrays.stream(c.property("ParameterMap").split(";"))
                .filter(p -> !p.isBlank())
                .mapToInt(p -> wiring.column(0, References.lineage(p)))
                .toArray();
        if (sql.isBlank() || parameters.length == 0) {
            StringBuilder text = new StringBuilder("select * from (")
                    .append(c.property("SqlCommand"))
                    .append(") refTable where ");
            for (int i = 0; i < joins.size(); i++) {
                text.append(i == 0 ? "" : " and ")
                        .append("refTable.[")
                        .append(joins.get(i).column())
                        .append("] = ?");
            }
            sql = text.toString();
            parameters = joins.stream().mapToInt(Join::input).toArray();
        }
        long megabytes = Math.max(1, wiring.number("MaxMemoryUsage64", 25));
        Map<String, ReferenceColumn> known = ReferenceColumn.of(c.property("ReferenceMetadataXml"));
        List<Column> columns = new ArrayList<>();
        Set<String> all = new HashSet<>();
        for (Copy copy : copies) {
            ReferenceColumn r = known.get(copy.column().toLowerCase(Locale.ROOT));
            String lineage = "copy." + columns.size();
            columns.add(new Column(lineage, 0, r == null ? copy.column() : r.name(), copy.type()));
            all.add(lineage);
        }
        return new ReferenceQuery(
                wiring, sql, parameters, new Layout(columns, all), cacheType == PARTIAL ? megabytes << 20 : 0);
    }

    @Override
    public void rows(Buffer buffer, Outputs out) throws IOException, SQLException, InterruptedException {
        int rows = buffer.rows();
        int[] found = new int[rows];
        @Nullable Object[][] values = new Object[0][];
        if (query != null) {
            values = new Object[rows][];
            ask(query, buffer, found, values);
        } else {
            ReferenceRows all = Objects.requireNonNull(reference);
            for (int row = 0; row < rows; row++) {
                keys.read(buffer, row);
                found[row] = all.find(keys.bytes(), keys.length());
            }
        }
        send(buffer, out, found, values);
    }

    private void ask(ReferenceQuery asked, Buffer buffer, int[] found, @Nullable Object[][] values)
            throws SQLException {
        for (int row = 0; row < found.length; row++) {
            keys.read(buffer, row);
            @Nullable Object[] answer = asked.find(keys.copy(), buffer, row);
            found[row] = answer == null ? -1 : row;
            values[row] = answer == null ? new Object[copies.size()] : answer;
        }
    }

    private void send(Buffer buffer, Outputs out, int[] found, @Nullable Object[][] values)
            throws IOException, SQLException, InterruptedException {
        int rows = buffer.rows();
        int[] kept = new int[rows];
        int[] lost = new int[rows];
        int keptCount = 0;
        int lostCount = 0;
        errors.begin(rows);
        for (int row = 0; row < rows; row++) {
            if (found[row] >= 0 || !unmatchedLeave && !failed(row)) {
                kept[keptCount++] = row;
            } else if (unmatchedLeave) {
                lost[lostCount++] = row;
            }
        }
        Layout output = wiring.outputs().get(match);
        if (wiring.hasOutput().get(match) && keptCount > 0) {
            Buffer through = keptCount == rows ? buffer.as(output) : buffer.select(output, kept, keptCount);
            out.send(match, copied(through, kept, keptCount, found, values));
        }
        if (lostCount > 0 && wiring.hasOutput().get(noMatch)) {
            out.send(noMatch, buffer.select(wiring.outputs().get(noMatch), lost, lostCount));
        }
        errors.send(buffer, out);
    }

    private boolean failed(int row) {
        int code = Codes.LOOKUP_NO_MATCH.number();
        return errors.redirected(
                row, "", "(row)", onNoMatch, code, Codes.FAILED_ON_ERROR, "there is no reference row with its key");
    }

    private Buffer copied(Buffer through, int[] kept, int count, int[] found, @Nullable Object[][] values) {
        @Nullable Vector[] vectors = through.vectors();
        for (int c = 0; c < copies.size(); c++) {
            Copy copy = copies.get(c);
            if (!through.layout().live(copy.place())) {
                vectors[copy.place()] = null;
                continue;
            }
            Vector vector = Storage.vector(copy.type(), count);
            for (int i = 0; i < count; i++) {
                int at = found[kept[i]];
                if (at < 0) {
                    vector.setNull(i);
                } else if (values.length > 0) {
                    Cells.set(vector, copy.type(), i, values[kept[i]][c]);
                } else {
                    ReferenceRows all = Objects.requireNonNull(reference);
                    Cells.copy(all.buffer(at).vector(joins.size() + c), all.row(at), vector, i);
                }
            }
            vectors[copy.place()] = vector;
        }
        return new Buffer(through.layout(), vectors, count);
    }

    @Override
    public void close() {
        if (reference != null) {
            reference.close();
            reference = null;
        }
        if (query != null) {
            try {
                query.close();
            } catch (SQLException e) {
                wiring.around()
                        .warning(Codes.OLE_DB.number(), "A connection could not be given back: " + e.getMessage());
            }
            query = null;
        }
    }
}
