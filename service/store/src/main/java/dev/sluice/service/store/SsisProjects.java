package dev.sluice.service.store;

import dev.sluice.model.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The SSIS catalog's folders, projects with their versions, and properties. Names are compared without regard to case.
/// Archives lie in pieces under their digest, so that a version that is deployed again takes no room.
public final class SsisProjects {
    /// Bytes of one piece of an archive.
    public static final int PIECE = 1 << 20;

    private static final String PROJECT =
            "SELECT p.project_id, f.name AS folder, p.name, p.lsn, p.settings, p.created, "
                    + "v.outline, v.digest, v.bytes, v.created_by, v.created AS deployed FROM ssis_project p "
                    + "JOIN ssis_folder f ON f.factory = p.factory AND f.folder_key = p.folder_key "
                    + "JOIN ssis_version v ON v.project_id = p.project_id AND v.lsn = p.lsn ";

    private final Database database;

    SsisProjects(Database database) {
        this.database = database;
    }

    public record Folder(long id, String name, String description, String createdBy, Instant created) {}

    /// A project as it is now.
    ///
    /// @param lsn of the version that counts
    /// @param settings what the server says of its parameters, and its references to environments; opaque here
    /// @param outline of the current version; opaque here
    public record Project(
            long id,
            String folder,
            String name,
            long lsn,
            ObjectNode settings,
            ObjectNode outline,
            String digest,
            long bytes,
            String deployedBy,
            Instant deployed,
            Instant created) {}

    /// A version of a project (`catalog.object_versions`).
    ///
    /// @param restored the epoch when it never was
    public record Version(
            long lsn,
            ObjectNode outline,
            long bytes,
            String createdBy,
            Instant created,
            String restoredBy,
            Instant restored,
            boolean current) {}

    /// What is deployed.
    public record Deployment(
            String factory,
            String folder,
            String project,
            String digest,
            byte[] archive,
            ObjectNode outline,
            ObjectNode newSettings,
            String by,
            Instant now) {}

    /// Something that was done with the catalog (`catalog.operations`).
    public record Operation(
            long id, int type, int objectType, String object, int status, String caller, Instant at, String message) {}

    /// The next number of the catalog: executions, operations and objects are counted together.
    static long number(Session s) throws SQLException {
        s.update("INSERT INTO ssis_number (name, last) VALUES ('id', 1) "
                + "ON CONFLICT (name) DO UPDATE SET last = ssis_number.last + 1");
        return s.number("SELECT last FROM ssis_number WHERE name = 'id'");
    }

    public List<Folder> folders(String factory, String after, int limit) {
        return database.read(s -> s.list(
                SsisProjects::folder,
                "SELECT folder_id, name, description, created_by, created FROM ssis_folder "
                        + "WHERE factory = ? AND folder_key > ? ORDER BY folder_key LIMIT ?",
                Documents.key(factory),
                Documents.key(after),
                limit));
    }

    public Optional<Folder> folder(String factory, String name) {
        return database.read(s -> folder(s, factory, name));
    }

    private static Optional<Folder> folder(Session s, String factory, String name) throws SQLException {
        return s.one(
                SsisProjects::folder,
                "SELECT folder_id, name, description, created_by, created FROM ssis_folder "
                        + "WHERE factory = ? AND folder_key = ?",
                Documents.key(factory),
                Documents.key(name));
    }

    private static Folder folder(ResultSet r) throws SQLException {
        return new Folder(r.getLong(1), r.getString(2), r.getString(3), r.getString(4), Micros.time(r.getLong(5)));
    }

    /// Makes a folder, or changes its description.
    ///
    /// @param description null to leave it as it is
    public Folder keepFolder(String factory, String name, @Nullable String description, String by, Instant now) {
        return database.write(s -> {
            Optional<Folder> before = folder(s, factory, name);
            if (before.isEmpty()) {
                s.update(
                        "INSERT INTO ssis_folder (factory, folder_key, folder_id, name, description, created_by,"
                                + " created) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        Documents.key(factory),
                        Documents.key(name),
                        number(s),
                        name,
                        description == null ? "" : description,
                        by,
                        Micros.of(now));
                Documents.audit(s, by, "write", "SSIS_FOLDER", factory, name, Micros.of(now));
            } else if (description != null) {
                s.update(
                        "UPDATE ssis_folder SET description = ? WHERE factory = ? AND folder_key = ?",
                        description,
                        Documents.key(factory),
                        Documents.key(name));
            }
            return folder(s, factory, name).orElseThrow(() -> new SQLException("the folder just written is missing"));
        });
    }

