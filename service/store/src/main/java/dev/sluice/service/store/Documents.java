package dev.sluice.service.store;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Json;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Factories and what is in them. Names are unique without regard to case; a reference never dangles, because what
/// it points at is looked up and kept in the same transaction.
public final class Documents {
    private static final String COLUMNS = "SELECT kind, factory, name, subscription, resource_group, etag, body, "
            + "created, modified FROM resource ";

    private final Database database;

    Documents(Database database) {
        this.database = database;
    }

    static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    public Optional<StoredDocument> factory(String name) {
        return find("", DocumentKind.FACTORY, name);
    }

    /// A document; `factory` is empty for factories.
    public Optional<StoredDocument> find(String factory, DocumentKind kind, String name) {
        return database.read(s -> find(s, factory, kind, name));
    }

    static Optional<StoredDocument> find(Session s, String factory, DocumentKind kind, String name)
            throws SQLException {
        return s.one(
                Documents::read,
                COLUMNS + "WHERE factory = ? AND kind = ? AND name_key = ?",
                key(factory),
                kind.name(),
                key(name));
    }

    /// The documents of a kind by name, beginning after a name.
    ///
    /// @param after empty for the first page
    public List<StoredDocument> list(String factory, DocumentKind kind, String after, int limit) {
        return database.read(s -> s.list(
                Documents::read,
                COLUMNS + "WHERE factory = ? AND kind = ? AND name_key > ? ORDER BY name_key LIMIT ?",
                key(factory),
                kind.name(),
                key(after),
                limit));
    }

    /// Every document of a factory, as one moment saw them; the factory's own is the first.
    public List<StoredDocument> everything(String factory) {
        return database.read(s -> {
            List<StoredDocument> all = new ArrayList<>();
            find(s, "", DocumentKind.FACTORY, factory).ifPresent(all::add);
            all.addAll(s.list(Documents::read, COLUMNS + "WHERE factory = ? ORDER BY kind, name_key", key(factory)));
            return all;
        });
    }

    /// Factories of a subscription, and of one resource group when that is not null.
    public List<StoredDocument> factories(
            String subscription, @Nullable String resourceGroup, String after, int limit) {
        String where = "WHERE factory = '' AND kind = 'FACTORY' AND subscription_key = ? "
                + (resourceGroup == null ? "" : "AND resource_group_key = ? ") + "AND name_key > ? "
                + "ORDER BY name_key LIMIT ?";
        return database.read(s -> resourceGroup == null
                ? s.list(Documents::read, COLUMNS + where, key(subscription), key(after), limit)
                : s.list(Documents::read, COLUMNS + where, key(subscription), key(resourceGroup), key(after), limit));
    }

    /// The subscriptions that factories are in, as one of them is written.
    public List<String> subscriptions() {
        return database.read(s -> s.list(
                r -> r.getString(1),
                "SELECT MIN(subscription) FROM resource WHERE factory = '' AND kind = 'FACTORY' "
                        + "GROUP BY subscription_key ORDER BY subscription_key"));
    }

    /// The resource groups of a subscription that factories are in, as one of them is written.
    public List<String> resourceGroups(String subscription) {
        return database.read(s -> s.list(
                r -> r.getString(1),
                "SELECT MIN(resource_group) FROM resource WHERE factory = '' AND kind = 'FACTORY' "
                        + "AND subscription_key = ? GROUP BY resource_group_key ORDER BY resource_group_key",
                key(subscription)));
    }

    /// Writes a document if all that is asked for holds; otherwise nothing is written.
    public Save.Result save(Save save) {
        return database.write(s -> {
            DocumentKind kind = save.document().kind();
            if (kind != DocumentKind.FACTORY
                    && find(s, "", DocumentKind.FACTORY, save.factory()).isEmpty()) {
                return new Save.Result.NoFactory();
            }
            Optional<StoredDocument> before =
                    find(s, save.factory(), kind, save.document().name());
            String current = before.map(StoredDocument::etag).orElse(Save.ABSENT);
            if (save.expected() != null && !save.expected().equals(current)) {
                return new Save.Result.Conflict(current);
            }
            if (isStarted(s, save.factory(), kind, save.document().name())) {
                return new Save.Result.Started();
            }
            List<Link> missing = new ArrayList<>();
            for (Link link : save.links()) {
                if (!exists(s, save, link)) {
                    missing.add(link);
                }
            }
            if (!missing.isEmpty()) {
                return new Save.Result.Dangling(missing);
            }
            write(s, save, before.isPresent());
            StoredDocument stored = find(
                            s, save.factory(), kind, save.document().name())
                    .orElseThrow(() -> new SQLException("the row just written is missing"));
            return new Save.Result.Saved(stored, before.isEmpty());
        });
    }

