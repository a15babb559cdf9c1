package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.diagnosis.Kind;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;

/// What a linked service says about a server: checked, and nothing beyond what stands here reaches the driver.
///
/// @param side whose store it is, for problems
/// @param store the linked service's name
/// @param sslMode libpq's name: `disable` … `verify-full`
/// @param connectSeconds limit for establishing a connection
/// @param commandSeconds limit for single statements other than the copy itself; 0 without
/// @param searchPath schema in which unqualified names are looked up
record PostgresServer(
        Kind side,
        String store,
        String host,
        int port,
        String database,
        String user,
        Optional<SecretValue> password,
        String sslMode,
        Optional<ClientCertificate> clientCertificate,
        int connectSeconds,
        int commandSeconds,
        Optional<String> searchPath,
        String timeZone) {

    /// Paths on the node.
    record ClientCertificate(String certificate, Optional<String> key, Optional<SecretValue> keyPassword) {}

    private static final int RECEIVE_BYTES = 1 << 20;

    static PostgresServer of(Endpoint endpoint) {
        return new ServerSettings(endpoint).read();
    }

    /// Whether the certificate is checked, against the node's trust store.
    boolean verifies() {
        return sslMode.startsWith("verify");
    }

    PGSimpleDataSource dataSource() throws SQLException {
        PGSimpleDataSource d = new PGSimpleDataSource();
        d.setServerNames(new String[] {host});
        d.setPortNumbers(new int[] {port});
        d.setDatabaseName(database);
        d.setUser(user);
        password.ifPresent(p -> d.setPassword(p.reveal()));
        d.setSslMode(sslMode);
        if (verifies() && clientCertificate.isEmpty()) {
            d.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        clientCertificate.ifPresent(c -> {
            d.setSslCert(c.certificate());
            c.key().ifPresent(d::setSslKey);
            c.keyPassword().ifPresent(p -> d.setSslPassword(p.reveal()));
        });
        d.setGssEncMode("disable");
        d.setConnectTimeout(connectSeconds);
        d.setLoginTimeout(connectSeconds);
        d.setCancelSignalTimeout(2);
        d.setTcpKeepAlive(true);
        d.setApplicationName("sluice");
        d.setAssumeMinServerVersion("10");
        d.setReceiveBufferSize(RECEIVE_BYTES);
        d.setSendBufferSize(RECEIVE_BYTES);
        searchPath.ifPresent(d::setCurrentSchema);
        return d;
    }
}
