package dev.sluice.ssis.engine.execution;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.connection.Session;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.packages.Configuration;
import dev.sluice.ssis.packages.ConfigurationFile;
import dev.sluice.ssis.packages.ConfigurationFile.Configured;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The values of package configurations (package deployment model). One that cannot be read is a warning, as SSIS has
/// it; the registry is not there, and a variable of a calling package is put in when the call is made.
final class Configurations {
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

    private final PathMap paths;
    private final Map<String, String> environment;
    private final Consumer<String> warnings;

    Configurations(PathMap paths, Map<String, String> environment, Consumer<String> warnings) {
        this.paths = paths;
        this.environment = environment;
        this.warnings = warnings;
    }

    /// In the order in which they count; of two for one place the last one.
    List<Configured> of(SsisPackage definition, PackageConnections connections, Scope scope)
            throws InterruptedException {
        List<Configured> values = new ArrayList<>();
        if (!definition.root().properties().flag("EnableConfig", false)) {
            return values;
        }
        for (Configuration c : definition.configurations()) {
            try {
                values.addAll(values(c, connections, scope));
            } catch (ProblemException e) {
                warnings.accept("The configuration '" + c.name() + "' was not applied: "
                        + e.problem().message());
            }
        }
        return values;
    }

    private List<Configured> values(Configuration c, PackageConnections connections, Scope scope)
            throws InterruptedException {
        return switch (c.type()) {
            case 1 -> file(paths.local(c.string()), c.name());
            case 2 -> variable(c);
            case 5 -> indirect(c, text -> file(paths.local(text), c.name()));
            case 7 -> table(c.string(), c.name(), connections, scope);
            case 8 -> {
                String text = environment.get(c.string());
                yield text == null ? missing(c) : table(text, c.name(), connections, scope);
            }
            case 0, 4 -> List.of();
            default -> {
                warnings.accept(
                        "The configuration '" + c.name() + "' lies in the Windows registry, which is not here.");
                yield List.of();
            }
        };
    }

    private interface Reading {
        List<Configured> of(String text);
    }

    private List<Configured> indirect(Configuration c, Reading reading) {
        String text = environment.get(c.string());
        return text == null ? missing(c) : reading.of(text);
    }

    private List<Configured> missing(Configuration c) {
        warnings.accept("The configuration '" + c.name() + "' was not applied: there is no environment variable '"
                + c.string() + "'.");
        return List.of();
    }

    private List<Configured> variable(Configuration c) {
        String value = environment.get(c.string());
        return value == null ? missing(c) : List.of(new Configured(c.target(), value));
    }

    /// Values of a `.dtsConfig`.
    List<Configured> file(Path file, String name) {
        try {
            return ConfigurationFile.read(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            warnings.accept("The configuration '" + name + "' was not applied: the file '" + file + "' cannot be read ("
                    + e + ").");
            return List.of();
        }
    }

    /// `"connection";"[dbo].[SSIS Configurations]";"filter";`.
    private List<Configured> table(String text, String name, PackageConnections connections, Scope scope)
            throws InterruptedException {
        List<String> parts = new ArrayList<>();
        Matcher m = QUOTED.matcher(text);
        while (m.find()) {
            parts.add(m.group(1));
        }
        if (parts.size() < 3) {
            warnings.accept(
                    "The configuration '" + name + "' was not applied: it names no connection, table and filter.");
            return List.of();
        }
        List<Configured> values = new ArrayList<>();
        var manager = connections.require(parts.get(0), "Package", "configuration '" + name + "'");
        try (Session session = connections.open(manager, scope, null)) {
            String quote = session.connection().getMetaData().getIdentifierQuoteString();
            boolean brackets =
                    session.connection().getMetaData().getDatabaseProductName().contains("SQL Server");
            String table = brackets ? parts.get(1) : parts.get(1).replaceAll("\\[([^\\]]*)\\]", quote + "$1" + quote);
            try (PreparedStatement s = session.connection()
                    .prepareStatement(
                            "SELECT PackagePath, ConfiguredValue FROM " + table + " WHERE ConfigurationFilter = ?")) {
                s.setString(1, parts.get(2));
                try (ResultSet rows = s.executeQuery()) {
                    while (rows.next()) {
                        String value = rows.getString(2);
                        values.add(new Configured(rows.getString(1), value == null ? "" : value));
                    }
                }
            }
        } catch (SQLException e) {
            warnings.accept("The configuration '" + name + "' was not applied: " + e.getMessage());
        }
        return values;
    }
}
