package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.copy.CopyIn;

/// One `COPY … FROM STDIN (FORMAT binary)` inside the sink's transaction, behind a savepoint.
final class CopyWriter implements Writer {
    static final int BUFFER_BYTES = 256 << 10;

    private final PostgresSession session;
    private final Statement about;
    private final MemoryBudget memory;
    private final int reserved;
    private final CopyIn copy;
    private final RowEncoder encoder;
    private final Ended ended;
    private final ReentrantLock busy = new ReentrantLock();
    private volatile long bytes;
    private volatile boolean cut;
    private boolean finished;
    private boolean closed;

    /// Told once when the writer is done, with the rows taken (0 when they were taken back).
    interface Ended {
        void with(long rows, long bytes);
    }

    CopyWriter(
            PostgresSession session,
            String sql,
            Statement about,
            List<DataType> types,
            List<WireType> wires,
            MemoryBudget memory,
            Ended ended) {
        this.session = session;
        this.about = about;
        this.memory = memory;
        this.ended = ended;
        // A row's fixed part must fit several times.
        this.reserved = Math.max(BUFFER_BYTES, 4 * (2 + types.size() * NumericWriting.MAX_BYTES));
        memory.reserve(reserved);
        try {
            session.execute("SAVEPOINT sluice_writer", about);
            this.copy = session.copyIn(sql, about);
        } catch (RuntimeException e) {
            memory.release(reserved);
            throw e;
        }
        this.encoder = new RowEncoder(types, wires, new byte[reserved], this::send);
    }

    private void send(byte[] data, int offset, int length) throws SQLException {
        copy.writeToCopy(data, offset, length);
        bytes = bytes + length;
    }

    @Override
    public void write(Batch batch) {
        busy.lock();
        try {
            encoder.encode(batch);
        } catch (SQLException e) {
            throw session.problems().running(e, about);
        } catch (ArithmeticException e) {
            throw DataFaults.TYPE_MISMATCH
                    .problem()
                    .on(session.server().side())
                    .at("rows from " + batch.firstRow())
                    .evidence("value", "a time")
                    .evidence("column", "of " + about.object())
                    .evidence("sourceType", "timestamp")
                    .evidence("sinkType", "timestamp")
                    .evidence("detail", "it lies outside PostgreSQL's range of 4713 BC to 294276 AD")
                    .from(e)
                    .exception();
        } finally {
            busy.unlock();
        }
    }

    @Override
    public void finish() {
        busy.lock();
        try {
            encoder.end();
            long rows = copy.endCopy();
            session.execute("RELEASE SAVEPOINT sluice_writer", about);
            finished = true;
            ended.with(rows, bytes);
        } catch (SQLException e) {
            throw session.problems().running(e, about);
        } finally {
            busy.unlock();
        }
    }

    @Override
    public long bytesWritten() {
        return bytes;
    }

    @Override
    public void close() {
        if (!busy.tryLock()) {
            cut = true;
            session.abort();
            busy.lock();
        }
        try {
            if (!closed) {
                closed = true;
                memory.release(reserved);
                if (!finished && !cut) {
                    takeBack();
                }
            }
        } finally {
            busy.unlock();
        }
    }

    /// The transaction goes on without these rows; where that cannot be, it ends.
    private void takeBack() {
        try {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
            session.execute("ROLLBACK TO SAVEPOINT sluice_writer", about);
            ended.with(0, 0);
        } catch (SQLException | RuntimeException e) {
            System.getLogger(CopyWriter.class.getName())
                    .log(System.Logger.Level.DEBUG, "the load ended with its connection", e);
            session.abort();
        }
    }
}
