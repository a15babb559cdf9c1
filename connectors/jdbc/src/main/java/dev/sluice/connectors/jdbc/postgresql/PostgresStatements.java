package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.connectors.jdbc.relational.NamedParameters;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SqlParameter;
import dev.sluice.data.spi.SqlResults;
import dev.sluice.data.spi.SqlSession;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A user's own statements. A text of several statements is one transaction, as the server has it, unless it says
/// otherwise itself.
///
/// PostgreSQL knows no output parameters of a text. One takes the value of the column of its name in the last row
/// that the text gives, which is how `CALL` gives them: `SELECT count(*) AS total FROM orders` sets `total`.
final class PostgresStatements implements SqlSession {
    private static final int MOST_WARNINGS = 1_000;

    private final PostgresSession session;

    private PostgresStatements(PostgresSession session) {
        this.session = session;
    }

    static PostgresStatements open(Endpoint endpoint) {
        return new PostgresStatements(PostgresSession.open(PostgresServer.of(endpoint)));
    }

    @Override
    public Map<String, @Nullable Object> execute(
            String text, List<SqlParameter> parameters, int limit, Duration timeout, SqlResults results) {
        NamedParameters placed = NamedParameters.of(text, parameters, NamedParameters.Quiet.POSTGRESQL);
        return run(placed.sql(), placed.order(), true, parameters, limit, timeout, results, "statement");
    }

    @Override
    public Map<String, @Nullable Object> call(
            String procedure, List<SqlParameter> parameters, int limit, Duration timeout, SqlResults results) {
        Routine routine = Routine.find(session, procedure, parameters);
        Routine.Call call = routine.call(parameters, limit == 0);
        return run(call.sql(), call.order(), false, parameters, limit, timeout, results, routine.name() + "()");
    }

    /// @param typed whether parameters have the types they were given, or those that the called routine declares
    private Map<String, @Nullable Object> run(
            String sql,
            List<SqlParameter> order,
            boolean typed,
            List<SqlParameter> parameters,
            int limit,
            Duration timeout,
            SqlResults results,
            String object) {
        Outputs outputs = new Outputs(results, parameters);
        Statement about = new Statement(object, "run");
        long millis = timeout.isZero() ? session.server().commandSeconds() * 1_000L : timeout.toMillis();
        session.execute("SET statement_timeout = " + millis, about);
        session.work(about, connection -> {
            try (java.sql.Statement statement = prepared(connection, sql, order, typed)) {
                statement.setMaxRows(limit);
                statement.setEscapeProcessing(false);
                boolean rows = statement instanceof PreparedStatement p ? p.execute() : statement.execute(sql);
                takeAll(statement, rows, limit, outputs);
            }
        });
        return outputs.values();
    }

