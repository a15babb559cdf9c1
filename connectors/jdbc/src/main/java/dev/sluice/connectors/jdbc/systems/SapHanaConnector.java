package dev.sluice.connectors.jdbc.systems;

import static dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded;

import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.RelationalConnector;
import dev.sluice.data.batch.DataType.Kind;

/// SAP HANA.
public final class SapHanaConnector extends RelationalConnector {
    public SapHanaConnector() {
        super(new SystemDialect(
                        "SAP HANA",
                        toBeAdded("com.sap.db.jdbc.Driver", "ngdbc", "com.sap.cloud.db.jdbc:ngdbc"),
                        "jdbc:sap://{server}:{port}",
                        30_015)
                .serves("SapHana")
                .dataset("RelationalTable")
                .withoutDatabase()
                .property("databasename", "databaseName")
                .property("encrypt", "encrypt")
                .emptyCopy("CREATE COLUMN TABLE %1$s AS (SELECT %2$s FROM %3$s) WITH NO DATA")
                .partitions("SELECT TO_VARCHAR(part_id), TO_VARCHAR(part_id) FROM sys.m_cs_partitions"
                        + " WHERE table_name = ? AND schema_name = COALESCE(?, CURRENT_SCHEMA) ORDER BY part_id")
                .declares(Kind.STRING, "NCLOB")
                .declares(Kind.BINARY, "BLOB")
                .declares(Kind.TIME, "TIME")
                .declares(Kind.TIMESTAMP, "TIMESTAMP")
                .declares(Kind.INSTANT, "TIMESTAMP")
                .declares(Kind.FLOAT64, "DOUBLE")
                .means(Meaning.WRONG_PASSWORD, 10)
                .means(Meaning.TABLE_MISSING, 259)
                .means(Meaning.DENIED, 258)
                .means(Meaning.NULL_REFUSED, 287)
                .means(Meaning.ROW_REFUSED, 301, 274, 304, 314)
                .means(Meaning.BUSY, 131, 133)
                .means(Meaning.DISK_FULL, 2));
    }
}
