package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.diagnosis.DataFaults;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/// Reads one split: the rows of one `COPY … TO STDOUT (FORMAT binary)`, of which the server sends each as one message.
final class CopyReader implements Reader {
    private final PostgresSession session;
    private final List<PostgresColumn> columns;
    private final ReadContext context;
    private final Statement about;
    private final Consumer<PostgresSession> giveBack;
    private final RowDecoder decoder;
    private final String sql;
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile long bytes;
    private long row;
    private @Nullable CopyOut copy;
    private boolean started;
    private boolean ended;

    /// @param giveBack takes the session after a complete read
    CopyReader(
            PostgresSession session,
            String sql,
            List<PostgresColumn> columns,
            ReadContext context,
            Statement about,
            Consumer<PostgresSession> giveBack) {
        this.session = session;
        this.columns = columns;
        this.context = context;
        this.about = about;
        this.giveBack = giveBack;
        this.decoder = new RowDecoder(columns);
        this.sql = sql;
    }

    @Override
    public boolean read(Batch batch) {
        if (ended) {
            return false;
        }
        decoder.into(batch);
        batch.setFirstRow(row + 1);
        int count = 0;
        long received = 0;
        CopyOut rows = started();
        try {
            while (!batch.isFull(count)) {
                byte[] message = rows.readFromCopy();
                if (message == null) {
                    end();
                    break;
                }
                received += message.length;
                int at = started ? 0 : afterHeader(message);
                started = true;
                if (message.length >= at + 2 && Wire.i16(message, at) >= 0) {
                    count += decode(message, at + 2, count);
                }
            }
        } catch (SQLException e) {
            throw session.problems().running(e, about);
        }
        bytes = bytes + received;
        batch.setRows(count);
        return count > 0;
    }

    /// The COPY, begun with the first read: the server answers only when it has rows to send, and the reader must exist
    /// by then so that it can be closed.
    private CopyOut started() {
        CopyOut begun = copy;
        if (begun == null) {
            begun = session.copyOut(sql, about);
            copy = begun;
        }
        return begun;
    }

    /// @return rows added: 1, or 0 when the row was refused and is left out
    private int decode(byte[] message, int at, int into) {
        row++;
        try {
            decoder.decode(message, at, into);
            return 1;
        } catch (ValueRefused refused) {
            decoder.forget(into);
            refuse(refused);
            return 0;
        }
    }

    private void refuse(ValueRefused refused) {
        PostgresColumn column = columns.get(refused.column());
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

    /// The first message begins with the signature (11 bytes), flags, and an extension of the length given.
    private static int afterHeader(byte[] message) {
        return Wire.headerLength() + Wire.i32(message, Wire.headerLength() - 4);
    }

    private void end() {
        ended = true;
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
            session.abort();
        }
    }
}
