package dev.sluice.ssis.engine.connection;

import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.connection.Address.Place;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.packages.ConnectionKind;
import dev.sluice.ssis.packages.ConnectionManager;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/// Makes JDBC addresses of connection strings.
final class Addresses {
    private static final List<String> SERVER =
            List.of("Data Source", "Server", "Address", "Addr", "Network Address", "Servername", "Host");
    private static final List<String> DATABASE = List.of("Initial Catalog", "Database", "Dbq", "DB");
    private static final List<String> USER = List.of("User ID", "Uid", "User", "Username", "User Name");
    private static final List<String> PASSWORD = List.of("Password", "Pwd");

    private final PathMap paths;

    Addresses(PathMap paths) {
        this.paths = paths;
    }

    /// @param text the connection string, or an address that begins with `jdbc:`
    /// @param user given beside the text; empty for what the text says
    /// @param password likewise
    Address of(ConnectionManager manager, String text, String user, String password) {
        if (text.strip().toLowerCase(Locale.ROOT).startsWith("jdbc:")) {
            String url = text.strip();
            Product product = Product.ofAddress(url);
            Properties login = login(user, password);
            if (product == Product.POSTGRESQL) {
                lenient(login);
            }
            return new Address(product, url, login, new Place("", "", url.split("[?;]", 2)[0]));
        }
        ConnectionText parts = ConnectionText.parse(text);
        Properties login = login(
                user.isEmpty() ? parts.first(USER).orElse("") : user,
                password.isEmpty() ? parts.first(PASSWORD).orElse("") : password);
        Product product = product(manager, parts);
        return switch (product) {
            case SQL_SERVER -> sqlServer(parts, login);
            case POSTGRESQL -> server(product, "jdbc:postgresql://", parts, login);
            case MYSQL -> server(product, "jdbc:mariadb://", parts, login);
            case ORACLE -> oracle(parts, login);
            case SQLITE -> sqlite(parts);
            case DB2 -> server(product, "jdbc:db2://", parts, login);
            case SYBASE, TERADATA, ANALYSIS_SERVICES, OFFICE, ANY, UNKNOWN ->
                throw noDriver(manager, shown(manager, product));
        };
    }

    private static Properties login(String user, String password) {
        Properties p = new Properties();
        if (!user.isEmpty()) {
            p.setProperty("user", user);
        }
        if (!password.isEmpty()) {
            p.setProperty("password", password);
        }
        return p;
    }

    /// As OLE DB and ODBC have it: the server finds the type of a text parameter, and procedures are called as such.
    private static void lenient(Properties p) {
        p.setProperty("stringtype", "unspecified");
        p.setProperty("escapeSyntaxCallMode", "callIfNoReturn");
    }

    static dev.sluice.diagnosis.ProblemException noDriver(ConnectionManager manager, String provider) {
        boolean analysis = provider.equals(Product.ANALYSIS_SERVICES.title());
        return (analysis ? SsisRunFaults.ANALYSIS_SERVICES : SsisRunFaults.PROVIDER_MISSING)
                .problem()
                .at(manager.refId())
                .evidence("connection", manager.name())
                .evidence("provider", provider)
                .evidence("ssisCode", manager.kind() == ConnectionKind.ADO_NET ? "0xC0208449" : "0xC0209302")
                .exception();
    }

    /// Which system a connection manager means.
    static Product product(ConnectionManager manager, ConnectionText parts) {
        Optional<String> provider = parts.first(List.of("Provider", "Driver"));
        if (provider.isPresent()) {
            return Product.of(provider.get());
        }
        String[] name = manager.creationName().split(":", 2);
        return switch (manager.kind()) {
            case ADO_NET -> Product.of(name.length == 2 ? name[1] : "sql");
            case ORACLE -> Product.ORACLE;
            case TERADATA -> Product.TERADATA;
            case SMO_SERVER -> Product.SQL_SERVER;
            case ANALYSIS_SERVICES -> Product.ANALYSIS_SERVICES;
            case EXCEL -> Product.OFFICE;
            case OLE_DB, ADO -> Product.SQL_SERVER;
            default -> Product.UNKNOWN;
        };
    }

    /// What a manager's provider is called in messages.
    static String shown(ConnectionManager manager, Product product) {
        return product == Product.UNKNOWN
                ? name(manager, ConnectionText.parse(manager.connectionString()))
                : product.title();
    }

    private static String name(ConnectionManager manager, ConnectionText parts) {
        return parts.first(List.of("Provider", "Driver"))
                .or(() -> parts.value("Dsn").map(dsn -> "the ODBC data source '" + dsn + "'"))
                .orElse(manager.creationName());
    }

