package dev.sluice.connectors.jdbc.systems;

import static dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded;

import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.RelationalConnector;
import dev.sluice.data.batch.DataType.Kind;

/// Oracle Database 12.1 and later, Amazon RDS for Oracle. `server` is `host:port/service`; the strings' `Sid` is not
/// taken, its service name is.
public final class OracleConnector extends RelationalConnector {
    public OracleConnector() {
        super(new SystemDialect(
                        "Oracle",
                        toBeAdded("oracle.jdbc.OracleDriver", "ojdbc", "com.oracle.database.jdbc:ojdbc11"),
                        "jdbc:oracle:thin:@//{server}:{port}/{database}",
                        1_521)
                .serves("Oracle", "AmazonRdsForOracle")
                .member("servicename", "database")
                .member("fetchsize", "fetchSize")
                .member("initiallobfetchsize", "initialLobFetchSize")
                .member("statementcachesize", "statementCacheSize")
                .member("enablebulkload", "enableBulkLoad")
                .member("supportv1datatypes", "supportV1DataTypes")
                .member("fetchtswtzastimestamp", "fetchTswtzAsTimestamp")
                .property("encryptionclient", "oracle.net.encryption_client")
                .property("encryptiontypesclient", "oracle.net.encryption_types_client")
                .property("cryptochecksumclient", "oracle.net.crypto_checksum_client")
                .property("cryptochecksumtypesclient", "oracle.net.crypto_checksum_types_client")
                .counts("SELECT num_rows FROM all_tables WHERE table_name = ?"
                        + " AND owner = COALESCE(?, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA'))")
                .partitions("SELECT partition_name, '\"' || partition_name || '\"' FROM all_tab_partitions"
                        + " WHERE table_name = ? AND table_owner = COALESCE(?, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA'))"
                        + " ORDER BY partition_position")
                .hashes("ORA_HASH(%1$s, %3$d)")
                .declares(Kind.BOOLEAN, "NUMBER(1)")
                .declares(Kind.INT8, "NUMBER(3)")
                .declares(Kind.UINT8, "NUMBER(3)")
                .declares(Kind.INT16, "NUMBER(5)")
                .declares(Kind.UINT16, "NUMBER(5)")
                .declares(Kind.INT32, "NUMBER(10)")
                .declares(Kind.UINT32, "NUMBER(10)")
                .declares(Kind.INT64, "NUMBER(19)")
                .declares(Kind.UINT64, "NUMBER(20)")
                .declares(Kind.FLOAT32, "BINARY_FLOAT")
                .declares(Kind.FLOAT64, "BINARY_DOUBLE")
                .declares(Kind.DECIMAL, "NUMBER({p},{s})")
                .declares(Kind.TIME, "VARCHAR2(20)")
                .declares(Kind.DURATION, "VARCHAR2(40)")
                .declares(Kind.STRING, "NCLOB")
                .declares(Kind.BINARY, "BLOB")
                .means(Meaning.WRONG_PASSWORD, 1017, 28000, 28001)
                .means(Meaning.DATABASE_MISSING, 12505, 12514)
                .means(Meaning.TABLE_MISSING, 942)
                .means(Meaning.DENIED, 1031, 1045)
                .means(Meaning.TOO_MANY_CONNECTIONS, 18, 20, 12516, 12519, 12520)
                .means(Meaning.BUSY, 54, 60, 30006)
                .means(Meaning.DISK_FULL, 1536, 1652, 1653, 1654)
                .means(Meaning.NULL_REFUSED, 1400, 1407)
                .means(Meaning.ROW_REFUSED, 1, 1438, 1722, 2290, 2291, 12899)
                .means(Meaning.TIMEOUT, 1013)
                .means(Meaning.LOST, 28, 3113, 3114, 3135, 12170, 12541, 17002, 17410));
    }
}
