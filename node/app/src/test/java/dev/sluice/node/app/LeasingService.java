package dev.sluice.node.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Identity;
import dev.sluice.secrets.NonceMemory;
import dev.sluice.secrets.RequestSignature;
import dev.sluice.wire.ErrorResponse;
import dev.sluice.wire.HeartbeatResponse;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LeaseResponse;
import dev.sluice.wire.NodeOrders;
import dev.sluice.wire.RegisterRequest;
import dev.sluice.wire.RegisterResponse;
import dev.sluice.wire.ReportRequest;
import dev.sluice.wire.ReportResponse;
import dev.sluice.wire.UnregisterResponse;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A service over real TLS that registers one node, hands it the jobs a test gives, and keeps its reports.
final class LeasingService implements AutoCloseable {
    private final CertificateAuthority authority;
    private final String host;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final NonceMemory nonces = NonceMemory.standard();
    private final List<JobOffer> queue = new ArrayList<>();
    private final List<ReportRequest> reports = new ArrayList<>();
    private @Nullable X509Certificate node;
    private boolean gone;

    LeasingService(Path folder) throws Exception {
        this(folder, "localhost");
    }

    /// @param host the name it is reached by, and its certificate is for
    LeasingService(Path folder, String host) throws Exception {
        this.host = host;
        authority = CertificateAuthority.openOrCreate(folder, InstantSource.system());
        Identity identity = authority.issueServer(host, List.of(host));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity.keyStore("x".toCharArray()), "x".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "https://" + host + ":" + server.getAddress().getPort();
    }

    String key() throws Exception {
        byte[] both = new byte[64];
        Arrays.fill(both, 0, 32, (byte) 7);
        byte[] pin = MessageDigest.getInstance("SHA-256")
                .digest(authority.certificate().getEncoded());
        System.arraycopy(pin, 0, both, 32, 32);
        return "IR@g@f@ServiceEndpoint=" + url().substring("https://".length()) + "@"
                + Base64.getEncoder().encodeToString(both);
    }

    X509Certificate authority() {
        return authority.certificate();
    }

    synchronized X509Certificate node() {
        if (node == null) {
            throw new IllegalStateException("no node has registered");
        }
        return node;
    }

    synchronized void offer(JobOffer offer) {
        queue.add(offer);
        notifyAll();
    }

    ReportRequest awaitReport(JobRef job) throws InterruptedException {
        return awaitReport(job::equals);
    }

    ReportRequest awaitReport(Predicate<JobRef> wanted) throws InterruptedException {
        return reportWithin(30, wanted).orElseThrow(() -> new AssertionError("no such report among " + reports()));
    }

    private synchronized List<ReportRequest> reports() {
        return List.copyOf(reports);
    }

    /// Empty when there is none after that many seconds: this service does not offer a job again whose offer was lost
    /// with its connection.
    synchronized Optional<ReportRequest> reportWithin(int seconds, Predicate<JobRef> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            Optional<ReportRequest> found =
                    reports.stream().filter(r -> wanted.test(r.job())).findFirst();
            if (found.isPresent() || System.nanoTime() > end) {
                return found;
            }
            wait(50);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        if (!path.equals(Wire.REGISTER) && !isSigned(exchange, body)) {
            send(exchange, 401, new ErrorResponse("NodeRequestRefused", "not signed", List.of()));
            return;
        }
        try {
            switch (path) {
                case Wire.REGISTER -> send(exchange, 200, register(Wire.decode(body, RegisterRequest.class)));
                case Wire.LEASE -> send(exchange, 200, lease(Wire.decode(body, LeaseRequest.class)));
                case Wire.HEARTBEAT -> send(exchange, 200, new HeartbeatResponse(orders(), List.of()));
                case Wire.REPORT -> send(exchange, 200, report(Wire.decode(body, ReportRequest.class)));
                case Wire.UNREGISTER -> send(exchange, 200, new UnregisterResponse(List.of()));
                default -> send(exchange, 404, new ErrorResponse("NotFound", "no such path", List.of()));
            }
        } catch (InterruptedException e) {
            exchange.close();
        }
    }

    private boolean isSigned(HttpExchange exchange, byte[] body) {
        PublicKey key = node().getPublicKey();
        return RequestSignature.verify(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        name -> exchange.getRequestHeaders().getOrDefault(name, List.of()),
                        body,
                        id -> id.equals("n1") ? key : null,
                        InstantSource.system(),
                        nonces)
                instanceof RequestSignature.Verdict.Accepted;
    }

    private synchronized RegisterResponse register(RegisterRequest request) {
        X509Certificate issued = authority.issueNode(request.certificateRequest(), request.nodeName(), List.of());
        node = issued;
        return new RegisterResponse(
                "n1",
                request.nodeName(),
                "ir-1",
                "f",
                Certificates.toPem(issued),
                Certificates.toPem(authority.certificate()),
                orders());
    }

    private synchronized LeaseResponse lease(LeaseRequest request) throws InterruptedException {
        long end = System.nanoTime() + request.waitMillis() * 1_000_000;
        while (queue.isEmpty() && !gone && System.nanoTime() < end) {
            wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        List<JobOffer> jobs = new ArrayList<>();
        while (!queue.isEmpty() && jobs.size() < request.freeSlots()) {
            jobs.add(queue.removeFirst());
        }
        return new LeaseResponse(jobs, orders());
    }

    private synchronized ReportResponse report(ReportRequest request) {
        reports.add(request);
        notifyAll();
        return new ReportResponse(ReportResponse.Verdict.ACCEPTED);
    }

    private static NodeOrders orders() {
        return new NodeOrders(List.of(), false, 4, 30_000, 200);
    }

    private static void send(HttpExchange exchange, int status, Object message) throws IOException {
        byte[] body = Wire.encode(message);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        synchronized (this) {
            gone = true;
            notifyAll();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
