package dev.sluice.service.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is kept of integration runtimes beside their documents. Self-hosted ones may be given to other factories; a
/// grant names the factory it is given to, and is gone with either factory and with the runtime. Azure-SSIS ones are
/// started and stopped.
public final class Runtimes {
    private static final String COLUMNS =
            "SELECT factory, runtime_key, name, subscription, linked_factory, location, created FROM runtime_share ";

    private final Database database;

    Runtimes(Database database) {
        this.database = database;
    }

    /// A grant.
    ///
    /// @param factory that owns the runtime, in lower case; `runtime` likewise
    /// @param name that the runtime has, or shall have, in the other factory
    /// @param linkedFactory the factory it is given to; `subscription` and `location` are as the granter wrote them
    public record Share(
            String factory,
            String runtime,
            String name,
            String subscription,
            String linkedFactory,
            String location,
            Instant created) {}

    /// Gives a runtime to a factory; a second grant to the same factory replaces the first.
    public void give(Share share, String by) {
        database.write(s -> {
            String factory = Documents.key(share.factory());
            String runtime = Documents.key(share.runtime());
            long at = Micros.of(share.created());
            s.update(
                    "INSERT INTO runtime_share (factory, runtime_key, linked_key, name, subscription, linked_factory, "
                            + "location, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                            + "ON CONFLICT (factory, runtime_key, linked_key) DO UPDATE SET name = excluded.name, "
                            + "subscription = excluded.subscription, location = excluded.location",
                    factory,
                    runtime,
                    Documents.key(share.linkedFactory()),
                    share.name(),
                    share.subscription(),
                    share.linkedFactory(),
                    share.location(),
                    at);
            Documents.audit(s, by, "share with " + share.linkedFactory(), "INTEGRATION_RUNTIME", factory, runtime, at);
            return true;
        });
    }

    /// Takes a runtime back from a factory.
    ///
    /// @return whether it had been given
    public boolean takeBack(String factory, String runtime, String linkedFactory, String by, Instant now) {
        return database.write(s -> {
            boolean given = s.update(
                            "DELETE FROM runtime_share WHERE factory = ? AND runtime_key = ? AND linked_key = ?",
                            Documents.key(factory),
                            Documents.key(runtime),
                            Documents.key(linkedFactory))
                    > 0;
            if (given) {
                Documents.audit(
                        s,
                        by,
                        "unshare with " + linkedFactory,
                        "INTEGRATION_RUNTIME",
                        factory,
                        runtime,
                        Micros.of(now));
            }
            return given;
        });
    }

    /// To whom a runtime is given.
    public List<Share> of(String factory, String runtime) {
        return database.read(s -> s.list(
                Runtimes::read,
                COLUMNS + "WHERE factory = ? AND runtime_key = ? ORDER BY linked_key",
                Documents.key(factory),
                Documents.key(runtime)));
    }

    /// Keeps whether a runtime is started.
    public void state(String factory, String runtime, String state, String by, Instant now) {
        database.write(s -> {
            s.update(
                    "INSERT INTO runtime_state (factory, runtime_key, state, changed) VALUES (?, ?, ?, ?) "
                            + "ON CONFLICT (factory, runtime_key) DO UPDATE SET state = excluded.state, "
                            + "changed = excluded.changed",
                    Documents.key(factory),
                    Documents.key(runtime),
                    state,
                    Micros.of(now));
            Documents.audit(s, by, state, "INTEGRATION_RUNTIME", factory, runtime, Micros.of(now));
            return true;
        });
    }

    /// What was kept last; empty for one that was never started or stopped.
    public Optional<String> state(String factory, String runtime) {
        return database.read(s -> s.one(
                r -> r.getString(1),
                "SELECT state FROM runtime_state WHERE factory = ? AND runtime_key = ?",
                Documents.key(factory),
                Documents.key(runtime)));
    }

    private static Share read(ResultSet r) throws SQLException {
        return new Share(
                r.getString(1),
                r.getString(2),
                r.getString(3),
                r.getString(4),
                r.getString(5),
                r.getString(6),
                Micros.time(r.getLong(7)));
    }
}
