package dev.sluice.connectors.jdbc.systems;

import static dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded;

import dev.sluice.connectors.jdbc.relational.RelationalConnector;
import dev.sluice.data.batch.DataType.Kind;

/// Amazon Redshift. Read by SELECT; `redshiftUnloadSettings` is not used.
public final class RedshiftConnector extends RelationalConnector {
    public RedshiftConnector() {
        super(new SystemDialect(
                        "Amazon Redshift",
                        toBeAdded("com.amazon.redshift.Driver", "redshift", "com.amazon.redshift:redshift-jdbc42"),
                        "jdbc:redshift://{server}:{port}/{database}",
                        5_439)
                .serves("AmazonRedshift")
                .dataset("RelationalTable")
                .transactionalDefinitions()
                .declares(Kind.STRING, "VARCHAR(65535)")
                .declares(Kind.BINARY, "VARBYTE(1000000)")
                .declares(Kind.TIME, "TIME")
                .declares(Kind.TIMESTAMP, "TIMESTAMP")
                .declares(Kind.INSTANT, "TIMESTAMPTZ"));
    }
}
