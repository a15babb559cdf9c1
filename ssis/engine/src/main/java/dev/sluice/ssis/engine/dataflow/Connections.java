package dev.sluice.ssis.engine.dataflow;

import dev.sluice.ssis.engine.script.ScriptHost;
import dev.sluice.ssis.packages.ConnectionManager;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the components of a data flow ask of the connection managers of their package and project. Whoever runs the
/// task gives it, with overrides and property expressions already applied.
///
/// A reference is what the component's `connectionManagerID` says (`{GUID}`, `{GUID}:external`, a refId) or a name.
/// Called by several threads at once. Failures are [dev.sluice.diagnosis.ProblemException]s that name the connection.
public interface Connections {
    /// The manager with its settings: flat-file columns and the like are in its payload.
    ConnectionManager manager(String reference);

    /// Whether there is a manager of that reference at all.
    default boolean has(String reference) {
        return true;
    }

    /// Its connection string as it counts for this execution.
    String text(String reference);

    /// A property of it that this execution gives: by an override or an expression.
    default Optional<String> given(String reference, String property) {
        return Optional.empty();
    }

    /// The file on this machine that a FILE, FLATFILE, EXCEL or CACHE manager means; it need not exist.
    Path file(String reference);

    /// The files that a MULTIFLATFILE or MULTIFILE manager means, in the order they are read; those that exist.
    List<Path> files(String reference);

    /// The file that a path in the data means on this machine.
    default Path local(String path) {
        return Path.of(path);
    }

    /// A session with the database: a new one, or the retained one where the manager says `RetainSameConnection`.
    Session open(String reference);

    /// What components leave for later ones of the same execution of the package, other data flows included: the rows
    /// of Cache connection managers. Here for this data flow alone.
    default Map<String, Object> retained() {
        return Map.of();
    }

    /// Whether script components may be compiled and run.
    default boolean scripts() {
        return false;
    }

    /// What compiles and runs them; empty when it is not installed.
    default Optional<ScriptHost> scriptHost() {
        return Optional.empty();
    }

    /// A session that a component uses on one thread at a time.
    interface Session extends AutoCloseable {
        Connection connection();

        /// Whether others use the same connection (RetainSameConnection, or a transaction of the control flow): then
        /// the component neither changes auto-commit nor commits.
        boolean shared();

        /// Gives the session back; ends the connection unless it is retained.
        @Override
        void close();
    }
}
