package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.connection.Session;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.engine.dataflow.database.Dialect;
import dev.sluice.ssis.packages.PropertyBag;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Bulk Insert Task. Here the file is read by the engine, not by the database's server, and inserted in batches within
/// one transaction, so that the same package works with any database. Rows whose values do not fit are skipped up to
/// MaximumErrors. Native data files and format files are SQL Server's own and are refused.
final class BulkInsertTask implements TaskRunner {
    private static final int MOST_FIELD = 1 << 26;
    private static final int BATCH = 1_000;

    private final PackageConnections connections;
    private final PathMap paths;

    BulkInsertTask(PackageConnections connections, PathMap paths) {
        this.connections = connections;
        this.paths = paths;
    }

    @Override
    public @Nullable Object run(TaskCall call) throws InterruptedException {
        PropertyBag p = Payload.of(
                call, "SourceConnection", "SourceConnectionName", "DestinationConnection", "DestinationConnectionName");
        if (p.flag("UseFormatFile", false)) {
            throw Payload.failed(call, "format files are not read; give the terminators in the task");
        }
        Path file = paths.local(connections.text(call, p.text("SourceConnectionName", "")));
        Format format = format(call, p);
        try (Session session = connections.open(call, p.text("DestinationConnectionName", ""))) {
            return Interruptible.run(cancel -> {
                try {
                    return new Load(call, p, format, session, cancel).run(file);
                } catch (NoSuchFileException e) {
                    throw Payload.failed(call, "the file '" + file + "' does not exist");
                } catch (IOException e) {
                    throw Payload.failed(call, "the file '" + file + "' cannot be read (" + e + ")");
                } catch (SQLException e) {
                    throw SsisFaults.TASK_FAILED
                            .problem()
                            .at(call.task().refId())
                            .evidence("task", call.task().name())
                            .evidence("detail", "the database refused: " + e.getMessage())
                            .evidence("sqlState", e.getSQLState())
                            .from(e)
                            .exception();
                }
            });
        }
    }

    /// How the file is written.
    private record Format(Charset charset, String field, String row) {}

    private static Format format(TaskCall call, PropertyBag p) {
        int codePage = p.text("CodePage", "RAW").matches("\\d+") ? p.number("CodePage", 1252) : 1252;
        Charset charset = switch (p.text("DataFileType", "DTSBulkInsert_DataFileType_Char")
                .replaceFirst(".*_", "")
                .toLowerCase(Locale.ROOT)) {
            case "char", "0" -> TextFile.charset(codePage);
            case "widechar", "2" -> StandardCharsets.UTF_16LE;
            default -> throw Payload.failed(call, "native data files are SQL Server's own; export the file as text");
        };
        return new Format(
                charset, terminator(p.text("FieldTerminator", "Tab")), terminator(p.text("RowTerminator", "{CR}{LF}")));
    }

    /// Display forms (`Comma {,}`, `{CR}{LF}`, `Tab`) and what they stand for.
    static String terminator(String text) {
        String t = text.strip();
        String named = switch (t.toLowerCase(Locale.ROOT)) {
            case "tab", "{tab}" -> "\t";
            case "comma", "comma {,}" -> ",";
            case "semicolon", "semicolon {;}" -> ";";
            case "colon", "colon {:}" -> ":";
            case "vertical bar", "vertical bar {|}" -> "|";
            default -> t.isEmpty() ? text : t;
        };
        return named.replace("{CR}", "\r")
                .replace("{LF}", "\n")
                .replace("\\t", "\t")
                .replace("\\r", "\r")
                .replace("\\n", "\n");
    }

    /// @param type of [java.sql.Types]
    /// @param defaulted whether the table has a value where none is given
    private record Target(String name, int type, boolean given, boolean defaulted) {}

    /// One execution.
    private static final class Load {
        private final TaskCall call;
        private final PropertyBag p;
        private final Format format;
        private final Session session;
        private final Interruptible.Cancel cancel;
        private final String table;
        private final boolean keepNulls;
        private final Map<BitSet, PreparedStatement> statements = new HashMap<>();
        private final Map<BitSet, Integer> waiting = new HashMap<>();
        private List<Target> targets = List.of();
        private long inserted;
        private long refused;

