package dev.sluice.service.store;

import java.util.function.Consumer;

/// Connections and transactions of one database.
interface Database extends AutoCloseable {
    /// Runs work in a writing transaction; when others were in the way, again. Groups woken in it are announced after
    /// the commit.
    <T> T write(Session.Work<T> work);

    /// The same, except that the commit need not be on the disk when this returns: it may be lost when the machine
    /// fails (with PostgreSQL, when its server does), together with every other that came after it, never when only
    /// this process ends. A commit of [#write] that comes later brings it to the disk as well.
    <T> T writeUnsynced(Session.Work<T> work);

    /// Runs work in a transaction that sees one state of the database.
    <T> T read(Session.Work<T> work);

    /// Calls the listener with each group that has news, after the commit, on a thread of the database's choice.
    void onNews(Consumer<String> listener);

    @Override
    void close();
}
