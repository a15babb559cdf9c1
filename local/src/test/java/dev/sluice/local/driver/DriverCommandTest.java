package dev.sluice.local.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Real drivers' jars, added, used through a linked service, changed and removed.
class DriverCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void useTheFolder() {
        System.setProperty("sluice.drivers", drivers().toString());
    }

    @AfterEach
    void useItNoMore() {
        System.clearProperty("sluice.drivers");
    }

    private Path drivers() {
        return folder.resolve("drivers");
    }

    private int run(CommandLine line, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
    }

    private int driver(String... args) {
        return run(Program.line(new DriverCommand()), args);
    }

    private static Path jarOf(String className) throws Exception {
        return Path.of(Class.forName(className)
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static Path sqlite() throws Exception {
        return jarOf("org.sqlite.JDBC");
    }

    @Test
    void a_driver_that_was_added_is_listed_with_its_version_and_added_once() throws Exception {
        Path jar = jarOf("org.postgresql.Driver");
        assertThat(driver("add", "mine", jar.toString())).as(err.toString()).isZero();
        assertThat(out.toString()).startsWith("Added mine 42.").contains("org.postgresql.Driver, for Java ");
        assertThat(driver("add", "mine", jar.toString())).isZero();
        assertThat(out.toString()).startsWith("Already there: mine 42.");
        assertThat(driver("list")).isZero();
        assertThat(out.toString())
                .containsPattern("mine +42\\.[\\d.]+ +as added +postgresql-42")
                .containsPattern("ojdbc +AmazonRdsForOracle, Oracle \\(");
    }

    @Test
    void another_drivers_jar_is_refused_with_what_it_holds() throws Exception {
        String jar = sqlite().toString();
        assertThat(driver("add", "Oracle", jar)).isNotZero();
        assertThat(err.toString()).contains("oracle.jdbc").contains("but org.sqlite.JDBC");
        assertThat(drivers()).doesNotExist();
    }

    @Test
    void what_is_no_jar_or_not_there_or_not_the_expected_one_is_refused() throws Exception {
        Path text = Files.writeString(folder.resolve("x.jar"), "no jar");
        assertThat(driver("add", "mine", text.toString())).isNotZero();
        assertThat(err.toString()).contains("it is no jar");
        assertThat(driver("add", "mine", folder.resolve("gone.jar").toString())).isNotZero();
        assertThat(err.toString()).contains("no such file");
        assertThat(driver("add", "mine", sqlite().toString(), "--sha256", "0".repeat(64)))
                .isNotZero();
        assertThat(err.toString()).contains("its SHA-256 is ");
        assertThat(driver("add", "../mine", sqlite().toString())).isNotZero();
        assertThat(err.toString()).contains("cannot be a driver's name");
        assertThat(drivers()).doesNotExist();
    }

    @Test
    void a_driver_for_a_later_java_is_refused_by_its_class_file() throws Exception {
        Path jar = folder.resolve("later-1.0.jar");
        int later = Runtime.version().feature() + 1;
        try (JarOutputStream made = new JarOutputStream(Files.newOutputStream(jar))) {
            made.putNextEntry(new JarEntry("META-INF/services/java.sql.Driver"));
            made.write("later.Driver # of tomorrow\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            made.putNextEntry(new JarEntry("later/Driver.class"));
            made.write(new byte[] {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, (byte) (44 + later)});
        }
        assertThat(driver("add", "later", jar.toString())).isNotZero();
        assertThat(err.toString()).contains("needs Java " + later);
    }

    @Test
    void versions_lie_side_by_side_and_one_is_removed_by_its_name() throws Exception {
        String jar = sqlite().toString();
        assertThat(driver("add", "mine", jar, "--version-name", "1")).isZero();
        assertThat(driver("add", "mine", jar, "--version-name", "2")).isZero();
        assertThat(driver("remove", "mine")).isNotZero();
        assertThat(err.toString()).contains("say which: 1, 2");
        assertThat(driver("remove", "mine", "1")).isZero();
        assertThat(driver("remove", "mine")).isZero();
        assertThat(drivers().resolve("mine")).doesNotExist();
        assertThat(driver("remove", "mine")).isNotZero();
        assertThat(err.toString()).contains("there is no driver mine");
    }

    @Test
    void S06_a_driver_that_is_missing_is_named_with_folders_searched_versions_found_and_how_to_install_it()
            throws Exception {
        Path database = folder.resolve("shop.db");
        try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement s = c.createStatement()) {
            s.execute("create table things (id integer, name text)");
        }
        String factory = factory(database, "org.h2.Driver");
        assertThat(schema(factory)).isNotZero();
        assertThat(err.toString())
                .contains("org.h2.Driver", drivers().resolve("lite") + ", then the class path")
                .contains("Found: none", "sluice driver add lite JAR");
        // Jars of another driver, in two versions: each is looked into, the newest first.
        assertThat(driver("add", "lite", sqlite().toString(), "--version-name", "9"))
                .isZero();
        assertThat(driver("add", "lite", sqlite().toString(), "--version-name", "10"))
                .isZero();
        assertThat(schema(factory)).isNotZero();
        String newest = drivers().resolve("lite/10") + " (ClassNotFoundException: org.h2.Driver)";
        String older = drivers().resolve("lite/9") + " (ClassNotFoundException: org.h2.Driver)";
        assertThat(err.toString()).contains(newest + "; " + older);

        // The right one works although the other version beside it is of no use.
        assertThat(schema(factory(database, "org.sqlite.JDBC")))
                .as(err.toString())
                .isZero();
    }

    @Test
    void a_linked_service_uses_the_driver_and_an_altered_jar_is_not_loaded() throws Exception {
        Path database = folder.resolve("shop.db");
        try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement s = c.createStatement()) {
            s.execute("create table things (id integer, name text)");
        }
        String missing = factory(database, "org.h2.Driver");
        assertThat(schema(missing)).isNotZero();
        assertThat(err.toString())
                .contains("sluice driver add lite JAR")
                .contains(drivers().toString());

        String factory = factory(database, "org.sqlite.JDBC");
        assertThat(driver("add", "lite", sqlite().toString())).isZero();
        Path jar = jarIn(drivers().resolve("lite"));
        byte[] good = Files.readAllBytes(jar);
        Files.write(jar, new byte[] {0}, java.nio.file.StandardOpenOption.APPEND);
        assertThat(schema(factory)).isNotZero();
        assertThat(err.toString()).contains(jar.getFileName().toString());
        assertThat(driver("list")).isZero();
        assertThat(out.toString()).contains("ALTERED");

        Files.write(jar, good);
        assertThat(schema(factory)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("id").contains("name");
    }

    private int schema(String factory) {
        return run(java.util.Objects.requireNonNull(Program.commandLine("schema")), factory, "Things");
    }

    private static Path jarIn(Path below) throws IOException {
        try (var all = Files.walk(below)) {
            return all.filter(p -> p.toString().endsWith(".jar")).findFirst().orElseThrow();
        }
    }

    private String factory(Path database, String driver) throws IOException {
        Path root = folder.resolve("factory");
        Files.createDirectories(root.resolve("linkedService"));
        Files.createDirectories(root.resolve("dataset"));
        Files.writeString(root.resolve("linkedService/Shop.json"), """
                {"name": "Shop", "properties": {"type": "Jdbc", "typeProperties": {
                  "url": "jdbc:sqlite:%s", "driver": "%s", "driverFolder": "lite"}}}
                """.formatted(database, driver));
        Files.writeString(root.resolve("dataset/Things.json"), """
                {"name": "Things", "properties": {"type": "JdbcTable",
                  "linkedServiceName": {"referenceName": "Shop", "type": "LinkedServiceReference"},
                  "typeProperties": {"tableName": "things"}}}
                """);
        return root.toString();
    }
}
