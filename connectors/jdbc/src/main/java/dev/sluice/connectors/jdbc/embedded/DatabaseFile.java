package dev.sluice.connectors.jdbc.embedded;

import dev.sluice.connectors.jdbc.relational.LinkedServiceMembers;
import dev.sluice.connectors.jdbc.relational.Server;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The file that a linked service names.
final class DatabaseFile {
    static final List<FieldDescriptor> FIELDS = List.of(
            new FieldDescriptor("path", false, false, "the database's file on the node, absolute"),
            new FieldDescriptor("connectionString", false, true, "Data Source=… instead of path"),
            new FieldDescriptor("commandTimeout", false, false, "seconds for a single statement"));

    private static final Map<String, String> NAMES = Map.of(
            "path", "path",
            "datasource", "path",
            "database", "path",
            "filename", "path",
            "commandtimeout", "commandTimeout");

    private DatabaseFile() {}

    /// @param prefix of the driver's URL
    /// @param properties of the driver
    static Server server(Endpoint endpoint, String prefix, Map<String, String> properties) {
        LinkedServiceMembers m = LinkedServiceMembers.of(endpoint, NAMES);
        String given = m.settings().requiredText("path");
        Path path;
        try {
            path = Path.of(given);
        } catch (InvalidPathException e) {
            throw m.invalid("path", String.valueOf(e.getMessage()));
        }
        // A URL's parameters begin with one of these.
        if (!path.isAbsolute() || given.indexOf('?') >= 0 || given.indexOf(';') >= 0 || given.indexOf('\0') >= 0) {
            throw m.invalid("path", "it must be an absolute path on the node, without ? and ;");
        }
        Path file = path.normalize();
        if (endpoint.side() == Kind.SOURCE && !Files.exists(file)) {
            throw DataFaults.FILE_MISSING
                    .problem()
                    .on(endpoint.side())
                    .evidence("path", file)
                    .evidence("store", endpoint.linkedServiceName())
                    .exception();
        }
        return new Server(
                endpoint.side(),
                endpoint.linkedServiceName(),
                prefix + file,
                file.toString(),
                0,
                file.toString(),
                "",
                Optional.empty(),
                properties,
                Map.of(),
                m.connectSeconds(),
                m.commandSeconds());
    }
}
