package dev.sluice.connectors.jdbc.relational;

import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.spi.Writer;
import java.util.concurrent.locks.ReentrantLock;

/// The one stream of a load.
final class LoadWriter implements Writer {
    private final Session session;
    private final Loader loader;
    private final Step about;
    private final Ended ended;
    private final ReentrantLock busy = new ReentrantLock();
    private boolean finished;
    private boolean closed;

    /// Told once when the writer is done.
    interface Ended {
        void with(boolean finished, long rows, long bytes);
    }

    LoadWriter(Session session, Loader loader, Step about, Ended ended) {
        this.session = session;
        this.loader = loader;
        this.about = about;
        this.ended = ended;
    }

    @Override
    public void write(Batch batch) {
        busy.lock();
        try {
            session.alone(about, c -> {
                loader.load(batch);
                return true;
            });
        } finally {
            busy.unlock();
        }
    }

    @Override
    public void finish() {
        busy.lock();
        try {
            long rows = session.alone(about, c -> loader.finish());
            finished = true;
            ended.with(true, rows, loader.bytes());
        } finally {
            busy.unlock();
        }
    }

    @Override
    public long bytesWritten() {
        return loader.bytes();
    }

    @Override
    public void close() {
        if (!busy.tryLock()) {
            loader.cancel();
            session.abort();
            busy.lock();
        }
        try {
            if (!closed) {
                closed = true;
                loader.close();
                if (!finished) {
                    ended.with(false, 0, 0);
                }
            }
        } finally {
            busy.unlock();
        }
    }
}