        Load(TaskCall call, PropertyBag p, Format format, Session session, Interruptible.Cancel cancel) {
            this.call = call;
            this.p = p;
            this.format = format;
            this.session = session;
            this.cancel = cancel;
            this.table = p.text("DestinationTableName", "");
            this.keepNulls = p.flag("KeepNulls", false);
        }

        Object run(Path file) throws IOException, SQLException {
            Connection connection = session.connection();
            targets = targets(connection);
            boolean auto = connection.getAutoCommit();
            boolean own = !session.shared() && auto;
            if (own) {
                connection.setAutoCommit(false);
            }
            try (Reader in =
                    new BufferedReader(new InputStreamReader(Files.newInputStream(file), format.charset()), 1 << 16)) {
                rows(connection, in);
                flush();
                if (own) {
                    connection.commit();
                }
            } catch (IOException | SQLException | RuntimeException e) {
                if (own) {
                    connection.rollback();
                }
                throw e;
            } finally {
                for (PreparedStatement s : statements.values()) {
                    s.close();
                }
                if (own) {
                    connection.setAutoCommit(true);
                }
            }
            call.events()
                    .information(inserted + " rows were inserted into " + table + ", " + refused + " were skipped.");
            return inserted;
        }

        private List<Target> targets(Connection connection) throws SQLException {
            if (table.isBlank()) {
                throw Payload.failed(call, "it names no table");
            }
            boolean keepIdentity = p.flag("KeepIdentity", false);
            List<Target> found = new ArrayList<>();
            try (Statement s = connection.createStatement();
                    ResultSet none =
                            s.executeQuery(Dialect.text(connection, "SELECT * FROM " + table + " WHERE 1 = 0"))) {
                ResultSetMetaData meta = none.getMetaData();
                for (int i = 1; i <= meta.getColumnCount(); i++) {
                    found.add(new Target(
                            meta.getColumnName(i),
                            meta.getColumnType(i),
                            keepIdentity || !meta.isAutoIncrement(i),
                            !keepNulls && defaulted(connection, meta, i)));
                }
            }
            return found;
        }

        private static boolean defaulted(Connection connection, ResultSetMetaData meta, int i) throws SQLException {
            String name = meta.getTableName(i);
            if (name == null || name.isEmpty()) {
                return false;
            }
            try (ResultSet c =
                    connection.getMetaData().getColumns(connection.getCatalog(), null, name, meta.getColumnName(i))) {
                return c.next() && c.getString("COLUMN_DEF") != null;
            }
        }

        private void rows(Connection connection, Reader in) throws IOException, SQLException {
            long first = Math.max(1, p.number("FirstRow", 1));
            long last = p.number("LastRow", 0);
            Fields fields = new Fields(in, format);
            for (long row = 1; last <= 0 || row <= last; row++) {
                List<String> values = fields.next(targets.size());
                if (values == null) {
                    return;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw Payload.failed(call, "it was stopped");
                }
                if (row >= first) {
                    row(connection, row, values);
                }
            }
        }

        private void row(Connection connection, long row, List<String> values) throws SQLException {
            BitSet used = new BitSet();
            List<@Nullable Object> objects = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                Target t = targets.get(i);
                String text = values.get(i);
                if (!t.given() || text.isEmpty() && t.defaulted()) {
                    continue;
                }
                try {
                    objects.add(text.isEmpty() ? null : value(t.type(), text));
                } catch (RuntimeException e) {
                    refused++;
                    if (refused > p.number("MaximumErrors", 0)) {
                        throw Payload.failed(
                                call,
                                "in row " + row + " of the file, column '" + t.name() + "': '" + shown(text)
                                        + "' does not fit the column");
                    }
                    return;
                }
                used.set(i);
            }
            insert(connection, used, objects);
        }

        private static String shown(String text) {
            return text.length() > 50 ? text.substring(0, 50) + "…" : text;
        }

        private void insert(Connection connection, BitSet used, List<@Nullable Object> objects) throws SQLException {
            PreparedStatement s = statements.get(used);
            if (s == null) {
                s = connection.prepareStatement(sql(connection, used));
                statements.put(used, s);
            }
            PreparedStatement now = s;
            cancel.by(now::cancel);
            int at = 0;
            for (int i = used.nextSetBit(0); i >= 0; i = used.nextSetBit(i + 1)) {
                Object value = objects.get(at++);
                if (value == null) {
                    s.setNull(at, targets.get(i).type());
                } else {
                    set(s, at, value, targets.get(i).type());
                }
            }
            s.addBatch();
            inserted++;
            if (waiting.merge(used, 1, Integer::sum) >= BATCH) {
                s.executeBatch();
                waiting.put(used, 0);
            }
        }

