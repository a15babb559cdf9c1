package dev.sluice.service.store;

import dev.sluice.model.IntegrationRuntime.LinkKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is kept of integration runtimes beside their documents. Self-hosted ones may be used by other factories:
/// by a grant, which names the factory it is given to and is gone with either factory and with the runtime; or by
/// one of the runtime's keys, which is gone with these and when that key is regenerated. Azure-SSIS ones are
/// started and stopped.
public final class Runtimes {
    private static final String GRANTED =
            "SELECT factory, runtime_key, name, subscription, linked_factory, location, created, 0, linked_key, '' "
                    + "FROM runtime_share ";
    private static final String BY_KEY =
            "SELECT factory, runtime_key, name, subscription, linked_factory, location, created, key_slot, linked_key, "
                    + "linked_runtime_key FROM runtime_key_link ";

    private final Database database;

    Runtimes(Database database) {
        this.database = database;
    }

    /// A right to use a runtime.
    ///
    /// @param factory that owns the runtime, in lower case; `runtime` likewise
    /// @param name that the runtime has in the other factory; of a grant, that it shall have there
    /// @param linkedFactory the factory it is given to; `subscription` and `location` are as the granter wrote
    ///     them
    /// @param slot 0 for a grant; otherwise which of the runtime's two keys was shown
    public record Share(
            String factory,
            String runtime,
            String name,
            String subscription,
            String linkedFactory,
            String location,
            Instant created,
            int slot) {
        public boolean byKey() {
            return slot > 0;
        }
    }

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

    /// Takes a runtime back from a factory, whether it was given or linked by key.
    ///
    /// @return whether that factory could use it
    public boolean takeBack(String factory, String runtime, String linkedFactory, String by, Instant now) {
        return database.write(s -> {
            int taken = 0;
            for (String table : List.of("runtime_share", "runtime_key_link")) {
                taken += s.update(
                        "DELETE FROM " + table + " WHERE factory = ? AND runtime_key = ? AND linked_key = ?",
                        Documents.key(factory),
                        Documents.key(runtime),
                        Documents.key(linkedFactory));
            }
            boolean given = taken > 0;
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

    /// Who may use a runtime besides its own factory.
    public List<Share> of(String factory, String runtime) {
        String whose = "WHERE factory = ? AND runtime_key = ? ";
        String owner = Documents.key(factory);
        String name = Documents.key(runtime);
        return database.read(s -> s.list(
                Runtimes::read,
                GRANTED + whose + "UNION ALL " + BY_KEY + whose + "ORDER BY 9, 10",
                owner,
                name,
                owner,
                name));
    }

    /// Whose nodes a runtime uses because a key was shown.
    public Optional<Share> byKey(String linkedFactory, String linkedRuntime) {
        return database.read(s -> s.one(
                Runtimes::read,
                BY_KEY + "WHERE linked_key = ? AND linked_runtime_key = ?",
                Documents.key(linkedFactory),
                Documents.key(linkedRuntime)));
    }

    /// Keeps what the document of a runtime says of the key it was linked by, in the transaction that writes it. A
    /// key that has been regenerated since it was shown links nothing.
    static void link(Session s, Save save) throws SQLException {
        String factory = Documents.key(save.factory());
        String runtime = Documents.key(save.document().name());
        unlink(s, factory, runtime);
        Optional<LinkKey> key = LinkKey.in(save.document());
        if (key.isEmpty()) {
            return;
        }
        s.lockGroup(key.get().group());
        s.update(
                "INSERT INTO runtime_key_link (linked_key, linked_runtime_key, factory, runtime_key, key_slot, name, "
                        + "subscription, linked_factory, location, created) "
                        + "SELECT ?, ?, g.factory, g.runtime_key, ?, ?, f.subscription, f.name, ?, ? "
                        + "FROM node_group g, resource f WHERE g.group_id = ? AND g."
                        + (key.get().slot() == 1 ? "generation1" : "generation2")
                        + " = ? AND f.factory = '' AND f.kind = 'FACTORY' AND f.name_key = ?",
                factory,
                runtime,
                key.get().slot(),
                save.document().name(),
                key.get().location(),
                Micros.of(save.now()),
                key.get().group(),
                key.get().generation(),
                factory);
    }

    static void unlink(Session s, String factory, String runtime) throws SQLException {
        s.update("DELETE FROM runtime_key_link WHERE linked_key = ? AND linked_runtime_key = ?", factory, runtime);
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
                Micros.time(r.getLong(7)),
                r.getInt(8));
    }
}
