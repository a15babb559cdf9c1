package dev.sluice.node.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.Identity;
import dev.sluice.secrets.NonceMemory;
import dev.sluice.secrets.RequestSignature;
import dev.sluice.wire.ErrorResponse;
import dev.sluice.wire.HeartbeatRequest;
import dev.sluice.wire.HeartbeatResponse;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LeaseResponse;
import dev.sluice.wire.NodeOrders;
import dev.sluice.wire.ReportRequest;
import dev.sluice.wire.ReportResponse;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A service over real HTTPS that does what a test tells it and notes what a node says. Checks every signature.
final class ScriptedService implements AutoCloseable {
    private static final char[] PASSWORD = "test".toCharArray();

    private final SSLContext tls;
    private final PublicKey nodeKey;
    private final NonceMemory nonces = NonceMemory.standard();
    private HttpsServer server;
    private ExecutorService threads;
    private int port;

    private final List<JobOffer> queue = new ArrayList<>();
    private final List<LeaseRequest> leases = new ArrayList<>();
    private final List<HeartbeatRequest> heartbeats = new ArrayList<>();
    private final List<ReportRequest> reports = new ArrayList<>();
    private final Set<JobRef> taken = new HashSet<>();
    private final List<JobRef> cancel = new ArrayList<>();
    private final List<JobRef> lost = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private boolean drain;
    private int limit = 10;
    private long leaseMillis = 30_000;
    private int loseLeaseAnswers;
    private int loseReportAnswers;
    private int reportStatus = 200;
    private int heartbeatStatus = 200;
    private long heartbeatMillis = 100;

    ScriptedService(CertificateAuthority authority, PublicKey nodeKey) throws Exception {
        this.nodeKey = nodeKey;
        Identity identity = authority.issueServer("localhost", List.of("localhost", "127.0.0.1"));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity.keyStore(PASSWORD), PASSWORD);
        tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        start();
    }

    void start() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        port = server.getAddress().getPort();
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /// Connections are cut, nobody listens.
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Override
    public void close() {
        stop();
    }

    URI url() {
        return URI.create("https://localhost:" + port);
    }

    // --- the script

    synchronized void offer(JobOffer... offers) {
        queue.addAll(List.of(offers));
        notifyAll();
    }

    synchronized void cancel(JobRef job) {
        cancel.add(job);
        notifyAll();
    }

    synchronized void giveUp(JobRef job) {
        lost.add(job);
    }

    synchronized void drain(boolean wanted) {
        drain = wanted;
        notifyAll();
    }

    synchronized void limit(int jobs) {
        limit = jobs;
    }

    synchronized void leaseMillis(long millis) {
        leaseMillis = millis;
    }

    /// The next lease answers never arrive: the connection is cut after the jobs have been leased.
    synchronized void loseLeaseAnswers(int count) {
        loseLeaseAnswers = count;
    }

    synchronized void loseReportAnswers(int count) {
        loseReportAnswers = count;
    }

    synchronized void reportStatus(int status) {
        reportStatus = status;
    }

    synchronized void heartbeatStatus(int status) {
        heartbeatStatus = status;
    }

    synchronized void heartbeatMillis(long millis) {
        heartbeatMillis = millis;
    }

    // --- what was heard

    synchronized List<LeaseRequest> leases() {
        return List.copyOf(leases);
    }

    synchronized List<ReportRequest> reports() {
        return List.copyOf(reports);
    }

    synchronized List<HeartbeatRequest> heartbeats() {
        return List.copyOf(heartbeats);
    }

    synchronized List<String> refusals() {
        return List.copyOf(refusals);
    }

    /// Waits until what was heard is as wanted.
    synchronized void await(String what, Predicate<ScriptedService> wanted) throws InterruptedException {
        long end = System.nanoTime() + 120_000_000_000L;
        while (!wanted.test(this)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("in vain: " + what);
            }
            wait(Math.min(left, 50));
        }
    }

    ReportRequest awaitReport(JobRef job) throws InterruptedException {
        await("report of " + job, s -> s.reports.stream().anyMatch(r -> r.job().equals(job)));
        return reports().stream().filter(r -> r.job().equals(job)).findFirst().orElseThrow();
    }

    // --- HTTP

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        var verdict = RequestSignature.verify(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                name -> exchange.getRequestHeaders().getOrDefault(name, List.of()),
                body,
                id -> id.equals("n1") ? nodeKey : null,
                InstantSource.system(),
                nonces);
        if (verdict instanceof RequestSignature.Verdict.Refused refused) {
            synchronized (this) {
                refusals.add(refused.toString());
            }
            send(exchange, 401, new ErrorResponse("ServiceRefusedNode", refused.detail(), List.of()));
            return;
        }
        try {
            switch (exchange.getRequestURI().getPath()) {
                case Wire.LEASE -> lease(exchange, Wire.decode(body, LeaseRequest.class));
                case Wire.HEARTBEAT -> heartbeat(exchange, Wire.decode(body, HeartbeatRequest.class));
                case Wire.REPORT -> report(exchange, Wire.decode(body, ReportRequest.class));
                default -> send(exchange, 404, new ErrorResponse("NotFound", "no such path", List.of()));
            }
        } catch (InterruptedException e) {
            exchange.close();
        }
    }

    private void lease(HttpExchange exchange, LeaseRequest request) throws IOException, InterruptedException {
        LeaseResponse answer;
        synchronized (this) {
            leases.add(request);
            notifyAll();
            long end = System.nanoTime() + request.waitMillis() * 1_000_000;
            while (queue.isEmpty() && System.nanoTime() < end) {
                wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
            List<JobOffer> jobs = new ArrayList<>();
            while (!queue.isEmpty() && jobs.size() < request.freeSlots()) {
                jobs.add(queue.removeFirst());
            }
            if (loseLeaseAnswers > 0) {
                loseLeaseAnswers--;
                queue.addAll(0, jobs);
                exchange.close();
                return;
            }
            answer = new LeaseResponse(jobs, orders());
        }
        send(exchange, 200, answer);
    }

    private void heartbeat(HttpExchange exchange, HeartbeatRequest request) throws IOException {
        HeartbeatResponse answer;
        int status;
        synchronized (this) {
            heartbeats.add(request);
            notifyAll();
            status = heartbeatStatus;
            answer = new HeartbeatResponse(orders(), List.copyOf(lost));
        }
        send(exchange, status, status == 200 ? answer : refusal(status));
    }

    private void report(HttpExchange exchange, ReportRequest request) throws IOException {
        int status;
        ReportResponse answer;
        synchronized (this) {
            status = reportStatus;
            if (status == 200) {
                reports.add(request);
                cancel.remove(request.job());
            }
            answer = new ReportResponse(
                    taken.add(request.job()) ? ReportResponse.Verdict.ACCEPTED : ReportResponse.Verdict.DUPLICATE);
            notifyAll();
            if (loseReportAnswers > 0) {
                loseReportAnswers--;
                exchange.close();
                return;
            }
        }
        send(exchange, status, status == 200 ? answer : refusal(status));
    }

    private static ErrorResponse refusal(int status) {
        return new ErrorResponse(status >= 500 ? "ServiceUnavailable" : "ServiceRefusedNode", "as told", List.of());
    }

    private synchronized NodeOrders orders() {
        return new NodeOrders(List.copyOf(cancel), drain, limit, leaseMillis, heartbeatMillis);
    }

    private static void send(HttpExchange exchange, int status, Object message) throws IOException {
        byte[] body = Wire.encode(message);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
