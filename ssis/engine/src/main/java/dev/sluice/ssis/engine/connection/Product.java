package dev.sluice.ssis.engine.connection;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Database systems that a connection manager can mean, by the names of their OLE DB providers, ODBC drivers and .NET
/// classes. Names are prefixes, lower case. Source: the vendors' documentation, and the providers found in published
/// packages.
enum Product {
    SQL_SERVER(
            "SQL Server",
            "com.microsoft.sqlserver.jdbc.SQLServerDriver",
            "sqlncli",
            "sqloledb",
            "msoledbsql",
            "sql server",
            "odbc driver 11 for sql server",
            "odbc driver 13 for sql server",
            "odbc driver 17 for sql server",
            "odbc driver 18 for sql server",
            "freetds",
            "sql",
            "system.data.sqlclient",
            "microsoft.data.sqlclient"),
    POSTGRESQL("PostgreSQL", "org.postgresql.Driver", "pgnp", "postgresql", "psqlodbc", "npgsql"),
    MYSQL("MySQL/MariaDB", "org.mariadb.jdbc.Driver", "mysql", "mariadb", "mysqlprov", "mysql.data", "mysqlconnector"),
    ORACLE(
            "Oracle",
            "oracle.jdbc.OracleDriver",
            "oraoledb",
            "msdaora",
            "oracle",
            "microsoft odbc for oracle",
            "system.data.oracleclient",
            "oracle.dataaccess",
            "oracle.manageddataaccess"),
    SQLITE("SQLite", "org.sqlite.JDBC", "sqlite", "system.data.sqlite", "microsoft.data.sqlite"),
    DB2("DB2", "com.ibm.db2.jcc.DB2Driver", "ibmdadb2", "db2oledb", "ibmda400", "ibm db2", "ibm.data.db2"),
    SYBASE("Sybase ASE", "com.sybase.jdbc4.jdbc.SybDriver", "aseoledb", "adaptive server", "sybase"),
    TERADATA("Teradata", "com.teradata.jdbc.TeraDriver", "tdoledb", "teradata"),
    ANALYSIS_SERVICES("Analysis Services", "", "msolap"),
    OFFICE(
            "Microsoft Access and Excel",
            "",
            "microsoft.jet.oledb",
            "microsoft.ace.oledb",
            "microsoft access",
            "microsoft excel"),
    /// A JDBC address given instead of the connection string.
    ANY("a JDBC driver", ""),
    UNKNOWN("an unknown provider", "");

    private final String title;
    private final String driver;
    private final List<String> names;

    Product(String title, String driver, String... names) {
        this.title = title;
        this.driver = driver;
        this.names = List.of(names);
    }

    String title() {
        return title;
    }

    /// Class name of the driver that is used; empty where there is none for it.
    String driver() {
        return driver;
    }

    /// By the longest name that the provider's begins with.
    static Product of(String provider) {
        String lower = provider.strip().toLowerCase(Locale.ROOT);
        Product best = UNKNOWN;
        int length = 0;
        for (Product product : values()) {
            for (String name : product.names) {
                if (name.length() > length && lower.startsWith(name)) {
                    best = product;
                    length = name.length();
                }
            }
        }
        return best;
    }

    /// By the beginning of a JDBC address.
    static Product ofAddress(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        return Arrays.stream(new Scheme[] {
                    new Scheme("jdbc:sqlserver:", SQL_SERVER),
                    new Scheme("jdbc:postgresql:", POSTGRESQL),
                    new Scheme("jdbc:mariadb:", MYSQL),
                    new Scheme("jdbc:mysql:", MYSQL),
                    new Scheme("jdbc:oracle:", ORACLE),
                    new Scheme("jdbc:sqlite:", SQLITE),
                    new Scheme("jdbc:db2:", DB2)
                })
                .filter(s -> lower.startsWith(s.start()))
                .map(Scheme::product)
                .findFirst()
                .orElse(ANY);
    }

    private record Scheme(String start, Product product) {}

    /// Of a connection that names its provider nowhere: what the kind of connection manager means by itself.
    Optional<Product> known() {
        return this == UNKNOWN ? Optional.empty() : Optional.of(this);
    }
}
