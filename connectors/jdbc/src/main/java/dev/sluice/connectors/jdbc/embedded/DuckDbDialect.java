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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What DuckDB does differently. Written by batches of INSERT when its driver is loaded from a folder of its own, since
/// its Appender is no part of JDBC.
final class DuckDbDialect implements Dialect {
    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "DuckDB",
            Set.of("DuckDB"),
            Set.of("DuckDBTable"),
            Set.of("DuckDBSource"),
            Set.of("DuckDBSink"),
            Dialect.capabilities(true, true),
            DatabaseFile.FIELDS);

    @Override
    public Optional<String> bucket(String column, int count) {
        return Optional.of("COALESCE(hash(" + column + ") % " + count + ", 0)");
    }

    @Override
    public String name() {
        return "DuckDB";
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public DriverName driver() {
        return DriverName.toBeAdded("org.duckdb.DuckDBDriver", "duckdb", "org.duckdb:duckdb_jdbc");
    }

    @Override
    public Server server(Endpoint endpoint) {
        return DatabaseFile.server(
                endpoint,
                "jdbc:duckdb:",
                Map.of(
                        "jdbc_stream_results", "true",
                        "autoinstall_known_extensions", "false",
                        "autoload_known_extensions", "false",
                        "threads", "2"));
    }

    @Override
    public List<String> setUp(Server server) {
        return List.of("SET TimeZone = 'UTC'");
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
    public void beforeReading(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
    }

    @Override
    public DataType type(ColumnMetadata m) {
        return switch (m.typeName()) {
            case "TINYINT" -> DataType.INT8;
            case "UTINYINT" -> DataType.UINT8;
            case "USMALLINT" -> DataType.UINT16;
            case "UINTEGER" -> DataType.UINT32;
            case "UBIGINT" -> DataType.UINT64;
            case "HUGEINT", "UHUGEINT" -> DataType.decimal(38, 0);
            case "FLOAT" -> DataType.FLOAT32;
            case "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP" -> DataType.timestamp(6);
            case "TIMESTAMP_NS" -> DataType.timestamp(9);
            case "TIMESTAMP WITH TIME ZONE" -> DataType.instant(6);
            case "INTERVAL", "TIME WITH TIME ZONE" -> DataType.STRING;
            default -> StandardTypes.of(m);
        };
    }

    @Override
    public Optional<String> rowCount(TableName table) {
        return Optional.of("SELECT estimated_size FROM duckdb_tables() WHERE table_name = ?"
                + " AND schema_name = COALESCE(?, current_schema())");
    }

    @Override
    public String declared(DataType type) {
        return switch (type.kind()) {
            case INT8 -> "TINYINT";
            case UINT8 -> "UTINYINT";
            case UINT16 -> "USMALLINT";
            case UINT32 -> "UINTEGER";
            case UINT64 -> "UBIGINT";
            case FLOAT32 -> "FLOAT";
            case FLOAT64 -> "DOUBLE";
            case TIME -> "TIME";
            case TIMESTAMP -> type.scale() == 9 ? "TIMESTAMP_NS" : "TIMESTAMP";
            case INSTANT -> "TIMESTAMPTZ";
            case STRING, DURATION -> "VARCHAR";
            case BINARY -> "BLOB";
            case GUID -> "UUID";
            case BOOLEAN, INT16, INT32, INT64, DECIMAL, DATE -> StandardTypes.declared(type);
        };
    }

    @Override
    public RowReader.Form form(RelationalColumn column) {
        return column.type().kind() == DataType.Kind.TIME ? RowReader.Form.TEXT : RowReader.Form.NATIVE;
    }

    @Override
    public void bind(PreparedStatement s, int index, Object value, DataType type) throws SQLException {
        switch (value) {
            case byte[] b -> s.setBytes(index, b);
            case java.time.LocalTime t -> s.setString(index, t.toString());
            default -> s.setObject(index, value);
        }
    }

    /// DuckDB has no codes; its messages begin with the kind of error.
    @Override
    public Optional<Meaning> meaning(SQLException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("Constraint Error")) {
            return Optional.of(text.contains("NOT NULL") ? Meaning.NULL_REFUSED : Meaning.ROW_REFUSED);
        }
        if (text.contains("Conversion Error") || text.contains("Out of Range Error")) {
            return Optional.of(Meaning.ROW_REFUSED);
        }
        if (text.contains("Catalog Error") && text.contains("does not exist")) {
            return Optional.of(Meaning.TABLE_MISSING);
        }
        if (text.contains("Could not set lock") || text.contains("TransactionContext Error: Conflict")) {
            return Optional.of(Meaning.BUSY);
        }
        return text.contains("No space left") ? Optional.of(Meaning.DISK_FULL) : Optional.empty();
    }
}
