package dev.sluice.connectors.jdbc.systems;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.data.batch.DataType;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// H2 as a database that nothing but plain JDBC is known of.
final class H2 {
    private static final String URL = "jdbc:h2:mem:generic";
    private static Connection keeping;

    static final List<DataType> TYPES = List.of(
            DataType.BOOLEAN,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.decimal(9, 2),
            DataType.decimal(18, 0),
            DataType.decimal(38, 20),
            DataType.DATE,
            DataType.time(6),
            DataType.timestamp(6),
            DataType.instant(6),
            DataType.STRING,
            DataType.BINARY,
            DataType.GUID);

    private H2() {}

    static synchronized Engine engine() {
        try {
            if (keeping == null) {
                keeping = DriverManager.getConnection(URL);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new Engine(
                new JdbcConnector(),
                "Jdbc",
                "JdbcTable",
                Map.of("url", URL, "driver", "org.h2.Driver"),
                () -> DriverManager.getConnection(URL),
                new JdbcDialect());
    }
}