        /// What is no type of its own in JDBC the server reads from the text.
        private static void set(PreparedStatement s, int at, Object value, int type) throws SQLException {
            if (value instanceof String text && type == Types.OTHER) {
                s.setObject(at, text, Types.OTHER);
            } else {
                s.setObject(at, value);
            }
        }

        private void flush() throws SQLException {
            for (Map.Entry<BitSet, PreparedStatement> e : statements.entrySet()) {
                if (waiting.getOrDefault(e.getKey(), 0) > 0) {
                    e.getValue().executeBatch();
                }
            }
        }

        private String sql(Connection connection, BitSet used) throws SQLException {
            String quote = connection.getMetaData().getIdentifierQuoteString().strip();
            List<String> names = used.stream()
                    .mapToObj(i -> quote + targets.get(i).name().replace(quote, quote + quote) + quote)
                    .toList();
            String into = Dialect.text(connection, "INSERT INTO " + table);
            return into + " (" + String.join(", ", names) + ") VALUES ("
                    + String.join(", ", names.stream().map(n -> "?").toList()) + ")";
        }

        private static Object value(int type, String text) {
            return switch (type) {
                case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> Integer.valueOf(text.strip());
                case Types.BIGINT -> Long.valueOf(text.strip());
                case Types.DECIMAL, Types.NUMERIC -> new BigDecimal(text.strip());
                case Types.REAL, Types.FLOAT, Types.DOUBLE -> Double.valueOf(text.strip());
                case Types.BIT, Types.BOOLEAN -> truth(text.strip());
                case Types.DATE -> LocalDate.parse(text.strip());
                case Types.TIME -> LocalTime.parse(text.strip());
                case Types.TIMESTAMP -> moment(text.strip());
                case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY ->
                    HexFormat.of().parseHex(text.strip());
                default -> text;
            };
        }

        private static boolean truth(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "1", "true", "t" -> true;
                case "0", "false", "f" -> false;
                default -> throw new IllegalArgumentException(text);
            };
        }

        private static LocalDateTime moment(String text) {
            return text.length() <= 10
                    ? LocalDate.parse(text).atStartOfDay()
                    : LocalDateTime.parse(text.replace(' ', 'T'));
        }
    }

    /// Fields of a file, by terminators alone: the last one of a row ends with the row.
    private static final class Fields {
        private final Reader in;
        private final Format format;
        private boolean over;

        Fields(Reader in, Format format) {
            this.in = in;
            this.format = format;
        }

        @Nullable
        List<String> next(int count) throws IOException {
            List<String> fields = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                String field = field(i == count - 1 ? format.row() : format.field());
                if (field == null) {
                    if (i == 0) {
                        return null;
                    }
                    throw new IOException("the file ends within a row");
                }
                fields.add(field);
            }
            return fields;
        }

        private @Nullable String field(String terminator) throws IOException {
            if (over) {
                return null;
            }
            StringBuilder text = new StringBuilder();
            int last = terminator.charAt(terminator.length() - 1);
            int c;
            while ((c = in.read()) >= 0) {
                text.append((char) c);
                if (c == last && text.length() >= terminator.length() && ends(text, terminator)) {
                    text.setLength(text.length() - terminator.length());
                    return bare(text);
                }
                if (text.length() > MOST_FIELD) {
                    throw new IOException("a field has more than " + MOST_FIELD + " characters");
                }
            }
            over = true;
            return text.isEmpty() ? null : bare(text);
        }

        private static String bare(CharSequence text) {
            return !text.isEmpty() && text.charAt(0) == '\uFEFF'
                    ? text.subSequence(1, text.length()).toString()
                    : text.toString();
        }

        private static boolean ends(CharSequence text, String terminator) {
            int from = text.length() - terminator.length();
            for (int i = 0; i < terminator.length(); i++) {
                if (text.charAt(from + i) != terminator.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
