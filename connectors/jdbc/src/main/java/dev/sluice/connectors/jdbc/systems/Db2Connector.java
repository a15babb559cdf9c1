package dev.sluice.connectors.jdbc.systems;

import static dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded;

import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.RelationalConnector;
import dev.sluice.data.batch.DataType.Kind;

/// IBM Db2 for Linux, Unix and Windows, and for z/OS.
public final class Db2Connector extends RelationalConnector {
    public Db2Connector() {
        super(new SystemDialect(
                        "Db2",
                        toBeAdded("com.ibm.db2.jcc.DB2Driver", "db2", "com.ibm.db2:jcc"),
                        "jdbc:db2://{server}:{port}/{database}",
                        50_000)
                .serves("Db2")
                .dataset("RelationalTable")
                .member("packagecollection", "packageCollection")
                .member("certificatecommonname", "certificateCommonName")
                .transactionalDefinitions()
                .emptyCopy("CREATE TABLE %1$s AS (SELECT %2$s FROM %3$s) WITH NO DATA")
                .declares(Kind.BOOLEAN, "SMALLINT")
                .declares(Kind.TIME, "TIME")
                .declares(Kind.INSTANT, "TIMESTAMP(6)")
                .declares(Kind.DECIMAL, "DECIMAL({p},{s})")
                .declares(Kind.STRING, "VARCHAR(32000)")
                .declares(Kind.BINARY, "BLOB(100M)")
                .means(Meaning.TABLE_MISSING, -204)
                .means(Meaning.DENIED, -551, -552)
                .means(Meaning.NULL_REFUSED, -407)
                .means(Meaning.ROW_REFUSED, -302, -433, -530, -803)
                .means(Meaning.BUSY, -911, -913)
                .means(Meaning.DISK_FULL, -289)
                .means(Meaning.LOST, -4499)
                .means(Meaning.WRONG_PASSWORD, -4214));
    }
}
