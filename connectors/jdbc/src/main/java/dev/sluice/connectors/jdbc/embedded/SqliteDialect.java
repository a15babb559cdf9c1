package dev.sluice.connectors.jdbc.embedded;

import dev.sluice.connectors.jdbc.relational.ColumnMetadata;
import dev.sluice.connectors.jdbc.relational.Dialect;
import dev.sluice.connectors.jdbc.relational.DriverName;
import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.RelationalColumn;
import dev.sluice.connectors.jdbc.relational.RowReader;
import dev.sluice.connectors.jdbc.relational.Server;
import dev.sluice.connectors.jdbc.relational.StandardTypes;
import dev.sluice.connectors.jdbc.relational.TableName;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.Endpoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What SQLite does differently: a column has no type but a declared word, by which values are read here. Dates and
/// times are ISO texts; a DECIMAL of more than 15 digits would be a floating-point number, so it is created as text.
final class SqliteDialect implements Dialect {
    private static final int EXACT_DIGITS = 15;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "SQLite",
            Set.of("SQLite"),
            Set.of("SQLiteTable"),
            Set.of("SQLiteSource"),
            Set.of("SQLiteSink"),
            Dialect.capabilities(true, true),
            DatabaseFile.FIELDS);

    @Override
    public String name() {
        return "SQLite";
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public DriverName driver() {
        return DriverName.shipped("org.sqlite.JDBC", "org.xerial:sqlite-jdbc");
    }

    @Override
    public Server server(Endpoint endpoint) {
        return DatabaseFile.server(endpoint, "jdbc:sqlite:", Map.of("busy_timeout", "30000", "limit_attached", "0"));
    }

    @Override
    public boolean definesInTransaction() {
        return true;
    }

    @Override
    public boolean cutsConnections() {
        return false;
    }

    @Override
    public Upsert upsert() {
        return Upsert.UPDATE_FROM;
    }

    @Override
    public void beforeReading(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
    }

    @Override
    public String literal(LocalDate date) {
        return "'" + date + "'";
    }

    @Override
    public String literal(LocalDateTime time) {
        return "'" + TIME.format(time) + "'";
    }

    @Override
    public DataType type(ColumnMetadata m) {
        String word = m.typeName().replaceAll("\\(.*", "").strip();
        return switch (word) {
            case "BOOLEAN", "BOOL" -> DataType.BOOLEAN;
            case "TINYINT" -> DataType.INT8;
            case "SMALLINT", "INT2" -> DataType.INT16;
            case "MEDIUMINT", "INT4" -> DataType.INT32;
            case "INT", "INTEGER", "BIGINT", "INT8" -> DataType.INT64;
            case "REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT" -> DataType.FLOAT64;
            case "DECIMAL", "NUMERIC" ->
                m.precision() > 0 && m.precision() <= EXACT_DIGITS
                        ? StandardTypes.decimal(m.precision(), m.scale())
                        : DataType.STRING;
            case "DATE" -> DataType.DATE;
            case "TIME" -> DataType.time(6);
            case "DATETIME", "TIMESTAMP" -> DataType.timestamp(6);
            case "BLOB", "BINARY", "VARBINARY" -> DataType.BINARY;
            case "UUID" -> DataType.GUID;
            default -> DataType.STRING;
        };
    }

    /// The last number given to a row: more than there are where rows were deleted. A view, and a table without such
    /// numbers, have none.
    @Override
    public Optional<String> rowCount(TableName table) {
        return Optional.of("SELECT MAX(_rowid_) FROM " + table.sql(this));
    }

    @Override
    public List<@Nullable Object> countParameters(TableName table) {
        return List.of();
    }

    @Override
    public String declared(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "BOOLEAN";
            case INT8 -> "TINYINT";
            case UINT8, INT16 -> "SMALLINT";
            case UINT16, INT32 -> "MEDIUMINT";
            case UINT32, INT64 -> "BIGINT";
            case FLOAT32, FLOAT64 -> "REAL";
            case DECIMAL ->
                type.precision() <= EXACT_DIGITS ? "DECIMAL(" + type.precision() + "," + type.scale() + ")" : "TEXT";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP -> "DATETIME";
            case UINT64, STRING, DURATION, INSTANT -> "TEXT";
            case BINARY -> "BLOB";
            case GUID -> "UUID";
        };
    }

    @Override
    public RowReader.Form form(RelationalColumn column) {
        return switch (column.type().kind()) {
            case FLOAT32, FLOAT64, BINARY, STRING -> RowReader.Form.NATIVE;
            default -> RowReader.Form.TEXT;
        };
    }

    @Override
    public void bind(PreparedStatement s, int index, Object value, DataType type) throws SQLException {
        switch (value) {
            case LocalDateTime t -> s.setString(index, TIME.format(t));
            case OffsetDateTime t -> s.setString(index, TIME.format(t) + "Z");
            case Boolean b -> s.setInt(index, b ? 1 : 0);
            case byte[] b -> s.setBytes(index, b);
            case Integer i -> s.setInt(index, i);
            case Long l -> s.setLong(index, l);
            case Float f -> s.setDouble(index, f);
            case Double d -> s.setDouble(index, d);
            case java.math.BigDecimal d -> s.setString(index, d.toPlainString());
            default -> s.setString(index, value.toString());
        }
    }

    /// Result codes of SQLite, and their upper bytes, which say more.
    @Override
    public Optional<Meaning> meaning(SQLException e) {
        int code = e.getErrorCode();
        String text = String.valueOf(e.getMessage());
        return Optional.ofNullable(
                switch (code & 0xFF) {
                    case 5, 6 -> Meaning.BUSY;
                    case 8, 3, 23 -> Meaning.DENIED;
                    case 9 -> Meaning.TIMEOUT;
                    case 13 -> Meaning.DISK_FULL;
                    case 14 -> Meaning.DATABASE_MISSING;
                    case 19 -> code == 1_299 ? Meaning.NULL_REFUSED : Meaning.ROW_REFUSED;
                    case 1 -> text.contains("no such table") ? Meaning.TABLE_MISSING : null;
                    default -> null;
                });
    }

    @Override
    public List<String> setUp(Server server) {
        return List.of();
    }
}
