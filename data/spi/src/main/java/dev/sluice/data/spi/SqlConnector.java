package dev.sluice.data.spi;

/// A store of tables that runs statements of the user's own: queries of lookups, scripts, stored procedures. Optional:
/// a [TableConnector] that cannot do that does not implement it, and such activities are refused by name.
public interface SqlConnector extends TableConnector {
    /// Connects. Of the endpoint only the linked service counts; its dataset is that of the activity, or has empty
    /// names and no members where the activity has none. The caller closes the session.
    SqlSession session(Endpoint endpoint, JobContext job);

    /// Opens a session and closes it.
    @Override
    default void test(Endpoint endpoint, JobContext job) throws Exception {
        session(endpoint, job).close();
    }
}
