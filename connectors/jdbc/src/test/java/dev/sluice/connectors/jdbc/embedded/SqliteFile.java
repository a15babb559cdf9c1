package dev.sluice.connectors.jdbc.embedded;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.data.batch.DataType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// A file of SQLite for a test.
final class SqliteFile {
    static final List<DataType> TYPES = List.of(
            DataType.BOOLEAN,
            DataType.INT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.FLOAT64,
            DataType.decimal(9, 2),
            DataType.DATE,
            DataType.timestamp(6),
            DataType.STRING,
            DataType.BINARY,
            DataType.GUID);

    private SqliteFile() {}

    static Engine engine() {
        try {
            Path file = Files.createTempDirectory("sqlite").resolve("shop.db");
            Engine engine = new Engine(
                    new SqliteConnector(),
                    "SQLite",
                    "SQLiteTable",
                    Map.of("path", file.toString()),
                    () -> DriverManager.getConnection("jdbc:sqlite:" + file),
                    new SqliteDialect());
            engine.sql("CREATE TABLE exists_so_the_file_does (x INTEGER)");
            return engine;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
