package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/// The judge itself is judged: files that other programs (PostgreSQL, DuckDB) made are found equal, and a
/// single changed value is found out.
class VerificationTest {
    @TempDir
    Path folder;

    @Test
    void faithful_copies_are_equal_and_one_changed_value_is_named() throws IOException, SQLException {
        try (Database database = Database.start(folder.resolve("pg"), 0.002);
                Connection postgres = database.connect()) {
            for (Tpch table : Tpch.values()) {
                Path csv = folder.resolve(table.tableName() + ".csv.gz");
                Path parquet = folder.resolve(table.tableName() + ".parquet");
                export(postgres, table, csv);
                convert(csv, parquet);

                var source = Verification.ofTable(postgres, "public", table);
                assertThat(source.rows()).isPositive();
                assertThat(Verification.ofCsv(csv, table)).isEqualTo(source);
                assertThat(Verification.ofParquet(parquet, table)).isEqualTo(source);

                String column = table.columnNames().get(1);
                try (Statement s = postgres.createStatement()) {
                    s.executeUpdate("UPDATE " + table.tableName() + " SET " + column + " = "
                            + (table == Tpch.CUSTOMER ? "'x'" : "-1") + " WHERE ctid = '(0,1)'");
                }
                var changed = Verification.ofTable(postgres, "public", table);
                assertThat(changed.differences(source, table.columnNames())).containsExactly(column);
            }
        }
    }

    private static void export(Connection postgres, Tpch table, Path csv) throws SQLException, IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(csv))) {
            postgres.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY " + table.tableName() + " TO STDOUT (FORMAT csv, HEADER)", out);
        }
    }

    private static void convert(Path csv, Path parquet) throws SQLException {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement s = duckdb.createStatement()) {
            s.execute("COPY (SELECT * FROM read_csv('" + csv + "', all_varchar=true)) TO '" + parquet
                    + "' (FORMAT parquet)");
        }
    }
}
