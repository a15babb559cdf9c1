package dev.sluice.connectors.jdbc.relational;

import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.diagnosis.DataFaults;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one split: the rows of one SELECT, fetched in portions.
public final class RowReader implements Reader {
    /// How a value is taken from a result.
    public enum Form {
        /// By the getter of its type.
        NATIVE,
        /// As text, which is then read as the column's type.
        TEXT,
        /// As the bytes of the message, see [RawField].
        RAW
    }

    private final Session session;
    private final String sql;
    private final List<RelationalColumn> columns;
    private final int timeoutSeconds;
    private final ReadContext context;
    private final Step about;
    private final Consumer<Session> giveBack;
    private final RowFiller filler;
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile long bytes;
    private long row;
    private @Nullable Statement statement;
    private @Nullable ResultSet result;
    private boolean ended;

    RowReader(
            Session session,
            String sql,
            List<RelationalColumn> columns,
            int[] from,
            int timeoutSeconds,
            ReadContext context,
            Step about,
            Consumer<Session> giveBack) {
        this.session = session;
        this.sql = sql;
        this.columns = columns;
        this.timeoutSeconds = timeoutSeconds;
        this.context = context;
        this.about = about;
        this.giveBack = giveBack;
        this.filler = new RowFiller(columns, from, session.dialect());
    }

    @Override
    public boolean read(Batch batch) {
        if (ended) {
            return false;
        }
        filler.into(batch);
        batch.setFirstRow(row + 1);
        int count = session.alone(about, c -> {
            ResultSet rows = started(c);
            return session.with(rows.getStatement(), s -> take(rows, batch));
        });
        bytes = filler.bytes();
        batch.setRows(count);
        return count > 0;
    }

    private ResultSet started(Connection connection) throws SQLException {
        ResultSet begun = result;
        if (begun == null) {
            Statement s = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
            statement = s;
            session.dialect().tune(s);
            if (timeoutSeconds > 0) {
                s.setQueryTimeout(timeoutSeconds);
            }
            begun = session.with(s, x -> x.executeQuery(sql));
            result = begun;
        }
        return begun;
    }

    private int take(ResultSet rows, Batch batch) throws SQLException {
        int count = 0;
        while (!batch.isFull(count)) {
            if (!rows.next()) {
                end();
                break;
            }
            row++;
            try {
                filler.fill(rows, count);
                count++;
            } catch (ValueRefused refused) {
                filler.forget(count);
                refuse(refused);
            }
        }
        return count;
    }

    private void refuse(ValueRefused refused) {
        RelationalColumn column = columns.get(refused.column());
        context.refuse(new RefusedRow(
                row,
                column.name() + "=" + refused.value(),
                DataFaults.TYPE_MISMATCH
                        .problem()
                        .on(session.server().side())
                        .at("row " + row + ", column " + column.name())
                        .evidence("object", about.object())
                        .evidence("row", row)
                        .evidence("column", column.name())
                        .evidence("value", refused.value())
                        .evidence("sourceType", column.declared())
                        .evidence("sinkType", column.type())
                        .evidence("detail", refused.detail())
                        .build()));
    }

    private void end() throws SQLException {
        ended = true;
        Statement s = statement;
        if (s != null) {
            s.close();
        }
        if (released.compareAndSet(false, true)) {
            giveBack.accept(session);
        }
    }

    @Override
    public long bytesRead() {
        return bytes;
    }

    @Override
    public void close() {
        if (released.compareAndSet(false, true)) {
            session.close();
        }
    }
}
