package dev.sluice.service.store;

import dev.sluice.model.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The SSIS catalog's environments, and the catalog's secrets wherever they are: envelopes in the variables of
/// environments and in the settings of projects.
public final class SsisEnvironments {
    private static final String COLUMNS =
            "SELECT e.environment_id, f.name AS folder, e.name, e.description, e.variables, "
                    + "e.created_by, e.created FROM ssis_environment e "
                    + "JOIN ssis_folder f ON f.factory = e.factory AND f.folder_key = e.folder_key ";

    private final Database database;

    SsisEnvironments(Database database) {
        this.database = database;
    }

    /// @param variables by name; opaque here
    public record Stored(
            long id,
            String folder,
            String name,
            String description,
            ObjectNode variables,
            String createdBy,
            Instant created) {}

    /// @param after name of the last one of the page before
    public List<Stored> list(String factory, String folder, String after, int limit) {
        return database.read(s -> s.list(
                SsisEnvironments::read,
                COLUMNS + "WHERE e.factory = ? AND e.folder_key = ? AND e.environment_key > ? "
                        + "ORDER BY e.environment_key LIMIT ?",
                Documents.key(factory),
                Documents.key(folder),
                Documents.key(after),
                limit));
    }

    public Optional<Stored> find(String factory, String folder, String name) {
        return database.read(s -> find(s, factory, folder, name));
    }

    private static Optional<Stored> find(Session s, String factory, String folder, String name) throws SQLException {
        return s.one(
                SsisEnvironments::read,
                COLUMNS + "WHERE e.factory = ? AND e.folder_key = ? AND e.environment_key = ?",
                Documents.key(factory),
                Documents.key(folder),
                Documents.key(name));
    }

    private static Stored read(ResultSet r) throws SQLException {
        return new Stored(
                r.getLong("environment_id"),
                r.getString("folder"),
                r.getString("name"),
                r.getString("description"),
                Runs.json(r.getString("variables")),
                r.getString("created_by"),
                Micros.time(r.getLong("created")));
    }

    /// Makes an environment, or changes it. The folder must be there.
    ///
    /// @param description null to leave it as it is
    /// @param change from its variables to those that count from now on; may be called more than once
    public Stored keep(
            String factory,
            String folder,
            String name,
            @Nullable String description,
            UnaryOperator<ObjectNode> change,
            String by,
            Instant now) {
        return database.write(s -> {
            String in = Documents.key(factory);
            String folderKey = Documents.key(folder);
            String key = Documents.key(name);
            // First written, so that nobody changes it meanwhile.
            int there = s.update(
                    "UPDATE ssis_environment SET name = name WHERE factory = ? AND folder_key = ? AND environment_key"
                            + " = ?",
                    in,
                    folderKey,
                    key);
            if (there == 0) {
                s.update(
                        "INSERT INTO ssis_environment (factory, folder_key, environment_key, environment_id, name, "
                                + "description, variables, created_by, created) VALUES (?, ?, ?, ?, ?, '', '{}', ?, ?)",
                        in,
                        folderKey,
                        key,
                        SsisProjects.number(s),
                        name,
                        by,
                        Micros.of(now));
            }
            Stored before = found(s, factory, folder, name);
            s.update(
                    "UPDATE ssis_environment SET variables = ?, description = ? "
                            + "WHERE factory = ? AND folder_key = ? AND environment_key = ?",
                    Json.write(change.apply(before.variables())),
                    description == null ? before.description() : description,
                    in,
                    folderKey,
                    key);
            Documents.audit(s, by, "write", "SSIS_ENVIRONMENT", factory, folder + "/" + name, Micros.of(now));
            return found(s, factory, folder, name);
        });
    }

    private static Stored found(Session s, String factory, String folder, String name) throws SQLException {
        return find(s, factory, folder, name)
                .orElseThrow(() -> new SQLException("the environment just written is missing"));
    }

    /// @return whether there was one
    public boolean remove(String factory, String folder, String name, String by, Instant now) {
        return database.write(s -> {
            int removed = s.update(
                    "DELETE FROM ssis_environment WHERE factory = ? AND folder_key = ? AND environment_key = ?",
                    Documents.key(factory),
                    Documents.key(folder),
                    Documents.key(name));
            if (removed > 0) {
                Documents.audit(s, by, "delete", "SSIS_ENVIRONMENT", factory, folder + "/" + name, Micros.of(now));
            }
            return removed > 0;
        });
    }

    /// Everything of a factory's catalog that may hold secrets.
    public List<ObjectNode> secretPlaces(String factory) {
        return database.read(s -> s.list(
                r -> Runs.json(r.getString(1)),
                "SELECT variables FROM ssis_environment WHERE factory = ? "
                        + "UNION ALL SELECT settings FROM ssis_project WHERE factory = ?",
                Documents.key(factory),
                Documents.key(factory)));
    }

    /// Puts another envelope in place of one, wherever in the catalog it is.
    public void replace(String envelope, String by) {
        database.write(s -> s.update(
                        "UPDATE ssis_environment SET variables = replace(variables, ?, ?) "
                                + "WHERE replace(variables, ?, '') <> variables",
                        envelope,
                        by,
                        envelope)
                + s.update(
                        "UPDATE ssis_project SET settings = replace(settings, ?, ?) "
                                + "WHERE replace(settings, ?, '') <> settings",
                        envelope,
                        by,
                        envelope));
    }
}
