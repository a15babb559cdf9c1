package dev.sluice.connectors.jdbc.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerBulkCopy;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopyOptions;
import dev.sluice.connectors.jdbc.relational.LoadTarget;
import dev.sluice.connectors.jdbc.relational.Loader;
import dev.sluice.connectors.jdbc.relational.Values;
import dev.sluice.data.batch.Batch;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Rows by `SQLServerBulkCopy`, a bulk insert for each batch, in the load's transaction.
final class BulkCopyLoader implements Loader {
    private final LoadTarget target;
    private @Nullable SQLServerBulkCopy copy;
    private volatile long bytes;
    private long rows;

    BulkCopyLoader(LoadTarget target) {
        this.target = target;
    }

    static SQLServerBulkCopyOptions options(LoadTarget target) throws SQLException {
        SQLServerBulkCopyOptions o = new SQLServerBulkCopyOptions();
        o.setUseInternalTransaction(false);
        o.setCheckConstraints(true);
        o.setTableLock(target.options().tableLock());
        o.setBulkCopyTimeout(target.options().batchSeconds());
        o.setBatchSize(target.options().batchRows());
        return o;
    }

    private SQLServerBulkCopy begun() throws SQLException {
        SQLServerBulkCopy ready = copy;
        if (ready == null) {
            ready = target.session().connection(SQLServerBulkCopy::new);
            ready.setBulkCopyOptions(options(target));
            ready.setDestinationTableName(target.sql());
            for (int i = 0; i < target.columns().size(); i++) {
                ready.addColumnMapping(i + 1, target.columns().get(i).name());
            }
            copy = ready;
        }
        return ready;
    }

    @Override
    public void load(Batch batch) throws SQLException {
        if (batch.rows() > 0) {
            begun().writeToServer(new BatchRecords(batch));
            rows += batch.rows();
            bytes = bytes + Values.size(batch);
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
        // The session's connection is cut.
    }

    @Override
    public void close() {
        SQLServerBulkCopy c = copy;
        if (c != null) {
            c.close();
        }
    }
}
