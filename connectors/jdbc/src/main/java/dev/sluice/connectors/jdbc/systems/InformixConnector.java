package dev.sluice.connectors.jdbc.systems;

import static dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded;

import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.RelationalConnector;
import dev.sluice.data.batch.DataType.Kind;

/// IBM Informix.
public final class InformixConnector extends RelationalConnector {
    public InformixConnector() {
        super(new SystemDialect(
                        "Informix",
                        toBeAdded("com.informix.jdbc.IfxDriver", "informix", "com.ibm.informix:jdbc"),
                        "jdbc:informix-sqli://{server}:{port}/{database}:INFORMIXSERVER={informixServer}",
                        9_088)
                .serves("Informix")
                .member("host", "server")
                .member("server", "informixServer")
                .member("service", "port")
                .transactionalDefinitions()
                .declares(Kind.FLOAT32, "SMALLFLOAT")
                .declares(Kind.FLOAT64, "FLOAT")
                .declares(Kind.TIME, "DATETIME HOUR TO FRACTION(5)")
                .declares(Kind.TIMESTAMP, "DATETIME YEAR TO FRACTION(5)")
                .declares(Kind.INSTANT, "DATETIME YEAR TO FRACTION(5)")
                .declares(Kind.STRING, "LVARCHAR(32000)")
                .declares(Kind.BINARY, "BLOB")
                .means(Meaning.WRONG_PASSWORD, -951)
                .means(Meaning.DATABASE_MISSING, -329)
                .means(Meaning.TABLE_MISSING, -206)
                .means(Meaning.DENIED, -272, -273, -274)
                .means(Meaning.NULL_REFUSED, -391)
                .means(Meaning.ROW_REFUSED, -268, -239, -530, -691)
                .means(Meaning.BUSY, -244, -246, -143, -154)
                .means(Meaning.DISK_FULL, -271));
    }
}
