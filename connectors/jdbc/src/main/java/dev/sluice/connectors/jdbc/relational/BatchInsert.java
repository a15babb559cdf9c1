package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Vector;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/// Rows by batches of a prepared INSERT: what every driver can.
public final class BatchInsert implements Loader {
    private static final int BATCH_ROWS = 5_000;

    private final LoadTarget target;
    private final int batchRows;
    private volatile @Nullable PreparedStatement statement;
    private volatile long bytes;
    private int waiting;
    private long rows;

    public BatchInsert(LoadTarget target) {
        this.target = target;
        this.batchRows = target.options().batchRows() > 0 ? target.options().batchRows() : BATCH_ROWS;
    }

    private PreparedStatement prepared() throws SQLException {
        PreparedStatement ready = statement;
        if (ready == null) {
            String values =
                    String.join(", ", Collections.nCopies(target.columns().size(), "?"));
            ready = target.session()
                    .connection()
                    .prepareStatement(
                            "INSERT INTO " + target.sql() + " (" + target.names() + ") VALUES (" + values + ")");
            if (target.options().batchSeconds() > 0) {
                ready.setQueryTimeout(target.options().batchSeconds());
            }
            statement = ready;
        }
        return ready;
    }

    @Override
    public void load(Batch batch) throws SQLException {
        PreparedStatement s = prepared();
        Dialect dialect = target.session().dialect();
        int width = target.columns().size();
        for (int row = 0; row < batch.rows(); row++) {
            for (int c = 0; c < width; c++) {
                Vector v = batch.vector(c);
                if (v.isNull(row)) {
                    s.setNull(c + 1, target.columns().get(c).jdbcType());
                } else {
                    DataType type = v.type();
                    dialect.bind(s, c + 1, Values.of(v, row), type);
                }
            }
            s.addBatch();
            if (++waiting == batchRows) {
                send(s);
            }
        }
        bytes = bytes + Values.size(batch);
    }

    private void send(PreparedStatement s) throws SQLException {
        if (waiting > 0) {
            s.executeBatch();
            rows += waiting;
            waiting = 0;
        }
    }

    @Override
    public long finish() throws SQLException {
        if (waiting > 0) {
            send(prepared());
        }
        return rows;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void cancel() {
        Statement s = statement;
        if (s != null) {
            try {
                s.cancel();
            } catch (SQLException | RuntimeException e) {
                System.getLogger(BatchInsert.class.getName()).log(System.Logger.Level.DEBUG, "cancel not delivered", e);
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
                System.getLogger(BatchInsert.class.getName()).log(System.Logger.Level.DEBUG, "already gone", e);
            }
        }
    }
}
