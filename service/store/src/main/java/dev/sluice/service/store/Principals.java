package dev.sluice.service.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Service principals (programs that sign in with a secret) and role assignments: who may do what in which scope.
public final class Principals {
    private static final String PRINCIPAL = "SELECT principal_id, name, hash, created FROM principal ";
    private static final String ASSIGNMENT =
            "SELECT assignment_id, principal_id, scope, role, created FROM role_assignment ";

    private final Database database;

    Principals(Database database) {
        this.database = database;
    }

    /// @param id a GUID in lower case
    /// @param hash of its secret, hexadecimal
    public record Principal(String id, String name, String hash, Instant created) {}

    /// @param scope a resource path without a slash at its end, compared without regard to case; empty for everything
    /// @param principal a GUID in lower case; need not be one of ours
    public record Assignment(String id, String principal, String scope, String role, Instant created) {}

    public void add(Principal principal, String by) {
        database.write(s -> {
            s.update(
                    "INSERT INTO principal (principal_id, name, hash, created) VALUES (?, ?, ?, ?)",
                    principal.id(),
                    principal.name(),
                    principal.hash(),
                    Micros.of(principal.created()));
            Documents.audit(s, by, "write", "PRINCIPAL", "", principal.id(), Micros.of(principal.created()));
            return true;
        });
    }

    public Optional<Principal> find(String id) {
        return database.read(
                s -> s.one(Principals::principal, PRINCIPAL + "WHERE principal_id = ?", Documents.key(id)));
    }

    /// Principals by id, beginning after one.
    public List<Principal> list(String after, int limit) {
        return database.read(s -> s.list(
                Principals::principal,
                PRINCIPAL + "WHERE principal_id > ? ORDER BY principal_id LIMIT ?",
                Documents.key(after),
                limit));
    }

    /// Gives a principal another secret.
    ///
    /// @return whether there is such a principal
    public boolean secret(String id, String hash, String by, Instant now) {
        return database.write(s -> {
            boolean found =
                    s.update("UPDATE principal SET hash = ? WHERE principal_id = ?", hash, Documents.key(id)) == 1;
            if (found) {
                Documents.audit(s, by, "reset secret", "PRINCIPAL", "", id, Micros.of(now));
            }
            return found;
        });
    }

    /// Removes a principal with its role assignments.
    ///
    /// @return whether there was one
    public boolean remove(String id, String by, Instant now) {
        return database.write(s -> {
            boolean found = s.update("DELETE FROM principal WHERE principal_id = ?", Documents.key(id)) == 1;
            if (found) {
                s.update("DELETE FROM role_assignment WHERE principal_id = ?", Documents.key(id));
                Documents.audit(s, by, "delete", "PRINCIPAL", "", id, Micros.of(now));
            }
            return found;
        });
    }

    /// Writes an assignment; one of the same id is replaced.
    public void assign(Assignment assignment, String by) {
        database.write(s -> {
            s.update(
                    "INSERT INTO role_assignment (assignment_id, principal_id, scope_key, scope, role, created) "
                            + "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (assignment_id) DO UPDATE SET "
                            + "principal_id = excluded.principal_id, scope_key = excluded.scope_key, "
                            + "scope = excluded.scope, role = excluded.role",
                    Documents.key(assignment.id()),
                    Documents.key(assignment.principal()),
                    Documents.key(assignment.scope()),
                    assignment.scope(),
                    assignment.role(),
                    Micros.of(assignment.created()));
            String what = assignment.role() + " of " + assignment.principal() + " in " + assignment.scope();
            Documents.audit(s, by, "assign", "ROLE", "", what, Micros.of(assignment.created()));
            return true;
        });
    }

    public Optional<Assignment> assignment(String id) {
        return database.read(
                s -> s.one(Principals::assignment, ASSIGNMENT + "WHERE assignment_id = ?", Documents.key(id)));
    }

    /// The assignments of a principal.
    public List<Assignment> of(String principal) {
        return database.read(s -> s.list(
                Principals::assignment,
                ASSIGNMENT + "WHERE principal_id = ? ORDER BY assignment_id",
                Documents.key(principal)));
    }

    /// Assignments by id, beginning after one.
    public List<Assignment> assignments(String after, int limit) {
        return database.read(s -> s.list(
                Principals::assignment,
                ASSIGNMENT + "WHERE assignment_id > ? ORDER BY assignment_id LIMIT ?",
                Documents.key(after),
                limit));
    }

    /// @return whether there was one
    public boolean withdraw(String id, String by, Instant now) {
        return database.write(s -> {
            boolean found = s.update("DELETE FROM role_assignment WHERE assignment_id = ?", Documents.key(id)) == 1;
            if (found) {
                Documents.audit(s, by, "withdraw", "ROLE", "", id, Micros.of(now));
            }
            return found;
        });
    }

    private static Principal principal(ResultSet r) throws SQLException {
        return new Principal(r.getString(1), r.getString(2), r.getString(3), Micros.time(r.getLong(4)));
    }

    private static Assignment assignment(ResultSet r) throws SQLException {
        return new Assignment(
                r.getString(1), r.getString(2), r.getString(3), r.getString(4), Micros.time(r.getLong(5)));
    }
}
