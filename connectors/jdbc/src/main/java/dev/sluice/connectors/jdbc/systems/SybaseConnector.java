package dev.sluice.connectors.jdbc.systems;

import static dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded;

import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.RelationalConnector;

/// SAP ASE (Sybase).
public final class SybaseConnector extends RelationalConnector {
    public SybaseConnector() {
        super(new SystemDialect(
                        "Sybase",
                        toBeAdded("com.sybase.jdbc4.jdbc.SybDriver", "jconnect", "jConnect for JDBC, from SAP"),
                        "jdbc:sybase:Tds:{server}:{port}/{database}",
                        5_000)
                .serves("Sybase")
                .dataset("RelationalTable")
                .member("schema", "schema")
                .always("CHARSET", "utf8")
                .readOnly()
                .means(Meaning.WRONG_PASSWORD, 4002)
                .means(Meaning.DATABASE_MISSING, 911)
                .means(Meaning.TABLE_MISSING, 208)
                .means(Meaning.DENIED, 10_330)
                .means(Meaning.BUSY, 1205));
    }
}
