package dev.sluice.ssis.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.assess.Assessment;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.tasks.Allowed;
import dev.sluice.ssis.engine.tasks.Postgres;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.ConnectionKind;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.PackagePassword;
import dev.sluice.ssis.packages.Pipeline;
import dev.sluice.ssis.packages.PropertyBag;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real packages of many makers run, each in a database of its own of a real PostgreSQL: the tables that their data
/// flows name are there with three rows, and so are their delimited files. What does not succeed says why; most of it
/// is SQL of another database, and tables and files that only the maker has. The figure in the guide may only rise.
class CorpusRunsTest {
    private static final int LEAST_SUCCEEDED = 19;
    private static final int SECONDS = 60;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private int databases;

    private static Path corpus() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.isDirectory(at.resolve("shared/corpus/ssis-dev"))) {
            at = at.getParent();
        }
        return at == null ? Path.of("shared/corpus/ssis-dev") : at.resolve("shared/corpus/ssis-dev");
    }

    @Test
    void runnable_packages_are_run() throws Exception {
        assumeThat(corpus())
                .as("SKIPPED: the corpus of real packages is not beside the project")
                .isDirectory();
        Map<String, Integer> outcomes = new TreeMap<>();
        List<String> lines = new ArrayList<>();
        int succeeded = 0;
        for (Assessment a : Assessment.all(corpus(), PackagePassword.NONE)) {
            if (a.verdict() != Assessment.Verdict.RUNNABLE || !Files.isRegularFile(Path.of(a.path()))) {
                continue;
            }
            String outcome = ran(Path.of(a.path()));
            succeeded += outcome.equals("succeeded") ? 1 : 0;
            outcomes.merge(outcome.split(":", 2)[0], 1, Integer::sum);
            lines.add(corpus().relativize(Path.of(a.path())) + " — " + outcome);
        }
        lines.forEach(System.out::println);
        System.out.println(outcomes);
        assertThat(succeeded).isGreaterThanOrEqualTo(LEAST_SUCCEEDED);
    }

    private String ran(Path file) throws InterruptedException, IOException, SQLException {
        List<Event> events = Collections.synchronizedList(new ArrayList<>());
        Path home = Files.createDirectories(folder.resolve("p" + ++databases));
        try {
            PackageSource source = PackageSource.of(file, PackagePassword.NONE);
            SsisPackage p = source.main("");
            Map<String, String> connections = connections(p, source.projectConnections(), "corpus" + databases);
            PathMap paths = new PathMap(drives(home), home, home);
            stage(p, source.projectConnections(), "corpus" + databases, paths);
            PackageExecution execution = new PackageExecution(
                    source,
                    new PackageExecution.Order("", Map.of(), connections, Map.of(), List.of(), PackagePassword.NONE),
                    new PackageExecution.Place(
                            paths,
                            Allowed.NOTHING,
                            Map.of(),
                            events::add,
                            InstantSource.system(),
                            ZoneOffset.UTC,
                            UUID::randomUUID));
            Result[] result = new Result[1];
            Thread running = Thread.ofPlatform().daemon().start(() -> result[0] = execution.run());
            if (!running.join(Duration.ofSeconds(SECONDS))) {
                execution.cancel();
                running.join(Duration.ofSeconds(SECONDS));
                return "did not end";
            }
            return result[0] == Result.SUCCESS ? "succeeded" : why(events);
        } catch (ProblemException e) {
            return e.problem().code() + ": " + e.problem().message();
        }
    }

    private static String why(List<Event> events) {
        String first = events.stream()
                .filter(e -> e.name().equals("OnError"))
                .map(Event::description)
                .findFirst()
                .orElse("failed: without an error");
        return first.length() > 240 ? first.substring(0, 240) : first;
    }

    private static Map<String, Path> drives(Path home) {
        Map<String, Path> drives = new HashMap<>();
        for (char c = 'A'; c <= 'Z'; c++) {
            drives.put(c + ":", home);
        }
        drives.put("\\\\", home);
        return drives;
    }

    private static List<ConnectionManager> managers(SsisPackage p, List<ConnectionManager> project) {
        List<ConnectionManager> all = new ArrayList<>(p.connectionManagers());
        all.addAll(project);
        return all;
    }

    private static Map<String, String> connections(SsisPackage p, List<ConnectionManager> project, String database) {
        Map<String, String> connections = new LinkedHashMap<>();
        for (ConnectionManager m : managers(p, project)) {
            if (PackageConnections.database(m.kind()) && m.kind() != ConnectionKind.EXCEL) {
                connections.put(
                        m.name() + ".ConnectionString",
                        "jdbc:postgresql://localhost:" + Postgres.port() + "/" + database + "?user=postgres");
            }
        }
        return connections;
    }

    /// Tables and files that the package's data flows name.
    private static void stage(SsisPackage p, List<ConnectionManager> project, String database, PathMap paths)
            throws SQLException, IOException {
        Postgres.run("CREATE DATABASE " + database, "ALTER DATABASE " + database + " SET search_path = dbo, public");
        try (Connection c = DriverManager.getConnection(
                        "jdbc:postgresql://localhost:" + Postgres.port() + "/" + database + "?user=postgres");
                Statement s = c.createStatement()) {
            s.execute("CREATE SCHEMA dbo");
            Set<String> made = new HashSet<>();
            for (Executable e : p.root().all().toList()) {
                Pipeline pipeline = e.pipeline();
                if (pipeline != null) {
                    for (Component component : pipeline.components()) {
                        table(s, component, made);
                    }
                }
            }
        }
        for (ConnectionManager m : managers(p, project)) {
            if (m.kind() == ConnectionKind.FLAT_FILE && !m.connectionString().isBlank()) {
                file(m, paths);
            }
        }
    }

    private static void table(Statement s, Component component, Set<String> made) throws SQLException {
        String table = component.property("OpenRowset");
        table = table.isBlank() ? component.property("TableOrViewName") : table;
        List<Component.ExternalColumn> columns = new ArrayList<>();
        component.inputs().forEach(i -> columns.addAll(i.external()));
        component.outputs().stream().filter(o -> !o.error()).forEach(o -> columns.addAll(o.external()));
        if (table.isBlank() || columns.isEmpty() || !made.add(table.toLowerCase(Locale.ROOT))) {
            return;
        }
        String[] parts = table.replaceAll("[\\[\\]\"]", "").split("\\.");
        String schema = parts.length > 1 ? parts[parts.length - 2] : "dbo";
        s.execute("CREATE SCHEMA IF NOT EXISTS " + name(schema));
        Set<String> names = new LinkedHashSet<>();
        List<String> definitions = new ArrayList<>();
        for (Component.ExternalColumn c : columns) {
            if (names.add(c.name().toLowerCase(Locale.ROOT))) {
                definitions.add(name(c.name()) + " " + type(c.type()));
            }
        }
        String full = name(schema) + "." + name(parts[parts.length - 1]);
        s.execute("CREATE TABLE IF NOT EXISTS " + full + " (" + String.join(", ", definitions) + ")");
        if (component.inputs().isEmpty()) {
            for (int row = 1; row <= 3; row++) {
                List<String> values = new ArrayList<>();
                for (String definition : definitions) {
                    values.add(value(definition.replaceFirst("^(\"[^\"]*\"|\\S+) ", ""), row));
                }
                s.execute("INSERT INTO " + full + " VALUES (" + String.join(", ", values) + ")");
            }
        }
    }

    /// Plain names are in any case, as statements have them.
    private static String name(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_]*")
                        && !name.matches("(?i)order|user|group|table|to|from|desc|check|end")
                ? name
                : "\"" + name + "\"";
    }

    private static String type(Component.ColumnType type) {
        return switch (type.name()) {
            case "bool" -> "boolean";
            case "i1", "i2", "ui1" -> "smallint";
            case "i4", "ui2" -> "integer";
            case "i8", "ui4", "ui8" -> "bigint";
            case "r4" -> "real";
            case "r8" -> "double precision";
            case "cy" -> "numeric(19,4)";
            case "numeric", "decimal" ->
                "numeric(" + Math.max(1, type.precision()) + "," + Math.max(0, type.scale()) + ")";
            case "dbdate" -> "date";
            case "dbtime", "dbtime2" -> "time";
            case "date", "dbtimestamp", "dbtimestamp2", "filetime" -> "timestamp";
            case "dbtimestampoffset" -> "timestamptz";
            case "bytes", "image" -> "bytea";
            case "guid" -> "uuid";
            default -> "text";
        };
    }

    private static String value(String type, int row) {
        return switch (type) {
            case "boolean" -> "true";
            case "date" -> "DATE '2024-01-0" + row + "'";
            case "time" -> "TIME '08:00'";
            case "timestamp", "timestamptz" -> "TIMESTAMP '2024-01-0" + row + " 08:00'";
            case "bytea" -> "'\\x0" + row + "'";
            case "uuid" -> "'00000000-0000-0000-0000-00000000000" + row + "'";
            case "text" -> "'" + row + "'";
            default -> Integer.toString(row);
        };
    }

    private static void file(ConnectionManager m, PathMap paths) throws IOException {
        PropertyBag settings = m.settings();
        Path file = paths.local(m.connectionString());
        if (!settings.text("Format", "Delimited").equalsIgnoreCase("Delimited") || file.getParent() == null) {
            return;
        }
        Files.createDirectories(file.getParent());
        List<Element> columns =
                m.payload().all().filter(e -> e.name().equals("FlatFileColumn")).toList();
        StringBuilder text = new StringBuilder();
        text.append("\r\n".repeat(Math.max(0, settings.number("HeaderRowsToSkip", 0))));
        for (int row = settings.flag("ColumnNamesInFirstDataRow", false) ? 0 : 1; row <= 3; row++) {
            for (Element column : columns) {
                PropertyBag c = properties(column);
                text.append(row == 0 ? c.text("ObjectName", "") : field(c.number("DataType", 129), row));
                String delimiter = c.text("ColumnDelimiter", "");
                text.append(
                        delimiter.isEmpty()
                                ? "\r\n"
                                : delimiter
                                        .replace("_x000D_", "\r")
                                        .replace("_x000A_", "\n")
                                        .replace("_x002C_", ",")
                                        .replace("_x003B_", ";")
                                        .replace("_x0009_", "\t")
                                        .replace("_x007C_", "|"));
            }
        }
        Files.writeString(
                file,
                text.toString(),
                settings.flag("Unicode", false) ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
    }

    private static String field(int type, int row) {
        return switch (type) {
            case 7, 133, 135, 304 -> "2024-01-0" + row;
            case 11 -> "1";
            default -> Integer.toString(row);
        };
    }

    /// Properties in both encodings.
    private static PropertyBag properties(Element e) {
        Map<String, String> values = new LinkedHashMap<>(e.attributes());
        e.children("Property").forEach(p -> p.attribute("Name").ifPresent(n -> values.put(n, p.text())));
        return new PropertyBag(values);
    }
}
