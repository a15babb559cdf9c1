package dev.sluice.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Compares copies with their source by row count and one order-independent checksum per column: the sum of 48 bits of
/// the MD5 of every value's text. Each side is computed by the engine that holds it, PostgreSQL or DuckDB; none of
/// Sluice's own code reads the data.
public final class Verification {
    private Verification() {}

    /// @param sums one per column, then the count of values that are not null
    public record Fingerprint(long rows, List<String> sums) {
        /// Names of the columns that differ.
        public List<String> differences(Fingerprint other, List<String> columns) {
            List<String> differing = new ArrayList<>();
            for (int c = 0; c < columns.size(); c++) {
                if (!sums.get(c).equals(other.sums.get(c))) {
                    differing.add(columns.get(c));
                }
            }
            return differing;
        }
    }

    /// Of a table in PostgreSQL.
    public static Fingerprint ofTable(Connection postgres, String schema, Tpch table) throws SQLException {
        String sums = table.columnNames().stream()
                .map(c -> "sum(('x' || substr(md5(" + c + "::text), 1, 12))::bit(48)::bigint)::text || '/' || count("
                        + c + ")")
                .collect(Collectors.joining(", "));
        return fingerprint(postgres, "SELECT count(*), " + sums + " FROM " + schema + "." + table.tableName(), table);
    }

    /// Of a Parquet file.
    public static Fingerprint ofParquet(Path file, Tpch table) throws SQLException {
        return ofFile("read_parquet('" + quoted(file) + "')", table);
    }

    /// Of a gzip CSV file with a header line.
    public static Fingerprint ofCsv(Path file, Tpch table) throws SQLException {
        return ofFile(
                "read_csv('" + quoted(file)
                        + "', header=true, all_varchar=true, delim=',', quote='\"', escape='\"', compression='gzip')",
                table);
    }

    private static Fingerprint ofFile(String relation, Tpch table) throws SQLException {
        String sums = table.columnNames().stream()
                .map(c -> "sum(('0x' || substr(md5(" + c + "::varchar), 1, 12))::bigint)::varchar || '/' || count(" + c
                        + ")")
                .collect(Collectors.joining(", "));
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
            return fingerprint(duckdb, "SELECT count(*), " + sums + " FROM " + relation, table);
        }
    }

    private static Fingerprint fingerprint(Connection connection, String sql, Tpch table) throws SQLException {
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            List<String> sums = new ArrayList<>();
            for (int c = 0; c < table.columnNames().size(); c++) {
                sums.add(String.valueOf(r.getString(c + 2)));
            }
            return new Fingerprint(r.getLong(1), sums);
        }
    }

    private static String quoted(Path file) {
        return file.toString().replace("'", "''");
    }
}