    /// Removes a folder that holds nothing.
    ///
    /// @return how many projects and environments it holds; 0 when it is gone
    public long removeFolder(String factory, String name, String by, Instant now) {
        return database.write(s -> {
            String in = Documents.key(factory);
            String key = Documents.key(name);
            long held = s.number("SELECT COUNT(*) FROM ssis_project WHERE factory = ? AND folder_key = ?", in, key)
                    + s.number("SELECT COUNT(*) FROM ssis_environment WHERE factory = ? AND folder_key = ?", in, key);
            if (held == 0) {
                s.update("DELETE FROM ssis_folder WHERE factory = ? AND folder_key = ?", in, key);
                Documents.audit(s, by, "delete", "SSIS_FOLDER", factory, name, Micros.of(now));
            }
            return held;
        });
    }

    /// @param after name of the last project of the page before
    public List<Project> projects(String factory, String folder, String after, int limit) {
        return database.read(s -> s.list(
                SsisProjects::project,
                PROJECT + "WHERE p.factory = ? AND p.folder_key = ? AND p.project_key > ? "
                        + "ORDER BY p.project_key LIMIT ?",
                Documents.key(factory),
                Documents.key(folder),
                Documents.key(after),
                limit));
    }

    public Optional<Project> project(String factory, String folder, String name) {
        return database.read(s -> project(s, factory, folder, name));
    }

    private static Optional<Project> project(Session s, String factory, String folder, String name)
            throws SQLException {
        return s.one(
                SsisProjects::project,
                PROJECT + "WHERE p.factory = ? AND p.folder_key = ? AND p.project_key = ?",
                Documents.key(factory),
                Documents.key(folder),
                Documents.key(name));
    }

    private static Project project(ResultSet r) throws SQLException {
        return new Project(
                r.getLong("project_id"),
                r.getString("folder"),
                r.getString("name"),
                r.getLong("lsn"),
                Runs.json(r.getString("settings")),
                Runs.json(r.getString("outline")),
                r.getString("digest"),
                r.getLong("bytes"),
                r.getString("created_by"),
                Micros.time(r.getLong("deployed")),
                Micros.time(r.getLong("created")));
    }

    /// Makes a new version of a project the current one; the project, when there was none. The folder must be there.
    public Project deploy(Deployment d) {
        return database.write(s -> {
            keepArchive(s, d.digest(), d.archive());
            Optional<Project> before = project(s, d.factory(), d.folder(), d.project());
            long lsn = number(s);
            long id = before.isPresent() ? before.get().id() : number(s);
            s.update(
                    "INSERT INTO ssis_version (project_id, lsn, factory, digest, bytes, outline, created_by, created, "
                            + "restored_by, restored) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', 0)",
                    id,
                    lsn,
                    Documents.key(d.factory()),
                    d.digest(),
                    d.archive().length,
                    Json.write(d.outline()),
                    d.by(),
                    Micros.of(d.now()));
            if (before.isPresent()) {
                s.update("UPDATE ssis_project SET lsn = ? WHERE project_id = ?", lsn, id);
            } else {
                s.update(
                        "INSERT INTO ssis_project (factory, folder_key, project_key, project_id, name, lsn, settings, "
                                + "created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        Documents.key(d.factory()),
                        Documents.key(d.folder()),
                        Documents.key(d.project()),
                        id,
                        d.project(),
                        lsn,
                        Json.write(d.newSettings()),
                        Micros.of(d.now()));
            }
            Documents.audit(
                    s,
                    d.by(),
                    "deploy",
                    "SSIS_PROJECT",
                    d.factory(),
                    d.folder() + "/" + d.project(),
                    Micros.of(d.now()));
            return project(s, d.factory(), d.folder(), d.project())
                    .orElseThrow(() -> new SQLException("the project just written is missing"));
        });
    }

    private static void keepArchive(Session s, String digest, byte[] archive) throws SQLException {
        if (s.exists("SELECT 1 FROM ssis_archive WHERE digest = ?", digest)) {
            return;
        }
        for (int piece = 0, at = 0; at < archive.length; piece++, at += PIECE) {
            s.update(
                    "INSERT INTO ssis_archive (digest, piece, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    digest,
                    piece,
                    Arrays.copyOfRange(archive, at, Math.min(archive.length, at + PIECE)));
        }
    }

    /// A piece of a version's archive; empty behind its end or when there is no such version.
    public byte[] piece(long projectId, long lsn, int piece) {
        return database.read(s -> s.one(
                        r -> r.getBytes(1),
                        "SELECT a.body FROM ssis_version v JOIN ssis_archive a ON a.digest = v.digest "
                                + "WHERE v.project_id = ? AND v.lsn = ? AND a.piece = ?",
                        projectId,
                        lsn,
                        piece))
                .orElse(new byte[0]);
    }

