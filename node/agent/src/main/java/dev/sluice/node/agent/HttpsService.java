package dev.sluice.node.agent;

import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Faults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.secrets.RequestSignature;
import dev.sluice.wire.BundleRequest;
import dev.sluice.wire.ErrorResponse;
import dev.sluice.wire.HeartbeatRequest;
import dev.sluice.wire.HeartbeatResponse;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LeaseResponse;
import dev.sluice.wire.LogPage;
import dev.sluice.wire.LogReceipt;
import dev.sluice.wire.RegisterRequest;
import dev.sluice.wire.RegisterResponse;
import dev.sluice.wire.ReportRequest;
import dev.sluice.wire.ReportResponse;
import dev.sluice.wire.ResealRequest;
import dev.sluice.wire.SsisBegin;
import dev.sluice.wire.SsisBegun;
import dev.sluice.wire.SsisPiece;
import dev.sluice.wire.SsisSaid;
import dev.sluice.wire.UnregisterResponse;
import dev.sluice.wire.Wire;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service over HTTPS, outbound only, through a proxy where the rules name one. Every request but the
/// registration is signed with the node's key. Trust and way may change while it is used: [#reroute].
///
/// HTTP/1.1: a node has at most three requests under way, and every proxy passes it.
public final class HttpsService implements ServiceApi {
    private static final Logger LOG = LoggerFactory.getLogger(HttpsService.class);
    private static final long CONNECT_MILLIS = 10_000;
    private static final long ANSWER_MILLIS = 20_000;

    /// A heartbeat that is lost leaves time for another one within the shortest usual lease.
    private static final long HEARTBEAT_MILLIS = 5_000;

    /// Evidence of a problem that the service itself has told.
    private static final String ANSWERED = "status";

    private final URI service;
    private final InstantSource clock;
    private final @Nullable NodeIdentity identity;
    private volatile Line line;

    /// A client and the rules that it was made by.
    private record Line(HttpClient client, ProxyRules proxies) {}

    /// @param service `https://host:port`
    /// @param identity who signs; null for registration only
    /// @param proxies how to get out; see [ProxyRules]
    public HttpsService(
            URI service, ServiceTrust trust, @Nullable NodeIdentity identity, ProxyRules proxies, InstantSource clock) {
        if (!"https".equals(service.getScheme()) || service.getHost() == null) {
            throw NodeFaults.SERVICE_UNREACHABLE.with("url", service, "detail", "only https:// addresses are used");
        }
        this.service = service;
        this.identity = identity;
        this.clock = clock;
        this.line = line(trust, proxies);
    }

    /// From now on by this trust and this way. What is under way is asked again there.
    public void reroute(ServiceTrust trust, ProxyRules proxies) {
        Line before;
        Line next = line(trust, proxies);
        synchronized (this) {
            before = line;
            line = next;
        }
        stop(before);
    }

    private static Line line(ServiceTrust trust, ProxyRules proxies) {
        HttpClient client = client(trust, proxies);
        try {
            client.start();
            // A 401 of the service is an answer for us, not a question for a password.
            client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP client does not start", e);
        }
        return new Line(client, proxies);
    }

    private static HttpClient client(ServiceTrust trust, ProxyRules proxies) {
        QueuedThreadPool threads = new QueuedThreadPool(8, 1, 10_000);
        threads.setName("https");
        threads.setReservedThreads(0);
        threads.setDaemon(true);
        SslContextFactory.Client tls = new SslContextFactory.Client();
        tls.setSslContext(trust.context());
        ClientConnector connector = new ClientConnector();
        connector.setExecutor(threads);
        connector.setSelectors(1);
        connector.setSslContextFactory(tls);
        HttpClient client = new HttpClient(new HttpClientTransportOverHTTP(connector));
        client.setExecutor(threads);
        client.setConnectTimeout(CONNECT_MILLIS);
        client.setIdleTimeout(Wire.MAX_WAIT_MILLIS + ANSWER_MILLIS);
        client.setMaxConnectionsPerDestination(6);
        client.setFollowRedirects(false);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setUserAgentField(null);
        client.getContentDecoderFactories().clear();
        Proxied.apply(proxies, client);
        return client;
    }

    @Override
    public LeaseResponse lease(LeaseRequest request) throws InterruptedException {
        return post(Wire.LEASE, request, LeaseResponse.class, request.waitMillis() + ANSWER_MILLIS);
    }

    @Override
    public HeartbeatResponse heartbeat(HeartbeatRequest request) throws InterruptedException {
        return post(Wire.HEARTBEAT, request, HeartbeatResponse.class, HEARTBEAT_MILLIS);
    }

    @Override
    public ReportResponse report(ReportRequest request) throws InterruptedException {
        return post(Wire.REPORT, request, ReportResponse.class, ANSWER_MILLIS);
    }

    /// Makes this machine a node. The only request that is not signed.
    public RegisterResponse register(RegisterRequest request) throws InterruptedException {
        return post(Wire.REGISTER, request, RegisterResponse.class, ANSWER_MILLIS);
    }

    /// A piece of an update's bundle; empty behind its end.
    public byte[] bundle(BundleRequest request) throws InterruptedException {
        return exchange(Wire.BUNDLE, Wire.encode(request), ANSWER_MILLIS);
    }

    /// A page of this node's log.
    public LogReceipt logs(LogPage page) throws InterruptedException {
        return post(Wire.LOGS, page, LogReceipt.class, ANSWER_MILLIS);
    }