    /// Whether it is a trigger that is started; nobody starts it until the transaction ends.
    private static boolean isStarted(Session s, String factory, DocumentKind kind, String name) throws SQLException {
        if (kind != DocumentKind.TRIGGER) {
            return false;
        }
        s.update(
                "UPDATE resource SET etag = etag WHERE factory = ? AND kind = ? AND name_key = ?",
                key(factory),
                kind.name(),
                key(name));
        return Triggers.isStarted(s, factory, name);
    }

    private static boolean exists(Session s, Save save, Link link) throws SQLException {
        Document own = save.document();
        boolean itself = link.kind() == own.kind() && key(link.name()).equals(key(own.name()));
        boolean builtIn =
                link.kind() == DocumentKind.INTEGRATION_RUNTIME && IntegrationRuntime.isAutoResolve(link.name());
        return itself
                || builtIn
                || s.exists(
                        "SELECT 1 FROM resource WHERE factory = ? AND kind = ? AND name_key = ?",
                        key(save.factory()),
                        link.kind().name(),
                        key(link.name()));
    }

    private static void write(Session s, Save save, boolean existed) throws SQLException {
        Document document = save.document();
        String factory = key(save.factory());
        String kind = document.kind().name();
        String name = key(document.name());
        String body = Json.write(document.json());
        long now = Micros.of(save.now());
        if (existed) {
            s.update(
                    "UPDATE resource SET etag = ?, body = ?, modified = ? "
                            + "WHERE factory = ? AND kind = ? AND name_key = ?",
                    save.etag(),
                    body,
                    now,
                    factory,
                    kind,
                    name);
        } else {
            s.update(
                    "INSERT INTO resource (factory, kind, name_key, name, subscription, subscription_key,"
                            + " resource_group, resource_group_key, etag, body, created, modified) VALUES (?, ?, ?, ?, ?,"
                            + " ?, ?, ?, ?, ?, ?, ?)",
                    factory,
                    kind,
                    name,
                    document.name(),
                    save.subscription(),
                    key(save.subscription()),
                    save.resourceGroup(),
                    key(save.resourceGroup()),
                    save.etag(),
                    body,
                    now,
                    now);
        }
        s.update("DELETE FROM resource_link WHERE factory = ? AND from_kind = ? AND from_key = ?", factory, kind, name);
        for (Link link : save.links()) {
            s.update(
                    "INSERT INTO resource_link (factory, from_kind, from_key, to_kind, to_key) VALUES (?, ?, ?, ?, ?) "
                            + "ON CONFLICT DO NOTHING",
                    factory,
                    kind,
                    name,
                    link.kind().name(),
                    key(link.name()));
        }
        if (document.kind() == DocumentKind.INTEGRATION_RUNTIME) {
            Runtimes.link(s, save);
        }
        audit(s, save.by(), "write", kind, save.factory(), document.name(), now);
    }

