package dev.sluice.connectors.ftp;

import dev.sluice.data.spi.SecretValue;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.ftpserver.ConnectionConfigFactory;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.Authority;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.ssl.SslConfigurationFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.ConcurrentLoginPermission;
import org.apache.ftpserver.usermanager.impl.WritePermission;

/// A real FTP server (Apache FtpServer) over a folder.
final class FtpServers implements AutoCloseable {
    static final String PASSWORD = "s3cret-of-the-test";

    enum Tls {
        NONE,
        EXPLICIT,
        IMPLICIT
    }

    private final FtpServer server;
    final int port;

    FtpServers(Path folder, Tls tls, Path keyStore) throws Exception {
        ListenerFactory listener = new ListenerFactory();
        listener.setServerAddress("127.0.0.1");
        listener.setPort(0);
        if (tls != Tls.NONE) {
            SslConfigurationFactory ssl = new SslConfigurationFactory();
            ssl.setKeystoreFile(keyStore.toFile());
            ssl.setKeystorePassword("changeit");
            ssl.setSslProtocol("TLSv1.2");
            listener.setSslConfiguration(ssl.createSslConfiguration());
            listener.setImplicitSsl(tls == Tls.IMPLICIT);
            DataConnectionConfigurationFactory data = new DataConnectionConfigurationFactory();
            data.setSslConfiguration(ssl.createSslConfiguration());
            data.setImplicitSsl(tls == Tls.IMPLICIT);
            listener.setDataConnectionConfiguration(data.createDataConnectionConfiguration());
        }
        FtpServerFactory factory = new FtpServerFactory();
        ConnectionConfigFactory connections = new ConnectionConfigFactory();
        connections.setAnonymousLoginEnabled(true);
        connections.setMaxLogins(100);
        connections.setMaxThreads(50);
        connections.setLoginFailureDelay(0);
        factory.setConnectionConfig(connections.createConnectionConfig());
        var running = listener.createListener();
        factory.addListener("default", running);
        factory.getUserManager().save(user("shop", PASSWORD, folder, true));
        factory.getUserManager().save(user("anonymous", null, folder, false));
        server = factory.createServer();
        server.start();
        port = running.getPort();
    }

    private static BaseUser user(String name, String password, Path folder, boolean writes) {
        BaseUser user = new BaseUser();
        user.setName(name);
        user.setPassword(password);
        user.setHomeDirectory(folder.toString());
        List<Authority> rights = new java.util.ArrayList<>();
        rights.add(new ConcurrentLoginPermission(50, 50));
        if (writes) {
            rights.add(new WritePermission());
        }
        user.setAuthorities(rights);
        return user;
    }

    Map<String, Object> service(boolean tls) {
        return new HashMap<>(Map.of(
                "host",
                "localhost",
                "port",
                BigDecimal.valueOf(port),
                "userName",
                "shop",
                "password",
                new SecretValue(PASSWORD),
                "enableSsl",
                tls));
    }

    /// A key store with a certificate for `localhost` that is its own authority.
    static Path keyStore(Path folder) throws Exception {
        Path file = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes());
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        return file;
    }

    @Override
    public void close() {
        server.stop();
    }
}
