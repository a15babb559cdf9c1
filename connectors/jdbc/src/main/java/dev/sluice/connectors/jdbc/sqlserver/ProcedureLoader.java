package dev.sluice.connectors.jdbc.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerPreparedStatement;
import dev.sluice.connectors.jdbc.relational.LoadTarget;
import dev.sluice.connectors.jdbc.relational.Loader;
import dev.sluice.connectors.jdbc.relational.Procedure;
import dev.sluice.connectors.jdbc.relational.RelationalColumn;
import dev.sluice.connectors.jdbc.relational.Values;
import dev.sluice.data.batch.Batch;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows by a stored procedure that takes a table: one call for `writeBatchSize` rows at most, in the load's
/// transaction.
final class ProcedureLoader implements Loader {
    private static final int MOST_ROWS = 10_000;

    private final LoadTarget target;
    private final Procedure procedure;
    private final List<RelationalColumn> type;
    private final int most;
    private volatile @Nullable PreparedStatement statement;
    private volatile long bytes;
    private long rows;

    /// @param type the columns of the procedure's table type, all of them
    ProcedureLoader(LoadTarget target, Procedure procedure, List<RelationalColumn> type) {
        this.target = target;
        this.procedure = procedure;
        this.type = type;
        int wanted = target.options().batchRows();
        this.most = wanted > 0 ? wanted : MOST_ROWS;
    }

    /// `EXEC [dbo].[load] @rows = ?, @category = ?`.
    static String call(Procedure procedure, SqlServerDialect dialect) {
        StringBuilder sql = new StringBuilder("EXEC ")
                .append(procedure.name().sql(dialect))
                .append(" @")
                .append(procedure.tableParameter())
                .append(" = ?");
        procedure.parameters().keySet().forEach(p -> sql.append(", @").append(p).append(" = ?"));
        return sql.toString();
    }

    private PreparedStatement prepared() throws SQLException {
        PreparedStatement ready = statement;
        if (ready == null) {
            String sql = call(procedure, (SqlServerDialect) target.session().dialect());
            ready = target.session().connection(c -> c.prepareStatement(sql));
            if (target.options().batchSeconds() > 0) {
                ready.setQueryTimeout(target.options().batchSeconds());
            }
            int i = 2;
            for (Object value : procedure.parameters().values()) {
                bind(ready, i++, value);
            }
            statement = ready;
        }
        return ready;
    }

    /// The server turns a text into whatever the parameter is.
    private static void bind(PreparedStatement s, int index, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> s.setNull(index, Types.NVARCHAR);
            case BigDecimal d -> s.setBigDecimal(index, d);
            case Boolean b -> s.setBoolean(index, b);
            default -> s.setNString(index, value.toString());
        }
    }

    /// A batch is a call, or several where it has too many rows.
    @Override
    public void load(Batch batch) throws SQLException {
        PreparedStatement s = prepared();
        SQLServerPreparedStatement call = s.unwrap(SQLServerPreparedStatement.class);
        String name = procedure.tableType().orElseThrow().sql(target.session().dialect());
        for (int from = 0; from < batch.rows(); from += most) {
            int to = (int) Math.min((long) batch.rows(), (long) from + most);
            call.setStructured(1, name, new TableRecords(batch, from, to, target.columns(), type));
            s.execute();
            drain(s);
        }
        rows += batch.rows();
        bytes = bytes + Values.size(batch);
    }

    /// What the procedure selects is nobody's; an error behind it is the load's.
    private static void drain(PreparedStatement s) throws SQLException {
        while (s.getMoreResults() || s.getUpdateCount() >= 0) {
            // Goes on until there is no further result.
        }
    }

    @Override
    public long finish() {
        return rows;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void cancel() {
        PreparedStatement s = statement;
        if (s != null) {
            try {
                s.cancel();
            } catch (SQLException | RuntimeException e) {
                System.getLogger(ProcedureLoader.class.getName())
                        .log(System.Logger.Level.DEBUG, "cancel not delivered", e);
            }
        }
    }

    @Override
    public void close() {
        PreparedStatement s = statement;
        if (s != null) {
            try {
                s.close();
            } catch (SQLException e) {
                System.getLogger(ProcedureLoader.class.getName()).log(System.Logger.Level.DEBUG, "already gone", e);
            }
        }
    }
}
