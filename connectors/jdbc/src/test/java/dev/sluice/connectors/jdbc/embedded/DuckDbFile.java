package dev.sluice.connectors.jdbc.embedded;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/// A file of DuckDB for a test.
final class DuckDbFile {
    static final List<DataType> TYPES = List.of(
            DataType.BOOLEAN,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.UINT16,
            DataType.INT32,
            DataType.UINT32,
            DataType.INT64,
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.decimal(9, 2),
            DataType.decimal(18, 0),
            DataType.decimal(19, 4),
            DataType.decimal(38, 20),
            DataType.DATE,
            DataType.timestamp(6),
            DataType.instant(6),
            DataType.STRING,
            DataType.BINARY,
            DataType.GUID);

    private DuckDbFile() {}

    static Engine engine() {
        try {
            Path file = Files.createTempDirectory("duckdb").resolve("shop.db");
            Engine engine = new Engine(
                    new DuckDbConnector(),
                    "DuckDB",
                    "DuckDBTable",
                    Map.of("path", file.toString()),
                    () -> DriverManager.getConnection("jdbc:duckdb:" + file, configuration(file)),
                    new DuckDbDialect());
            engine.sql("CREATE TABLE exists_so_the_file_does (x INTEGER)");
            return engine;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Connections to one file in one process must agree.
    private static Properties configuration(Path file) {
        Properties p = new Properties();
        Endpoint endpoint = new Endpoint(
                Kind.SINK,
                "Shop",
                "DuckDB",
                new Settings("", Map.of("path", file.toString())),
                "Table",
                "DuckDBTable",
                Settings.EMPTY,
                Settings.EMPTY);
        p.putAll(new DuckDbDialect().server(endpoint).properties());
        return p;
    }
}