    /// The versions of a project, the newest first.
    public List<Version> versions(long projectId) {
        return database.read(s -> versions(s, projectId));
    }

    private static List<Version> versions(Session s, long projectId) throws SQLException {
        return s.list(
                r -> new Version(
                        r.getLong(1),
                        Runs.json(r.getString(2)),
                        r.getLong(3),
                        r.getString(4),
                        Micros.time(r.getLong(5)),
                        r.getString(6),
                        Micros.time(r.getLong(7)),
                        r.getInt(8) != 0),
                "SELECT v.lsn, v.outline, v.bytes, v.created_by, v.created, v.restored_by, v.restored, CASE WHEN p.lsn"
                        + " = v.lsn THEN 1 ELSE 0 END FROM ssis_version v JOIN ssis_project p ON p.project_id ="
                        + " v.project_id WHERE v.project_id = ? ORDER BY v.lsn DESC",
                projectId);
    }

    /// The outline of a version that may no longer be the current one.
    public Optional<ObjectNode> outline(long projectId, long lsn) {
        return database.read(s -> s.one(
                r -> Runs.json(r.getString(1)),
                "SELECT outline FROM ssis_version WHERE project_id = ? AND lsn = ?",
                projectId,
                lsn));
    }

    /// Makes an earlier version the current one.
    ///
    /// @return whether there is such a version
    public boolean restore(String factory, Project project, long lsn, String by, Instant now) {
        return database.write(s -> {
            int there = s.update(
                    "UPDATE ssis_version SET restored_by = ?, restored = ? WHERE project_id = ? AND lsn = ?",
                    by,
                    Micros.of(now),
                    project.id(),
                    lsn);
            if (there == 1) {
                s.update("UPDATE ssis_project SET lsn = ? WHERE project_id = ?", lsn, project.id());
                String name = project.folder() + "/" + project.name();
                Documents.audit(s, by, "restore version " + lsn, "SSIS_PROJECT", factory, name, Micros.of(now));
            }
            return there == 1;
        });
    }

    /// Changes what the server says of a project.
    ///
    /// @param change from the settings to those that count from now on; may be called more than once
    /// @return the settings now; empty when there is no such project
    public Optional<ObjectNode> settings(String factory, String folder, String name, UnaryOperator<ObjectNode> change) {
        return database.write(s -> {
            // First written, so that nobody changes them meanwhile.
            s.update(
                    "UPDATE ssis_project SET lsn = lsn WHERE factory = ? AND folder_key = ? AND project_key = ?",
                    Documents.key(factory),
                    Documents.key(folder),
                    Documents.key(name));
            Optional<Project> found = project(s, factory, folder, name);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            ObjectNode changed = change.apply(found.get().settings());
            s.update(
                    "UPDATE ssis_project SET settings = ? WHERE project_id = ?",
                    Json.write(changed),
                    found.get().id());
            return Optional.of(changed);
        });
    }

    /// Removes a project with its versions; its executions stay until their time is over.
    ///
    /// @return whether there was one
    public boolean remove(String factory, String folder, String name, String by, Instant now) {
        return database.write(s -> {
            Optional<Project> found = project(s, factory, folder, name);
            if (found.isEmpty()) {
                return false;
            }
            long id = found.get().id();
            for (Version version : versions(s, id)) {
                removeVersion(s, id, version.lsn());
            }
            s.update("DELETE FROM ssis_project WHERE project_id = ?", id);
            Documents.audit(s, by, "delete", "SSIS_PROJECT", factory, folder + "/" + name, Micros.of(now));
            return true;
        });
    }

    /// Removes versions that nothing is running and that are not the current one.
    ///
    /// @return how many
    public int removeVersions(long projectId, List<Long> lsns) {
        return database.write(s -> {
            int removed = 0;
            for (long lsn : lsns) {
                boolean used = s.exists(
                                "SELECT 1 FROM ssis_execution WHERE project_id = ? AND lsn = ? AND ended = 0",
                                projectId,
                                lsn)
                        || s.exists("SELECT 1 FROM ssis_project WHERE project_id = ? AND lsn = ?", projectId, lsn);
                removed += used ? 0 : removeVersion(s, projectId, lsn);
            }
            return removed;
        });
    }

