package dev.sluice.benchmarks.copy;

import dev.sluice.demo.Database;
import dev.sluice.demo.Tpch;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// Whether what a copy wrote is what was read: the number of rows and a checksum over all their values, whatever their
/// order. Tables are compared by PostgreSQL, files by DuckDB, with those that psql and DuckDB made.
final class Checks {
    /// lineitem's columns as DuckDB's `read_csv` takes them.
    static final String DUCK_COLUMNS = "{'l_orderkey':'BIGINT','l_partkey':'BIGINT','l_suppkey':'BIGINT',"
            + "'l_linenumber':'INTEGER','l_quantity':'DECIMAL(15,2)','l_extendedprice':'DECIMAL(15,2)',"
            + "'l_discount':'DECIMAL(15,2)','l_tax':'DECIMAL(15,2)','l_returnflag':'VARCHAR','l_linestatus':'VARCHAR',"
            + "'l_shipdate':'DATE','l_commitdate':'DATE','l_receiptdate':'DATE','l_shipinstruct':'VARCHAR',"
            + "'l_shipmode':'VARCHAR','l_comment':'VARCHAR'}";

    private final Stores stores;
    private final Database database;
    private @Nullable String table;
    private @Nullable String files;

    Checks(Stores stores, Database database) {
        this.stores = stores;
        this.database = database;
    }

    void table() throws SQLException {
        String wanted = table;
        if (wanted == null) {
            wanted = ofTable("public.lineitem");
            table = wanted;
        }
        same(wanted, ofTable("copied.lineitem"), "the table");
    }

    private String ofTable(String name) throws SQLException {
        try (Connection c = database.connect()) {
            return first(
                    c,
                    "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM " + name
                            + " t");
        }
    }

    void parquet(Path pattern) throws SQLException, IOException, InterruptedException {
        same(wantedOfFiles(), ofFiles("read_parquet('" + pattern + "')"), pattern.toString());
    }

    void csv(Path pattern) throws SQLException, IOException, InterruptedException {
        same(wantedOfFiles(), ofFiles(csvOf(pattern)), pattern.toString());
    }

    private String wantedOfFiles() throws SQLException, IOException, InterruptedException {
        String wanted = files;
        if (wanted == null) {
            wanted = ofFiles(csvOf(stores.csv()));
            files = wanted;
        }
        return wanted;
    }

    private static String csvOf(Path pattern) {
        return "read_csv('" + pattern + "', header = true, columns = " + DUCK_COLUMNS + ")";
    }

    /// The columns' types count as well: DuckDB's hashes of two types differ.
    private static String ofFiles(String relation) throws SQLException {
        try (Connection c = DriverManager.getConnection("jdbc:duckdb:")) {
            return first(
                    c,
                    "SELECT count(*) || ' ' || sum(hash(" + String.join(", ", Tpch.LINEITEM.columnNames())
                            + ")::HUGEINT) FROM " + relation);
        }
    }

    private static String first(Connection c, String sql) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }

    private static void same(String wanted, String found, String what) {
        if (!wanted.equals(found)) {
            throw new IllegalStateException(
                    what + " does not hold the rows that were read: " + found + " instead of " + wanted);
        }
    }
}