    /// `host`, `host\instance`, `host,port`, `tcp:host,port`, `.`, `(local)`.
    private static Address sqlServer(ConnectionText parts, Properties p) {
        String source = parts.first(SERVER)
                .or(() -> parts.value("SqlServerName"))
                .orElse("localhost")
                .strip();
        String plain = source.replaceFirst("(?i)^(tcp|np|lpc|admin):", "");
        String[] atPort = plain.split(",", 2);
        String[] atInstance = atPort[0].strip().split("\\\\", 2);
        String host = local(atInstance[0].strip());
        String port =
                atPort.length == 2 ? atPort[1].strip() : parts.value("Port").orElse("");
        String database = parts.first(DATABASE).orElse("");
        if (!port.isEmpty()) {
            p.setProperty("portNumber", port);
        } else if (atInstance.length == 2) {
            p.setProperty("instanceName", atInstance[1].strip());
        }
        p.setProperty("serverName", host);
        if (!database.isEmpty()) {
            p.setProperty("databaseName", database);
        }
        boolean encrypts = parts.flag("Encrypt")
                || parts.flag("Use Encryption for Data")
                || parts.value("Provider").orElse("").toLowerCase(Locale.ROOT).startsWith("msoledbsql19")
                        && !parts.value("Use Encryption for Data").orElse("").equalsIgnoreCase("optional");
        p.setProperty("encrypt", String.valueOf(encrypts));
        if (parts.flag("TrustServerCertificate") || parts.flag("Trust Server Certificate")) {
            p.setProperty("trustServerCertificate", "true");
        }
        if (p.getProperty("user") == null && (parts.flag("Integrated Security") || parts.flag("Trusted_Connection"))) {
            // The JVM has no Windows logon to pass on; a Kerberos ticket of the process is what comes nearest.
            p.setProperty("integratedSecurity", "true");
            p.setProperty("authenticationScheme", "JavaKerberos");
        }
        parts.first(List.of("Connect Timeout", "Connection Timeout", "Timeout"))
                .filter(t -> t.matches("\\d{1,5}"))
                .ifPresent(t -> p.setProperty("loginTimeout", t));
        parts.first(List.of("Application Name", "App")).ifPresent(a -> p.setProperty("applicationName", cut(a)));
        return new Address(Product.SQL_SERVER, "jdbc:sqlserver://", p, new Place(host, port, database));
    }

    /// Longest name that SQL Server takes.
    private static String cut(String name) {
        return name.length() > 128 ? name.substring(0, 128) : name;
    }

    private static String local(String host) {
        return switch (host.toLowerCase(Locale.ROOT)) {
            case ".", "(local)", "" -> "localhost";
            default -> host;
        };
    }

    private static Address server(Product product, String start, ConnectionText parts, Properties p) {
        String source = parts.first(SERVER).orElse("localhost");
        String[] atPort = source.replaceFirst("(?i)^tcp:", "").split("[,:]", 2);
        String host = local(atPort[0].strip());
        String port =
                atPort.length == 2 ? atPort[1].strip() : parts.value("Port").orElse("");
        String database = parts.first(DATABASE).orElse("");
        String encoded = java.net.URLEncoder.encode(database, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20");
        String url = start + (host.contains(":") ? "[" + host + "]" : host) + (port.isEmpty() ? "" : ":" + port) + "/"
                + (product == Product.POSTGRESQL ? encoded : database);
        if (product == Product.POSTGRESQL) {
            lenient(p);
            parts.first(List.of("SSL Mode", "SSLmode"))
                    .ifPresent(m -> p.setProperty("sslmode", m.toLowerCase(Locale.ROOT)));
        }
        return new Address(product, url, p, new Place(host, port, database));
    }

    /// `host:port/service`, `//host/service`, or a name that the driver looks up in `tnsnames.ora`.
    private static Address oracle(ConnectionText parts, Properties p) {
        String source = parts.first(List.of("Data Source", "Server", "Dbq")).orElse("localhost");
        String plain = source.startsWith("//") ? source.substring(2) : source;
        String url = plain.contains("/") ? "jdbc:oracle:thin:@//" + plain : "jdbc:oracle:thin:@" + plain;
        return new Address(Product.ORACLE, url, p, new Place(plain, "", ""));
    }

    private Address sqlite(ConnectionText parts) {
        String file =
                parts.first(List.of("Data Source", "Database", "Filename")).orElse("");
        String local = file.equals(":memory:") ? file : paths.local(file).toString();
        return new Address(Product.SQLITE, "jdbc:sqlite:" + local, new Properties(), new Place("", "", local));
    }
}