    private static int removeVersion(Session s, long projectId, long lsn) throws SQLException {
        List<String> digests = s.list(
                r -> r.getString(1),
                "SELECT digest FROM ssis_version WHERE project_id = ? AND lsn = ?",
                projectId,
                lsn);
        int removed = s.update("DELETE FROM ssis_version WHERE project_id = ? AND lsn = ?", projectId, lsn);
        for (String digest : digests) {
            if (!s.exists("SELECT 1 FROM ssis_version WHERE digest = ?", digest)) {
                s.update("DELETE FROM ssis_archive WHERE digest = ?", digest);
            }
        }
        return removed;
    }

    /// What a factory's catalog takes, in bytes: archives, counted once for each version, and messages.
    public long held(String factory) {
        String in = Documents.key(factory);
        return database.read(s -> s.number("SELECT COALESCE(SUM(bytes), 0) FROM ssis_version WHERE factory = ?", in)
                + s.number("SELECT COALESCE(SUM(bytes), 0) FROM ssis_execution WHERE factory = ?", in));
    }

    /// Factories whose catalog holds something.
    public List<String> factories() {
        return database.read(
                s -> s.list(r -> r.getString(1), "SELECT DISTINCT factory FROM ssis_folder ORDER BY factory"));
    }

    /// Properties of a factory's catalog that were set, by name.
    public Map<String, String> properties(String factory) {
        return database.read(s -> {
            Map<String, String> all = new LinkedHashMap<>();
            s.list(
                    r -> all.put(r.getString(1), r.getString(2)),
                    "SELECT name, setting FROM ssis_property WHERE factory = ? ORDER BY name",
                    Documents.key(factory));
            return all;
        });
    }

    public void keepProperty(String factory, String name, String value, String by, Instant now) {
        database.write(s -> {
            s.update(
                    "INSERT INTO ssis_property (factory, name, setting) VALUES (?, ?, ?) "
                            + "ON CONFLICT (factory, name) DO UPDATE SET setting = excluded.setting",
                    Documents.key(factory),
                    name,
                    value);
            Documents.audit(s, by, name + " = " + value, "SSIS_CATALOG", "", factory, Micros.of(now));
            return true;
        });
    }

    /// Notes an operation that has ended.
    ///
    /// @return its id
    public long note(
            String factory,
            int type,
            int objectType,
            String object,
            int status,
            String caller,
            Instant at,
            String message) {
        return database.write(s -> {
            long id = number(s);
            s.update(
                    "INSERT INTO ssis_operation (operation_id, factory, operation_type, object_type, object_name,"
                            + " status, caller, at, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    id,
                    Documents.key(factory),
                    type,
                    objectType,
                    object,
                    status,
                    caller,
                    Micros.of(at),
                    message);
            return id;
        });
    }

    /// Operations other than executions, the newest first.
    ///
    /// @param before id of the last one of the page before; [Long#MAX_VALUE] for the first page
    public List<Operation> operations(String factory, long before, int limit) {
        return database.read(s -> s.list(
                r -> new Operation(
                        r.getLong(1),
                        r.getInt(2),
                        r.getInt(3),
                        r.getString(4),
                        r.getInt(5),
                        r.getString(6),
                        Micros.time(r.getLong(7)),
                        r.getString(8)),
                "SELECT operation_id, operation_type, object_type, object_name, status, caller, at, message FROM"
                        + " ssis_operation WHERE factory = ? AND operation_id < ? ORDER BY operation_id DESC LIMIT ?",
                Documents.key(factory),
                before,
                limit));
    }

    /// Forgets operations of a factory that are older.
    public int forgetOperations(String factory, Instant before) {
        return database.write(s -> s.update(
                "DELETE FROM ssis_operation WHERE factory = ? AND at < ?", Documents.key(factory), Micros.of(before)));
    }

    /// Everything of a factory goes with it.
    static void forget(Session s, String factory) throws SQLException {
        List<String> digests = new ArrayList<>(
                s.list(r -> r.getString(1), "SELECT DISTINCT digest FROM ssis_version WHERE factory = ?", factory));
        for (String table : List.of("ssis_message", "ssis_statistic")) {
            s.update(
                    "DELETE FROM " + table
                            + " WHERE execution_id IN (SELECT execution_id FROM ssis_execution WHERE factory = ?)",
                    factory);
        }
        for (String table : List.of(
                "ssis_folder",
                "ssis_project",
                "ssis_version",
                "ssis_environment",
                "ssis_execution",
                "ssis_property",
                "ssis_operation")) {
            s.update("DELETE FROM " + table + " WHERE factory = ?", factory);
        }
        for (String digest : digests) {
            if (!s.exists("SELECT 1 FROM ssis_version WHERE digest = ?", digest)) {
                s.update("DELETE FROM ssis_archive WHERE digest = ?", digest);
            }
        }
    }
}
