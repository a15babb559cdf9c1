package dev.sluice.data.spi;

/// A store of tables (or of results of queries).
public non-sealed interface TableConnector extends Connector {
    /// Connects and finds out what is to be read. The engine closes the source.
    Source source(Endpoint endpoint, JobContext job);

    /// Connects and looks at the target; writes nothing yet. The engine closes the sink.
    Sink sink(Endpoint endpoint, JobContext job);

    /// Opens a source and closes it; a store that needs a dataset for that has a way of its own.
    @Override
    default void test(Endpoint endpoint, JobContext job) throws Exception {
        source(endpoint, job).close();
    }
}
