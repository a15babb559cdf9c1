package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.SqlConnector;
import dev.sluice.data.spi.SqlSession;
import java.util.List;
import java.util.Set;

/// PostgreSQL 10 and later, wherever it runs.
///
/// Types: every type can be read and written. Those without a counterpart travel as text: arrays, ranges, network
/// addresses, geometry, bit strings, `timetz` and `interval` (which may hold months, so it is no span of time; written
/// from a DURATION it is exact). A `numeric` without precision is DECIMAL(38,18); a value that does not fit exactly,
/// NaN and infinities are refused with their row.
public final class PostgreSqlConnector implements SqlConnector {
    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "PostgreSQL",
            Set.of("PostgreSql", "PostgreSqlV2", "AzurePostgreSql"),
            Set.of("PostgreSqlTable", "PostgreSqlV2Table", "AzurePostgreSqlTable"),
            Set.of("PostgreSqlSource", "PostgreSqlV2Source", "AzurePostgreSqlSource"),
            Set.of("PostgreSqlSink", "PostgreSqlV2Sink", "AzurePostgreSqlSink"),
            Set.of(
                    Capability.READ,
                    Capability.WRITE,
                    Capability.SPLIT,
                    Capability.ATOMIC_COMMIT,
                    Capability.IDEMPOTENT,
                    Capability.AUTO_CREATE),
            List.of(
                    new FieldDescriptor(
                            "connectionString",
                            false,
                            true,
                            "Host=…;Port=…;Database=…;UID=…;Password=…; instead of the members below"),
                    new FieldDescriptor("server", false, false, "host name or IP address"),
                    new FieldDescriptor("port", false, false, "5432 unless given"),
                    new FieldDescriptor("database", false, false, "name of the database"),
                    new FieldDescriptor("username", false, false, "user to log in as"),
                    new FieldDescriptor("password", false, true, "the user's password"),
                    new FieldDescriptor(
                            "sslMode",
                            false,
                            false,
                            "0 disable, 1 allow, 2 prefer, 3 require, 4 verify-ca, 5 verify-full (node's trust store)"),
                    new FieldDescriptor(
                            "trustServerCertificate", false, false, "true: encrypt without checking the certificate"),
                    new FieldDescriptor("sslCertificate", false, false, "client certificate, a file on the node"),
                    new FieldDescriptor("sslKey", false, false, "its key, a file on the node"),
                    new FieldDescriptor("sslPassword", false, true, "password of the key"),
                    new FieldDescriptor("connectionTimeout", false, false, "seconds to wait for a connection; 15"),
                    new FieldDescriptor(
                            "commandTimeout", false, false, "seconds for a single statement, the copy itself excepted"),
                    new FieldDescriptor("schema", false, false, "search path for names without a schema"),
                    new FieldDescriptor("timezone", false, false, "session time zone; UTC"),
                    new FieldDescriptor("encoding", false, false, "UTF8"),
                    new FieldDescriptor("pooling", false, false, "accepted, not needed"),
                    new FieldDescriptor("readBufferSize", false, false, "accepted, not needed"),
                    new FieldDescriptor("logParameters", false, false, "accepted, not needed"),
                    new FieldDescriptor("authenticationType", false, false, "Basic")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        return PostgresSource.open(endpoint);
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        return PostgresSink.open(endpoint, job);
    }

    @Override
    public SqlSession session(Endpoint endpoint, JobContext job) {
        return PostgresStatements.open(endpoint);
    }
}
