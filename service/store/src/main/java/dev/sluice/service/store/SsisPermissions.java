package dev.sluice.service.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// What principals were given or denied on folders, projects and environments of the SSIS catalog. Names of principals
/// are compared without regard to case; ids of objects are never given again.
public final class SsisPermissions {
    /// Most permissions on one object.
    public static final int MOST = 1_000;

    private static final String COLUMNS =
            "SELECT object_type, object_id, principal, permission_type, denied, granted_by, granted "
                    + "FROM ssis_permission ";

    private final Database database;

    SsisPermissions(Database database) {
        this.database = database;
    }

    /// @param objectType and `permission`: SSISDB's codes
    public record Entry(
            int objectType, long objectId, String principal, int permission, boolean denied, String by, Instant at) {}

    /// Everything that was said on an object, by principal.
    public List<Entry> of(String factory, int objectType, long objectId) {
        return database.read(s -> s.list(
                SsisPermissions::read,
                COLUMNS + "WHERE factory = ? AND object_type = ? AND object_id = ? "
                        + "ORDER BY principal_key, permission_type LIMIT ?",
                Documents.key(factory),
                objectType,
                objectId,
                MOST));
    }

    /// What was said of one principal on an object.
    public List<Entry> of(String factory, int objectType, long objectId, String principal) {
        return database.read(s -> s.list(
                SsisPermissions::read,
                COLUMNS + "WHERE factory = ? AND object_type = ? AND object_id = ? AND principal_key = ?",
                Documents.key(factory),
                objectType,
                objectId,
                Documents.key(principal)));
    }

    /// Gives or denies a permission.
    ///
    /// @return false when the object has [#MOST] already; nothing was done then
    public boolean keep(String factory, Entry entry) {
        return database.write(s -> {
            String key = Documents.key(factory);
            long count = s.number(
                    "SELECT COUNT(*) FROM ssis_permission WHERE factory = ? AND object_type = ? AND object_id = ?",
                    key,
                    entry.objectType(),
                    entry.objectId());
            if (count >= MOST) {
                return false;
            }
            s.update(
                    "INSERT INTO ssis_permission (factory, object_type, object_id, principal_key, permission_type, "
                            + "principal, denied, granted_by, granted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                            + "ON CONFLICT (factory, object_type, object_id, principal_key, permission_type) "
                            + "DO UPDATE SET denied = excluded.denied, granted_by = excluded.granted_by, "
                            + "granted = excluded.granted",
                    key,
                    entry.objectType(),
                    entry.objectId(),
                    Documents.key(entry.principal()),
                    entry.permission(),
                    entry.principal(),
                    entry.denied(),
                    entry.by(),
                    Micros.of(entry.at()));
            Documents.audit(
                    s,
                    entry.by(),
                    entry.denied() ? "DENY" : "GRANT",
                    "SSIS_PERMISSION",
                    key,
                    entry.objectType() + "/" + entry.objectId() + "/" + entry.permission() + "/" + entry.principal(),
                    Micros.of(entry.at()));
            return true;
        });
    }

    /// Takes back what was given or denied.
    ///
    /// @return whether there was anything
    public boolean remove(String factory, Entry entry) {
        return database.write(s -> {
            String key = Documents.key(factory);
            boolean there = s.update(
                            "DELETE FROM ssis_permission WHERE factory = ? AND object_type = ? AND object_id = ? "
                                    + "AND principal_key = ? AND permission_type = ?",
                            key,
                            entry.objectType(),
                            entry.objectId(),
                            Documents.key(entry.principal()),
                            entry.permission())
                    == 1;
            if (there) {
                Documents.audit(
                        s,
                        entry.by(),
                        "REVOKE",
                        "SSIS_PERMISSION",
                        key,
                        entry.objectType() + "/" + entry.objectId() + "/" + entry.permission() + "/"
                                + entry.principal(),
                        Micros.of(entry.at()));
            }
            return there;
        });
    }

    /// Forgets what was said on an object that is gone.
    public void forget(String factory, int objectType, long objectId) {
        database.write(s -> s.update(
                "DELETE FROM ssis_permission WHERE factory = ? AND object_type = ? AND object_id = ?",
                Documents.key(factory),
                objectType,
                objectId));
    }

    private static Entry read(ResultSet r) throws SQLException {
        return new Entry(
                r.getInt(1),
                r.getLong(2),
                r.getString(3),
                r.getInt(4),
                r.getInt(5) != 0,
                r.getString(6),
                Micros.time(r.getLong(7)));
    }
}
