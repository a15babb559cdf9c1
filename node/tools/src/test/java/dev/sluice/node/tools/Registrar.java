package dev.sluice.node.tools;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Identity;
import dev.sluice.secrets.NonceMemory;
import dev.sluice.secrets.RequestSignature;
import dev.sluice.wire.ErrorResponse;
import dev.sluice.wire.NodeOrders;
import dev.sluice.wire.RegisterRequest;
import dev.sluice.wire.RegisterResponse;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A service that registers nodes and nothing else, over real TLS with an authority of its own.
final class Registrar implements AutoCloseable {
    final CertificateAuthority authority;
    private final HttpsServer server;
    private @Nullable PublicKey nodeKey;
    volatile @Nullable ErrorResponse refusal;
    volatile int refusalStatus = 400;
    volatile boolean unregistered;
    volatile @Nullable RegisterRequest request;

    Registrar(Path folder) throws Exception {
        authority = CertificateAuthority.openOrCreate(folder, InstantSource.system());
        Identity identity = authority.issueServer("localhost", List.of("localhost"));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity.keyStore("x".toCharArray()), "x".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI url() {
        return URI.create("https://localhost:" + port());
    }

    /// A key that names this service.
    String key() throws Exception {
        return key("ServiceEndpoint=localhost:" + port(), authority.certificate());
    }

    static String key(String endpoint, X509Certificate authority) throws Exception {
        byte[] both = new byte[64];
        Arrays.fill(both, 0, 32, (byte) 7);
        byte[] fingerprint = MessageDigest.getInstance("SHA-256").digest(authority.getEncoded());
        System.arraycopy(fingerprint, 0, both, 32, 32);
        return "IR@0f0e0d0c-0b0a-0908-0706-050403020100@factory-1@" + endpoint + "@"
                + Base64.getEncoder().encodeToString(both);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        ErrorResponse told = refusal;
        if (told != null) {
            send(exchange, refusalStatus, told);
            return;
        }
        switch (exchange.getRequestURI().getPath()) {
            case Wire.REGISTER -> {
                RegisterRequest asked = Wire.decode(body, RegisterRequest.class);
                request = asked;
                X509Certificate issued = authority.issueNode(asked.certificateRequest(), asked.nodeName(), List.of());
                nodeKey = issued.getPublicKey();
                send(
                        exchange,
                        200,
                        new RegisterResponse(
                                "n1",
                                asked.nodeName(),
                                "ir-1",
                                "factory-1",
                                Certificates.toPem(issued),
                                Certificates.toPem(authority.certificate()),
                                new NodeOrders(List.of(), false, 2, 30_000, 5_000)));
            }
            case Wire.UNREGISTER -> {
                var verdict = RequestSignature.verify(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        name -> exchange.getRequestHeaders().getOrDefault(name, List.of()),
                        body,
                        id -> id.equals("n1") ? nodeKey : null,
                        InstantSource.system(),
                        NonceMemory.standard());
                if (verdict instanceof RequestSignature.Verdict.Accepted) {
                    unregistered = true;
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                } else {
                    send(exchange, 401, new ErrorResponse("NodeRequestRefused", verdict.toString(), List.of()));
                }
            }
            default -> send(exchange, 404, new ErrorResponse("NotFound", "no such path", List.of()));
        }
    }

    private static void send(HttpExchange exchange, int status, Object message) throws IOException {
        byte[] body = Wire.encode(message);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