    /// Without parameters a question mark is the user's own.
    private static java.sql.Statement prepared(
            Connection connection, String sql, List<SqlParameter> order, boolean typed) throws SQLException {
        if (order.isEmpty()) {
            return connection.createStatement();
        }
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < order.size(); i++) {
            bind(statement, i + 1, order.get(i), typed);
        }
        return statement;
    }

    /// Texts go without a type, so that they fit where they are put; an output value is asked for as nothing.
    private static void bind(PreparedStatement statement, int at, SqlParameter parameter, boolean typed)
            throws SQLException {
        Object value = parameter.direction().in() ? parameter.value() : null;
        if (value == null) {
            statement.setNull(at, Types.OTHER);
        } else if (!typed || value instanceof String || value instanceof Duration) {
            statement.setObject(at, text(value), Types.OTHER);
        } else {
            switch (parameter.type()) {
                case BYTE, INT16 -> statement.setObject(at, value, Types.SMALLINT);
                case INT32 -> statement.setObject(at, value, Types.INTEGER);
                case BOOLEAN, INT64, SINGLE, DOUBLE, DECIMAL, STRING, GUID, DATE, DATETIME, DATETIMEOFFSET, TIMESPAN ->
                    statement.setObject(at, value);
            }
        }
    }

    private static String text(Object value) {
        if (value instanceof Duration d) {
            return String.format(
                    Locale.ROOT,
                    "%s%d:%02d:%02d.%06d",
                    d.isNegative() ? "-" : "",
                    d.abs().toHours(),
                    d.abs().toMinutesPart(),
                    d.abs().toSecondsPart(),
                    d.abs().toNanosPart() / 1_000);
        }
        return value.toString();
    }

    private static void takeAll(java.sql.Statement statement, boolean first, int limit, Outputs outputs)
            throws SQLException {
        boolean rows = first;
        while (true) {
            if (rows) {
                try (ResultSet result = statement.getResultSet()) {
                    take(result, limit, outputs);
                }
            } else {
                long changed = statement.getLargeUpdateCount();
                if (changed < 0) {
                    break;
                }
                outputs.changed(changed);
            }
            rows = statement.getMoreResults();
        }
        SQLWarning warning = statement.getWarnings();
        for (int i = 0; warning != null && i < MOST_WARNINGS; i++) {
            outputs.message(String.valueOf(warning.getMessage()));
            warning = warning.getNextWarning();
        }
    }

    private static void take(ResultSet result, int limit, Outputs outputs) throws SQLException {
        ResultSetMetaData meta = result.getMetaData();
        List<Field> fields = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            String type = meta.getColumnTypeName(i);
            int digits = type.equals("numeric") ? meta.getPrecision(i) : 0;
            int scale = digits > 0 ? Catalog.signed(meta.getScale(i)) : 0;
            fields.add(PostgresColumn.of(meta.getColumnLabel(i), type, type, false, digits, scale, true)
                    .field());
        }
        outputs.result(new Schema(fields));
        int taken = 0;
        while (taken++ < limit && result.next()) {
            List<@Nullable Object> row = new ArrayList<>(fields.size());
            for (int i = 1; i <= fields.size(); i++) {
                row.add(value(result, i, meta.getColumnTypeName(i)));
            }
            outputs.row(row);
        }
    }

    private static @Nullable Object value(ResultSet row, int at, String type) throws SQLException {
        String text = row.getString(at);
        if (text == null) {
            return null;
        }
        return switch (type) {
            case "bool" -> row.getBoolean(at);
            case "int2", "int4", "int8", "oid", "serial", "bigserial", "smallserial" -> row.getLong(at);
            case "float4" -> row.getFloat(at);
            case "float8" -> row.getDouble(at);
            // NaN and the infinities are no decimals.
            case "numeric" -> isNumber(text) ? row.getBigDecimal(at) : text;
            case "date" -> isFinite(text) ? row.getObject(at, LocalDate.class) : text;
            case "timestamp" -> isFinite(text) ? row.getObject(at, LocalDateTime.class) : text;
            case "timestamptz" -> isFinite(text) ? row.getObject(at, OffsetDateTime.class) : text;
            case "time" -> text.startsWith("24") ? text : row.getObject(at, LocalTime.class);
            case "uuid" -> row.getObject(at, UUID.class);
            case "bytea" -> row.getBytes(at);
            default -> text;
        };
    }

    private static boolean isNumber(String text) {
        char last = text.charAt(text.length() - 1);
        return last >= '0' && last <= '9';
    }

    /// `infinity`, and years before our era, which the types of the runtime do not write the same way.
    private static boolean isFinite(String text) {
        return text.indexOf("infinity") < 0 && !text.endsWith("BC");
    }

    @Override
    public void close() {
        session.close();
    }

    /// Passes results on and keeps what output parameters are to have.
    private static final class Outputs implements SqlResults {
        private final SqlResults results;
        private final List<SqlParameter> wanted;
        private final Map<String, @Nullable Object> values = new HashMap<>();
        private Schema columns = new Schema(List.of());

        Outputs(SqlResults results, List<SqlParameter> parameters) {
            this.results = results;
            this.wanted = parameters.stream().filter(p -> p.direction().out()).toList();
            wanted.forEach(p -> values.put(p.name(), p.direction().in() ? p.value() : null));
        }

        @Override
        public void result(Schema found) {
            columns = found;
            results.result(found);
        }

        @Override
        public void row(List<@Nullable Object> row) {
            for (SqlParameter parameter : wanted) {
                for (int i = 0; i < row.size(); i++) {
                    if (columns.field(i).name().equalsIgnoreCase(parameter.name())) {
                        values.put(parameter.name(), row.get(i));
                    }
                }
            }
            results.row(row);
        }

        @Override
        public void changed(long rows) {
            results.changed(rows);
        }

        @Override
        public void message(String text) {
            results.message(text);
        }

        Map<String, @Nullable Object> values() {
            return values;
        }
    }
}