    /// Removes a document that nobody refers to. With a factory goes all that is in it, its runs and its nodes;
    /// with an integration runtime go its nodes.
    public Removal remove(String factory, DocumentKind kind, String name, String by, Instant now) {
        return database.write(s -> {
            Optional<StoredDocument> found = find(s, factory, kind, name);
            if (found.isEmpty()) {
                return new Removal.Absent();
            }
            if (isStarted(s, factory, kind, name)) {
                return new Removal.Started();
            }
            List<String> referrers = referrers(s, factory, kind, name);
            if (!referrers.isEmpty()) {
                return new Removal.Referenced(referrers);
            }
            String inside = key(factory);
            s.update(
                    "DELETE FROM resource WHERE factory = ? AND kind = ? AND name_key = ?",
                    inside,
                    kind.name(),
                    key(name));
            s.update(
                    "DELETE FROM resource_link WHERE factory = ? AND from_kind = ? AND from_key = ?",
                    inside,
                    kind.name(),
                    key(name));
            if (kind == DocumentKind.FACTORY) {
                removeContents(s, key(name));
                s.update("DELETE FROM role_assignment WHERE scope_key = ?", key(place(found.get())));
            } else if (kind == DocumentKind.INTEGRATION_RUNTIME) {
                removeGroups(s, "factory = ? AND runtime_key = ?", inside, key(name));
                s.update("DELETE FROM runtime_share WHERE factory = ? AND runtime_key = ?", inside, key(name));
                s.update("DELETE FROM runtime_key_link WHERE factory = ? AND runtime_key = ?", inside, key(name));
                Runtimes.unlink(s, inside, key(name));
                s.update("DELETE FROM runtime_state WHERE factory = ? AND runtime_key = ?", inside, key(name));
            } else if (kind == DocumentKind.TRIGGER) {
                Triggers.forget(s, factory, name, now);
            }
            audit(s, by, "delete", kind.name(), factory, name, Micros.of(now));
            return new Removal.Removed();
        });
    }

    /// The resource path of a factory.
    private static String place(StoredDocument factory) {
        return "/subscriptions/" + factory.subscription() + "/resourceGroups/" + factory.resourceGroup()
                + "/providers/Microsoft.DataFactory/factories/"
                + factory.document().name();
    }

    private static List<String> referrers(Session s, String factory, DocumentKind kind, String name)
            throws SQLException {
        return s.list(
                r -> DocumentKind.valueOf(r.getString(1)).word() + " '" + r.getString(2) + "'",
                "SELECT r.kind, r.name FROM resource_link l JOIN resource r "
                        + "ON r.factory = l.factory AND r.kind = l.from_kind AND r.name_key = l.from_key "
                        + "WHERE l.factory = ? AND l.to_kind = ? AND l.to_key = ? "
                        + "AND NOT (l.from_kind = l.to_kind AND l.from_key = l.to_key) "
                        + "ORDER BY r.kind, r.name_key LIMIT 20",
                key(factory),
                kind.name(),
                key(name));
    }

    private static void removeContents(Session s, String factory) throws SQLException {
        s.update("DELETE FROM timer WHERE run_id IN (SELECT run_id FROM run_state WHERE factory = ?)", factory);
        for (String table : List.of(
                "resource",
                "resource_link",
                "run_state",
                "pipeline_run",
                "activity_run",
                "job",
                "trigger_state",
                "trigger_fire",
                "trigger_window",
                "trigger_run")) {
            s.update("DELETE FROM " + table + " WHERE factory = ?", factory);
        }
        SsisProjects.forget(s, factory);
        removeGroups(s, "factory = ?", factory);
        s.update("DELETE FROM runtime_share WHERE factory = ? OR linked_key = ?", factory, factory);
        s.update("DELETE FROM runtime_key_link WHERE factory = ? OR linked_key = ?", factory, factory);
        s.update("DELETE FROM runtime_state WHERE factory = ?", factory);
    }

    private static void removeGroups(Session s, String where, Object... arguments) throws SQLException {
        s.update("DELETE FROM node WHERE group_id IN (SELECT group_id FROM node_group WHERE " + where + ")", arguments);
        s.update("DELETE FROM node_group WHERE " + where, arguments);
    }

    static void audit(Session s, String who, String action, String kind, String factory, String name, long now)
            throws SQLException {
        s.update(
                "INSERT INTO audit (at, entry_id, who, action, target) VALUES (?, ?, ?, ?, ?)",
                now,
                UUID.randomUUID().toString(),
                who,
                action,
                kind + " " + (factory.isEmpty() ? "" : factory + "/") + name);
    }

    private static StoredDocument read(ResultSet r) throws SQLException {
        return new StoredDocument(
                r.getString("factory"),
                r.getString("subscription"),
                r.getString("resource_group"),
                new Document(
                        DocumentKind.valueOf(r.getString("kind")),
                        r.getString("name"),
                        Json.parseObject(r.getString("body").getBytes(StandardCharsets.UTF_8))),
                r.getString("etag"),
                Micros.time(r.getLong("created")),
                Micros.time(r.getLong("modified")));
    }
}
