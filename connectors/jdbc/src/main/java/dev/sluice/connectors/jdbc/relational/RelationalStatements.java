package dev.sluice.connectors.jdbc.relational;

import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.SqlParameter;
import dev.sluice.data.spi.SqlResults;
import dev.sluice.data.spi.SqlSession;
import dev.sluice.diagnosis.DataFaults;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A user's own statements. Each is committed by itself, as the driver has it unless told otherwise. An
/// output parameter of a text takes the value of the column of its name in the last row that the text
/// gives; one of a procedure is JDBC's.
final class RelationalStatements implements SqlSession {
    private static final int MOST_WARNINGS = 1_000;

    private final Session session;
    private final JobContext job;

    private RelationalStatements(Session session, JobContext job) {
        this.session = session;
        this.job = job;
    }

    static RelationalStatements open(Dialect dialect, Endpoint endpoint, JobContext job) {
        return new RelationalStatements(Session.open(dialect, dialect.scripting(dialect.server(endpoint))), job);
    }

    @Override
    public Map<String, @Nullable Object> execute(
            String text, List<SqlParameter> parameters, int limit, Duration timeout, SqlResults results) {
        NamedParameters placed = NamedParameters.of(text, parameters, NamedParameters.Quiet.of(session.dialect()));
        Map<String, @Nullable Object> outputs = new HashMap<>();
        parameters.stream().filter(p -> p.direction().out()).forEach(p -> outputs.put(p.name(), p.value()));
        Taking taking = new Taking(results, outputs);
        session.alone(new Step("statement", "run"), c -> {
            try (Statement s = placed.order().isEmpty() ? c.createStatement() : c.prepareStatement(placed.sql())) {
                for (int i = 0; i < placed.order().size(); i++) {
                    bind((PreparedStatement) s, i + 1, placed.order().get(i));
                }
                limit(s, limit, timeout);
                return session.with(s, running -> {
                    Thread alarm = alarm(s, timeout);
                    try {
                        boolean rows = s instanceof PreparedStatement p ? p.execute() : s.execute(placed.sql());
                        takeAll(s, rows, limit, taking);
                    } finally {
                        alarm.interrupt();
                    }
                    return true;
                });
            }
        });
        return outputs;
    }

    /// Ends the statement when its time is over, where the driver does not: embedded databases wait for locks
    /// only.
    private static Thread alarm(Statement s, Duration timeout) {
        return Thread.ofVirtual().start(() -> {
            try {
                if (!timeout.isZero()) {
                    Thread.sleep(timeout);
                    s.cancel();
                }
            } catch (InterruptedException e) {
                // It came to its end in time.
            } catch (SQLException | RuntimeException e) {
                System.getLogger(RelationalStatements.class.getName())
                        .log(System.Logger.Level.DEBUG, "cancel not delivered", e);
            }
        });
    }

    private void limit(Statement s, int limit, Duration timeout) throws SQLException {
        long seconds = timeout.isZero() ? session.server().commandSeconds() : Math.max(1, timeout.toSeconds());
        s.setQueryTimeout((int) Math.min(seconds, Integer.MAX_VALUE));
        s.setMaxRows(limit);
    }

    @Override
    public Map<String, @Nullable Object> call(
            String procedure, List<SqlParameter> parameters, int limit, Duration timeout, SqlResults results) {
        Dialect dialect = session.dialect();
        TableName name = TableName.parsed(procedure);
        Step step = new Step(procedure, "run");
        Map<String, @Nullable Object> outputs = new HashMap<>();
        session.alone(step, c -> {
            List<SqlParameter> order = placed(c, name, parameters);
            String marks = String.join(", ", Collections.nCopies(order.size(), "?"));
            try (CallableStatement s = c.prepareCall("{call " + name.sql(dialect) + "(" + marks + ")}")) {
                for (int i = 0; i < order.size(); i++) {
                    SqlParameter p = order.get(i);
                    if (p.direction().in()) {
                        bind(s, i + 1, p);
                    }
                    if (p.direction().out()) {
                        s.registerOutParameter(i + 1, jdbcType(p.type()));
                    }
                }
                limit(s, limit, timeout);
                return session.with(s, running -> {
                    takeAll(s, s.execute(), limit, new Taking(results, new HashMap<>()));
                    for (int i = 0; i < order.size(); i++) {
                        if (order.get(i).direction().out()) {
                            outputs.put(order.get(i).name(), output(s.getObject(i + 1)));
                        }
                    }
                    return true;
                });
            }
        });
        return outputs;
    }

