package dev.sluice.connectors.jdbc.systems;

import static dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded;

import dev.sluice.connectors.jdbc.relational.RelationalConnector;

/// Trino and Presto, read only as in Data Factory.
public final class TrinoConnector extends RelationalConnector {
    public TrinoConnector() {
        super(new SystemDialect(
                        "Trino",
                        toBeAdded("io.trino.jdbc.TrinoDriver", "trino", "io.trino:trino-jdbc"),
                        "jdbc:trino://{server}:{port}/{database}",
                        8_080)
                .serves("Presto", "Trino")
                .dataset("PrestoObject")
                .member("catalog", "database")
                .member("serverversion", "serverVersion")
                .property("enablessl", "SSL")
                .property("timezoneid", "timeZone")
                .readOnly());
    }
}
