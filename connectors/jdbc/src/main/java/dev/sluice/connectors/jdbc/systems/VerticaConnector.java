package dev.sluice.connectors.jdbc.systems;

import static dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded;

import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.RelationalConnector;
import dev.sluice.data.batch.DataType.Kind;

/// Vertica.
public final class VerticaConnector extends RelationalConnector {
    public VerticaConnector() {
        super(new SystemDialect(
                        "Vertica",
                        toBeAdded("com.vertica.jdbc.Driver", "vertica", "com.vertica.jdbc:vertica-jdbc"),
                        "jdbc:vertica://{server}:{port}/{database}",
                        5_433)
                .serves("Vertica")
                .transactionalDefinitions()
                .declares(Kind.STRING, "LONG VARCHAR(1000000)")
                .declares(Kind.BINARY, "LONG VARBINARY(1000000)")
                .declares(Kind.GUID, "UUID")
                .means(Meaning.WRONG_PASSWORD, 3781)
                .means(Meaning.TABLE_MISSING, 4566)
                .means(Meaning.DENIED, 4367)
                .means(Meaning.NULL_REFUSED, 2501)
                .means(Meaning.ROW_REFUSED, 6745));
    }
}
