package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one system does differently. The defaults are standard SQL and plain JDBC. Stateless, thread-safe.
public interface Dialect {
    /// The system's name in messages.
    String name();

    /// Which Data Factory types it serves, and the members of its linked service.
    ConnectorDescriptor descriptor();

    /// The dialect with what a linked service says about types; most systems have nothing of the kind.
    default Dialect of(Endpoint endpoint) {
        return this;
    }

    /// Reads a linked service, by allow-list.
    Server server(Endpoint endpoint);

    /// The server as it is connected to for a user's own statements.
    default Server scripting(Server server) {
        return server;
    }

    /// How else to connect after a first try has failed, where the linked service leaves more than one way; empty
    /// when the failure is final. Asked again for each way that fails.
    default Optional<Server> otherwise(Server server, SQLException failure) {
        return Optional.empty();
    }

    /// The driver to be used.
    DriverName driver();

    /// How existing rows are found when rows are upserted.
    enum Upsert {
        /// `MERGE INTO … USING …`.
        MERGE,
        /// `UPDATE … JOIN …`, then `INSERT … WHERE NOT EXISTS`.
        UPDATE_JOIN,
        /// `UPDATE … FROM …`, then `INSERT … WHERE NOT EXISTS`.
        UPDATE_FROM,
        /// The system changes no rows.
        NONE
    }

    default Upsert upsert() {
        return Upsert.MERGE;
    }

    /// What follows a MERGE: SQL Server wants a semicolon.
    default String endOfMerge() {
        return "";
    }

    /// Whether a load is one transaction; otherwise every batch is seen as soon as it is written.
    default boolean transactional() {
        return true;
    }

    /// Whether CREATE TABLE belongs to the transaction it stands in; otherwise it commits.
    default boolean definesInTransaction() {
        return false;
    }

    /// Whether another thread may cut a connection that is in use; otherwise only the statement is ended.
    default boolean cutsConnections() {
        return true;
    }

    /// Whether rows can be written at all.
    default boolean writes() {
        return true;
    }

    /// Rows fetched at once.
    default int fetchRows() {
        return 4_096;
    }

    /// An identifier as SQL writes it.
    default String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /// A constant of type date.
    default String literal(LocalDate date) {
        return "DATE '" + date + "'";
    }

    /// A constant of type timestamp, in microseconds.
    default String literal(LocalDateTime time) {
        return "TIMESTAMP '"
                + DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
                        .format(time) + "'";
    }

    /// The type in batches of a column.
    default DataType type(ColumnMetadata column) {
        return StandardTypes.of(column);
    }

    /// The type to declare for a column of a table to be created.
    default String declared(DataType type) {
        return StandardTypes.declared(type);
    }

    /// The statement that makes an empty table of the same columns.
    ///
    /// @param columns quoted, comma-separated
    default String emptyCopy(String table, String columns, String of) {
        return "CREATE TABLE " + table + " AS SELECT " + columns + " FROM " + of + " WHERE 1 = 0";
    }

    /// Name of the table that rows to be upserted are loaded into first.
    ///
    /// @param unique a word that no other load uses
    default TableName staging(TableName target, String unique, WriteOptions options) {
        String name = "sluice_" + unique;
        return options.interimSchema().isPresent()
                ? new TableName(List.of(options.interimSchema().get(), name))
                : target.beside(name);
    }

    /// Statements every session begins with.
    default List<String> setUp(Server server) {
        return List.of();
    }

    /// Puts a new connection into the state in which rows are read.
    default void beforeReading(Connection connection) throws SQLException {
        try {
            connection.setReadOnly(true);
        } catch (SQLException onlyAHint) {
            // It lets a driver optimise; some have it only before they connect.
            System.getLogger(Dialect.class.getName())
                    .log(System.Logger.Level.DEBUG, "the driver has no read-only mode", onlyAHint);
        }
        connection.setAutoCommit(false);
    }

    /// Tunes a statement that reads rows.
    default void tune(Statement statement) throws SQLException {
        statement.setFetchSize(fetchRows());
    }

    /// The query that tells how many rows a table has, from what the system keeps of it, so that it costs next to
    /// nothing; its parameters are [#countParameters]. Empty where nothing is kept.
    default Optional<String> rowCount(TableName table) {
        return Optional.empty();
    }

    /// For [#rowCount]: the table and its schema, null when it is not given, unless said otherwise.
    default List<@Nullable Object> countParameters(TableName table) {
        return Arrays.asList(table.table(), table.schema().orElse(null));
    }

    /// The partitions of a table; empty when the system has none or the table is not partitioned.
    default List<Partition> partitions(Session session, TableName table) {
        return List.of();
    }

    /// For [Ranges.Language#bucket].
    default Optional<String> bucket(String column, int count) {
        return Optional.empty();
    }

    /// The column by whose hash the system itself spreads a table's rows; empty where that is not one column.
    default Optional<String> hashColumn(Session session, TableName table) {
        return Optional.empty();
    }

    /// How a value of that type is taken from a result.
    default RowReader.Form form(RelationalColumn column) {
        return RowReader.Form.NATIVE;
    }

    /// How a value is given to a statement.
    default void bind(java.sql.PreparedStatement statement, int index, Object value, DataType type)
            throws SQLException {
        statement.setObject(index, value);
    }

    /// The way rows go in; by default batches of a prepared INSERT.
    default Loader loader(LoadTarget target) {
        return new BatchInsert(target);
    }

    /// The call of a procedure with its parameters in it, as a statement that gives rows; empty where there is none.
    default Optional<String> callText(Procedure procedure) {
        return Optional.empty();
    }

    /// A query for the columns of a table type, without rows; empty where procedures take no tables.
    default Optional<String> tableTypeQuery(TableName type) {
        return Optional.empty();
    }

    /// The way rows go into a procedure, where [#tableTypeQuery] says that there is one.
    ///
    /// @param type the columns of the procedure's table type
    default Loader loader(LoadTarget target, Procedure procedure, List<RelationalColumn> type) {
        throw new IllegalStateException(name() + " has no procedures that take tables");
    }

    /// What a failure means, when this system's codes say so; empty leaves it to the SQLSTATE.
    default Optional<Meaning> meaning(SQLException e) {
        return Optional.empty();
    }

    /// What the source's settings may be called beside `query`.
    default Optional<String> queryMember() {
        return Optional.empty();
    }

    /// What the connector as a whole can do.
    static Set<Capability> capabilities(boolean writes, boolean transactional) {
        EnumSet<Capability> all = EnumSet.of(Capability.READ, Capability.SPLIT);
        if (writes) {
            all.add(Capability.WRITE);
            all.add(Capability.AUTO_CREATE);
        }
        if (writes && transactional) {
            all.add(Capability.ATOMIC_COMMIT);
            all.add(Capability.IDEMPOTENT);
        }
        return Set.copyOf(all);
    }
}