    /// The parameters in the order in which the procedure declares them, when they have names.
    private List<SqlParameter> placed(Connection c, TableName name, List<SqlParameter> parameters) throws SQLException {
        if (parameters.stream().anyMatch(p -> p.name().isEmpty())) {
            return parameters;
        }
        TreeMap<Integer, String> declared = new TreeMap<>();
        DatabaseMetaData m = c.getMetaData();
        boolean schemas = m.supportsSchemasInProcedureCalls();
        String schema = name.schema().orElse(null);
        try (ResultSet r = m.getProcedureColumns(
                schemas ? null : schema == null ? c.getCatalog() : schema,
                schemas ? schema : null,
                name.table(),
                null)) {
            while (r.next()) {
                short kind = r.getShort("COLUMN_TYPE");
                if (kind == DatabaseMetaData.procedureColumnIn
                        || kind == DatabaseMetaData.procedureColumnOut
                        || kind == DatabaseMetaData.procedureColumnInOut) {
                    declared.put(r.getInt("ORDINAL_POSITION"), r.getString("COLUMN_NAME"));
                }
            }
        }
        List<SqlParameter> order = new ArrayList<>();
        for (String wanted : declared.values()) {
            String plain = wanted.startsWith("@") ? wanted.substring(1) : wanted;
            parameters.stream()
                    .filter(p -> p.name().equalsIgnoreCase(plain))
                    .findFirst()
                    .ifPresent(order::add);
        }
        if (order.size() != parameters.size() || order.size() != declared.size() && !parameters.isEmpty()) {
            throw DataFaults.QUERY_FAILED
                    .problem()
                    .on(session.server().side())
                    .evidence("store", session.server().store())
                    .evidence("status", "parameters")
                    .evidence(
                            "detail",
                            "the procedure " + name + " has the parameters " + declared.values() + "; given are "
                                    + parameters.stream()
                                            .map(SqlParameter::name)
                                            .toList())
                    .exception();
        }
        return order;
    }

    private void bind(PreparedStatement s, int at, SqlParameter p) throws SQLException {
        Object value = p.direction().in() ? p.value() : null;
        switch (value) {
            case null -> s.setNull(at, jdbcType(p.type()));
            case Duration d -> s.setString(at, text(d));
            case byte[] b -> s.setBytes(at, b);
            case java.util.UUID u -> s.setString(at, u.toString());
            default -> session.dialect().bind(s, at, value, type(p.type()));
        }
    }

    private static String text(Duration d) {
        return String.format(
                Locale.ROOT,
                "%s%d:%02d:%02d.%06d",
                d.isNegative() ? "-" : "",
                d.abs().toHours(),
                d.abs().toMinutesPart(),
                d.abs().toSecondsPart(),
                d.abs().toNanosPart() / 1_000);
    }

    private static dev.sluice.data.batch.DataType type(SqlParameter.Type type) {
        return switch (type) {
            case BOOLEAN -> dev.sluice.data.batch.DataType.BOOLEAN;
            case BYTE, INT16, INT32, INT64 -> dev.sluice.data.batch.DataType.INT64;
            case SINGLE -> dev.sluice.data.batch.DataType.FLOAT32;
            case DOUBLE -> dev.sluice.data.batch.DataType.FLOAT64;
            case DECIMAL -> dev.sluice.data.batch.DataType.decimal(38, 18);
            case STRING, TIMESPAN -> dev.sluice.data.batch.DataType.STRING;
            case GUID -> dev.sluice.data.batch.DataType.GUID;
            case DATE -> dev.sluice.data.batch.DataType.DATE;
            case DATETIME -> dev.sluice.data.batch.DataType.timestamp(6);
            case DATETIMEOFFSET -> dev.sluice.data.batch.DataType.instant(6);
        };
    }