    /// Ends this node's registration.
    public UnregisterResponse unregister() throws InterruptedException {
        byte[] nothing = "{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] answer = exchange(Wire.UNREGISTER, nothing, ANSWER_MILLIS);
        // An older service says nothing.
        return answer.length == 0 ? new UnregisterResponse(List.of()) : Wire.decode(answer, UnregisterResponse.class);
    }

    @Override
    public void reseal(ResealRequest request) throws InterruptedException {
        exchange(Wire.RESEAL, Wire.encode(request), ANSWER_MILLIS);
    }

    @Override
    public SsisBegun begin(SsisBegin request) throws InterruptedException {
        return post(Wire.SSIS_BEGIN, request, SsisBegun.class, ANSWER_MILLIS);
    }

    @Override
    public byte[] piece(SsisPiece request) throws InterruptedException {
        return exchange(Wire.SSIS_PIECE, Wire.encode(request), ANSWER_MILLIS);
    }

    @Override
    public void said(SsisSaid said) throws InterruptedException {
        exchange(Wire.SSIS_SAID, Wire.encode(said), ANSWER_MILLIS);
    }

    private <T> T post(String path, Object message, Class<T> type, long millis) throws InterruptedException {
        byte[] answer = exchange(path, Wire.encode(message), millis);
        try {
            return Wire.decode(answer, type);
        } catch (ProblemException e) {
            // A captive portal or a foreign server behind the address: worth trying again later.
            throw NodeFaults.SERVICE_UNREACHABLE
                    .problem()
                    .evidence("url", service)
                    .evidence("detail", "what answers there is not a Sluice service")
                    .from(e)
                    .exception();
        }
    }

    private byte[] exchange(String path, byte[] body, long millis) throws InterruptedException {
        while (true) {
            Line by = line;
            try {
                return exchange(by, path, body, millis);
            } catch (ProblemException e) {
                if (by == line || e.problem().evidence().containsKey(ANSWERED)) {
                    throw e;
                }
            }
        }
    }

    private byte[] exchange(Line by, String path, byte[] body, long millis) throws InterruptedException {
        URI uri = service.resolve(path);
        Request request = by.client()
                .newRequest(uri)
                .method(HttpMethod.POST)
                .timeout(millis, TimeUnit.MILLISECONDS)
                .body(new BytesRequestContent("application/json", body));
        NodeIdentity signer = identity;
        if (signer != null && !path.equals(Wire.REGISTER)) {
            var fields = RequestSignature.sign(
                    "POST", uri, body, signer.key(), signer.nodeId(), RequestSignature.newNonce(), clock);
            request.headers(headers -> fields.forEach(headers::put));
        }
        long begun = System.nanoTime();
        CompletableFuture<ContentResponse> answer = new CompletableResponseListener(request, Wire.MAX_MESSAGE).send();
        try {
            ContentResponse response = answer.get();
            byte[] content = response.getContent();
            LOG.debug(
                    "POST {} ({} bytes): {} ({} bytes) after {} ms",
                    path,
                    body.length,
                    response.getStatus(),
                    content.length,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
            if (response.getStatus() == 200) {
                return content;
            }
            if (response.getStatus() == 204) {
                return new byte[] {'{', '}'};
            }
            throw refused(response.getStatus(), content);
        } catch (InterruptedException e) {
            request.abort(e);
            throw e;
        } catch (ExecutionException e) {
            LOG.debug("POST {}: {}", path, String.valueOf(e.getCause()));
            throw ConnectionProblems.of(
                    service, by.proxies().on(service), millis, e.getCause() == null ? e : e.getCause());
        }
    }

    /// An answer that is an error. Whatever the catalogue knows keeps its code; the words are the service's.
    private ProblemException refused(int status, byte[] content) {
        ErrorResponse said = said(content);
        boolean passing = status == 408 || status == 429 || status >= 500;
        if (said == null) {
            Fault fault = passing || status == 404 ? NodeFaults.SERVICE_UNREACHABLE : NodeFaults.SERVICE_REFUSED;
            return fault.with("url", service, "status", status, "detail", "it answered with HTTP status " + status);
        }
        Fault known = Faults.byCode(said.code());
        if (known == null || passing) {
            Fault fault = passing ? NodeFaults.SERVICE_UNREACHABLE : NodeFaults.SERVICE_REFUSED;
            return fault.with(
                    "url",
                    service,
                    "status",
                    status,
                    "code",
                    said.code(),
                    "detail",
                    said.code() + ": " + said.message());
        }
        List<String> steps = said.resolution().isEmpty() ? known.resolution() : List.of("{resolution}");
        Fault told = new Fault(known.code(), known.kind(), known.retryable(), "{message}", steps);
        Problem problem = told.problem()
                .evidence("message", said.message())
                .evidence("resolution", String.join(" ", said.resolution()))
                .evidence("status", status)
                .evidence("url", service)
                .build();
        return new ProblemException(problem);
    }

    private static @Nullable ErrorResponse said(byte[] content) {
        try {
            ErrorResponse said = Wire.decode(content, ErrorResponse.class);
            return said.code() == null || said.message() == null ? null : said;
        } catch (ProblemException | NullPointerException e) {
            // Not an answer of the service: a proxy's page, or nothing.
            return null;
        }
    }

    @Override
    public void close() {
        stop(line);
    }

    private static void stop(Line by) {
        try {
            by.client().stop();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP client does not stop", e);
        }
    }
}
