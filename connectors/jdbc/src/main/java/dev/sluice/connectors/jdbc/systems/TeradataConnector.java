package dev.sluice.connectors.jdbc.systems;

import static dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded;

import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.RelationalConnector;
import dev.sluice.data.batch.DataType.Kind;

/// Teradata Vantage.
public final class TeradataConnector extends RelationalConnector {
    public TeradataConnector() {
        super(new SystemDialect(
                        "Teradata",
                        toBeAdded("com.teradata.jdbc.TeraDriver", "terajdbc", "com.teradata.jdbc:terajdbc"),
                        "jdbc:teradata://{server}/DBS_PORT={port},CHARSET=UTF8",
                        1_025)
                .serves("Teradata")
                .dataset("RelationalTable")
                .withoutDatabase()
                .member("dbcname", "server")
                .member("portnumber", "port")
                .property("sslmode", "SSLMODE")
                .property("usedataencryption", "ENCRYPTDATA")
                .emptyCopy("CREATE TABLE %1$s AS (SELECT %2$s FROM %3$s) WITH NO DATA")
                .hashes("HASHBUCKET(HASHROW(%1$s)) MOD %2$d")
                .spreads("SELECT ColumnName FROM DBC.IndicesV WHERE TableName = ?"
                        + " AND DatabaseName = COALESCE(?, DATABASE) AND IndexType IN ('P', 'Q', 'A')")
                .declares(Kind.BOOLEAN, "BYTEINT")
                .declares(Kind.FLOAT32, "FLOAT")
                .declares(Kind.FLOAT64, "FLOAT")
                .declares(Kind.STRING, "VARCHAR(32000) CHARACTER SET UNICODE")
                .declares(Kind.BINARY, "BLOB")
                .declares(Kind.TIME, "TIME(6)")
                .declares(Kind.TIMESTAMP, "TIMESTAMP(6)")
                .declares(Kind.INSTANT, "TIMESTAMP(6) WITH TIME ZONE")
                .means(Meaning.WRONG_PASSWORD, 8017)
                .means(Meaning.TABLE_MISSING, 3807)
                .means(Meaning.DENIED, 3523, 3524)
                .means(Meaning.ROW_REFUSED, 2801, 2803, 3520, 2665)
                .means(Meaning.NULL_REFUSED, 3604, 3811)
                .means(Meaning.BUSY, 2631, 3897)
                .means(Meaning.DISK_FULL, 2644));
    }
}
