package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.Batch;

/// Takes the rows of a load that has been committed before.
final class Discarding implements Loader {
    @Override
    public void load(Batch batch) {
        // They are there already.
    }

    @Override
    public long finish() {
        return 0;
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void cancel() {
        // Nothing blocks.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