    private static int jdbcType(SqlParameter.Type type) {
        return switch (type) {
            case BOOLEAN -> Types.BOOLEAN;
            case BYTE, INT16 -> Types.SMALLINT;
            case INT32 -> Types.INTEGER;
            case INT64 -> Types.BIGINT;
            case SINGLE -> Types.REAL;
            case DOUBLE -> Types.DOUBLE;
            case DECIMAL -> Types.DECIMAL;
            case STRING, TIMESPAN, GUID -> Types.VARCHAR;
            case DATE -> Types.DATE;
            case DATETIME -> Types.TIMESTAMP;
            case DATETIMEOFFSET -> Types.TIMESTAMP_WITH_TIMEZONE;
        };
    }

    /// The classes that results are made of.
    private static @Nullable Object output(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Integer i -> i.longValue();
            case Short i -> i.longValue();
            case Byte i -> i.longValue();
            case java.math.BigInteger b -> new java.math.BigDecimal(b);
            case java.sql.Timestamp t -> t.toLocalDateTime();
            case java.sql.Date d -> d.toLocalDate();
            case java.sql.Time t -> t.toLocalTime();
            case Boolean b -> b;
            case Long l -> l;
            case Float f -> f;
            case Double d -> d;
            case java.math.BigDecimal d -> d;
            case byte[] b -> b;
            case java.util.UUID u -> u;
            case java.time.LocalDate d -> d;
            case java.time.LocalDateTime t -> t;
            case java.time.LocalTime t -> t;
            case java.time.OffsetDateTime t -> t;
            default -> value.toString();
        };
    }

    private void takeAll(Statement s, boolean first, int limit, Taking taking) throws SQLException {
        boolean rows = first;
        while (true) {
            if (rows) {
                try (ResultSet result = s.getResultSet()) {
                    take(result, limit, taking);
                }
            } else {
                long changed = s.getUpdateCount();
                if (changed < 0) {
                    break;
                }
                taking.results.changed(changed);
            }
            rows = s.getMoreResults();
        }
        SQLWarning warning = s.getWarnings();
        for (int i = 0; warning != null && i < MOST_WARNINGS; i++) {
            taking.results.message(String.valueOf(warning.getMessage()));
            warning = warning.getNextWarning();
        }
    }

    /// Rows go through a batch of one, so that a value means here what it means in a copy.
    private void take(ResultSet result, int limit, Taking taking) throws SQLException {
        ResultSetMetaData meta = result.getMetaData();
        List<RelationalColumn> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            ColumnMetadata m = ColumnMetadata.of(meta, i);
            columns.add(new RelationalColumn(
                    m.typeName(), new Field(m.name(), session.dialect().type(m), m.nullable()), m.jdbcType()));
        }
        Schema schema = new Schema(columns.stream().map(RelationalColumn::field).toList());
        taking.results.result(schema);
        RowFiller filler =
                new RowFiller(columns, IntStream.rangeClosed(1, columns.size()).toArray(), session.dialect());
        try (Batch one = new Batch(schema, 1, job.memory())) {
            for (int taken = 0; taken < limit && result.next(); taken++) {
                one.clear();
                filler.into(one);
                taking.row(schema, row(result, filler, one));
            }
        }
    }

    private static List<@Nullable Object> row(ResultSet result, RowFiller filler, Batch one) throws SQLException {
        List<@Nullable Object> row = new ArrayList<>();
        try {
            filler.fill(result, 0);
            for (int c = 0; c < one.schema().size(); c++) {
                row.add(one.vector(c).isNull(0) ? null : output(Values.of(one.vector(c), 0)));
            }
        } catch (ValueRefused odd) {
            row.clear();
            for (int c = 1; c <= one.schema().size(); c++) {
                row.add(result.getString(c));
            }
        }
        return row;
    }

    /// Passes results on and keeps what output parameters are to have.
    private record Taking(SqlResults results, Map<String, @Nullable Object> outputs) {
        void row(Schema schema, List<@Nullable Object> values) {
            for (String wanted : List.copyOf(outputs.keySet())) {
                for (int i = 0; i < values.size(); i++) {
                    if (schema.field(i).name().equalsIgnoreCase(wanted)) {
                        outputs.put(wanted, values.get(i));
                    }
                }
            }
            results.row(values);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
