package dev.sluice.service.app.http;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.secrets.Identity;
import java.util.concurrent.Executors;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The HTTPS port. Requests run on virtual threads, network events on a few platform threads.
public final class WebServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 5_000;
    private static final int MAX_HEADER = 16 << 10;
    /// Longer than the longest poll of a node.
    private static final int IDLE_MILLIS = 60_000;
    /// A client that dribbles its body holds nobody up.
    private static final int MIN_BYTES_PER_SECOND = 256;
    private static final int STOP_MILLIS = 3_000;
    private static final String NO_PASSWORD = "in memory";

    private final Server server;
    private final ServerConnector connector;
    private final SslContextFactory.Server tls = new SslContextFactory.Server();

    /// @param port 0 for any that is free
    public WebServer(Gate gate, Identity identity, int port) {
        QueuedThreadPool threads = new QueuedThreadPool(16, 4);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("request-", 0).factory()));
        this.server = new Server(threads);
        tls.setKeyStore(identity.keyStore(NO_PASSWORD.toCharArray()));
        tls.setKeyStorePassword(NO_PASSWORD);
        tls.setKeyManagerPassword(NO_PASSWORD);
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        HttpConfiguration http = configuration();
        HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(http);
        http2.setMaxConcurrentStreams(128);
        http2.setStreamIdleTimeout(IDLE_MILLIS);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol("http/1.1");
        this.connector = new ServerConnector(
                server,
                1,
                1,
                new SslConnectionFactory(tls, alpn.getProtocol()),
                alpn,
                http2,
                new HttpConnectionFactory(http));
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setReuseAddress(true);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        server.setErrorHandler(new JettyErrors());
        server.setHandler(new JettyHandler(gate));
        server.setStopTimeout(STOP_MILLIS);
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(MAX_HEADER);
        http.setResponseHeaderSize(MAX_HEADER);
        http.setMinRequestDataRate(MIN_BYTES_PER_SECOND);
        // Clients come by many names (proxies, addresses); which of them the certificate has is for them to check.
        http.addCustomizer(new SecureRequestCustomizer(false));
        return http;
    }

    /// Opens the port.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when the port cannot be had
    public void start() {
        try {
            server.start();
        } catch (Exception e) {
            throw ServiceFaults.PORT_UNAVAILABLE
                    .problem()
                    .evidence("port", connector.getPort())
                    .evidence(
                            "detail",
                            e.getCause() == null ? e.getMessage() : e.getCause().getMessage())
                    .from(e)
                    .exception();
        }
    }

    public int port() {
        return connector.getLocalPort();
    }

    /// Presents another certificate from the next connection on; open ones stay.
    public void replace(Identity identity) throws Exception {
        tls.reload(f -> f.setKeyStore(identity.keyStore(NO_PASSWORD.toCharArray())));
    }

    /// Lets requests in progress end for a few seconds, then closes.
    @Override
    public void close() throws Exception {
        server.stop();
    }
}
