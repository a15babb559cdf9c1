package dev.sluice.node.agent.network;

import dev.sluice.data.spi.outbound.ProxyAddress;
import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.data.spi.outbound.Refusal;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Hop;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.ProxyFaults;
import dev.sluice.node.agent.ServiceTrust;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Walks from this machine to a server and says at which hop the way ends, and what to ask for. May be used by
/// several threads.
public final class NetworkWalk {
    /// Beyond it the service refuses signed requests.
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);

    private static final int MOST_ADDRESSES = 4;

    /// A proxy resolves, connects and perhaps asks a directory before it answers.
    private static final int PROXY_PATIENCE = 3;

    private final ProxyRules proxies;
    private final SSLContext trust;
    private final Duration patience;
    private final InstantSource clock;

    /// @param trust decides whether a server's certificate is accepted
    /// @param patience for each hop
    public NetworkWalk(ProxyRules proxies, SSLContext trust, Duration patience, InstantSource clock) {
        this.proxies = proxies;
        this.trust = trust;
        this.patience = patience;
        this.clock = clock;
    }

    public Walk to(Target target) {
        Optional<ProxyAddress> proxy =
                target.tls() ? proxies.on(URI.create("https://" + target + "/")) : Optional.empty();
        Trail trail = new Trail(target, proxy);
        trail.go();
        return trail.walk();
    }

    private interface Leg {
        /// @return what was seen
        String go() throws IOException, ProblemException;
    }

    /// One walk under way.
    private final class Trail {
        private final Target target;
        private final Optional<ProxyAddress> proxy;
        private final Steps steps = new Steps(() -> about(ConnectionFaults.CONNECTION_LOST));
        private InetAddress[] addresses = new InetAddress[0];
        private @Nullable Socket socket;
        private String local = "";
        private @Nullable Instant serverTime;

        Trail(Target target, Optional<ProxyAddress> proxy) {
            this.target = target;
            this.proxy = proxy;
        }

        void go() {
            try {
                boolean on = steps.take(Hop.RESOLVER, this::resolve) && steps.take(Hop.TCP, this::connect);
                if (proxy.isPresent()) {
                    on = on && steps.take(Hop.PROXY, this::tunnel);
                }
                if (target.tls()) {
                    on = on && steps.take(Hop.TLS, this::greet);
                }
                if (target.http()) {
                    on = on && steps.take(Hop.HTTP, this::ask);
                    on = on && (serverTime == null || steps.take(Hop.CLOCK, this::compare));
                }
            } finally {
                close();
            }
        }

        Walk walk() {
            Problem problem = steps.problem();
            return new Walk(
                    target.toString(),
                    proxy.map(ProxyAddress::shown).orElse(""),
                    steps.all(expected()),
                    problem == null ? "" : problem.code(),
                    problem == null ? "" : problem.message(),
                    problem == null ? List.of() : problem.resolution(),
                    rule());
        }

        private List<Hop> expected() {
            return Hop.way(proxy.isPresent(), target.tls(), target.http());
        }

        private String rule() {
            String from = local.isEmpty() ? "this machine" : local;
            String tls = target.tls() ? ", without replacing its certificate" : "";
            if (proxy.isPresent()) {
                return "allow TCP from " + from + " to the proxy " + proxy.get().shown() + ", and there CONNECT to "
                        + target + tls;
            }
            String to = addresses.length == 0
                    ? ""
                    : " (now "
                            + Arrays.stream(addresses)
                                    .limit(MOST_ADDRESSES)
                                    .map(InetAddress::getHostAddress)
                                    .collect(Collectors.joining(", "))
                            + ")";
            return "allow outbound TCP from " + from + " to " + target.host() + to + " port " + target.port() + tls;
        }

        private String first() {
            return proxy.map(ProxyAddress::host).orElse(target.host());
        }

        private int firstPort() {
            return proxy.map(ProxyAddress::port).orElse(target.port());
        }

        private String resolve() {
            String by = Resolvers.described();
            CompletableFuture<InetAddress[]> asked = new CompletableFuture<>();
            // The system's resolver cannot be interrupted.
            Thread.ofPlatform().daemon().name("resolver").start(() -> {
                try {
                    asked.complete(InetAddress.getAllByName(first()));
                } catch (UnknownHostException | RuntimeException e) {
                    asked.completeExceptionally(e);
                }
            });
            try {
                addresses = asked.get(3 * patience.toMillis(), TimeUnit.MILLISECONDS);
                return first() + " is "
                        + Arrays.stream(addresses)
                                .limit(MOST_ADDRESSES)
                                .map(InetAddress::getHostAddress)
                                .collect(Collectors.joining(", "));
            } catch (TimeoutException e) {
                throw unresolved("no answer from the resolver within " + 3 * patience.toSeconds() + " s" + by);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                String said =
                        String.valueOf(cause == null ? "" : cause.getMessage()).replaceFirst("^.*?: ", "");
                throw unresolved(said + by);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unresolved("interrupted");
            }
        }

        private ProblemException unresolved(String detail) {
            if (proxy.isPresent()) {
                return about(ProxyFaults.UNREACHABLE)
                        .evidence("detail", "its name cannot be resolved: " + detail)
                        .exception();
            }
            Fault fault = target.service() ? NodeFaults.SERVICE_HOST_UNKNOWN : ConnectionFaults.HOST_UNKNOWN;
            return about(fault).evidence("detail", detail).exception();
        }

        private String connect() throws IOException {
            IOException last = new ConnectException("no address");
            for (InetAddress address : Arrays.copyOf(addresses, Math.min(addresses.length, MOST_ADDRESSES))) {
                Socket attempt = new Socket();
                try {
                    attempt.connect(new InetSocketAddress(address, firstPort()), (int) patience.toMillis());
                    attempt.setSoTimeout((int) patience.toMillis());
                    socket = attempt;
                    local = attempt.getLocalAddress().getHostAddress();
                    return "connected to " + address.getHostAddress() + ":" + firstPort() + " from " + local;
                } catch (IOException e) {
                    attempt.close();
                    last = e;
                }
            }
            throw unconnected(last);
        }

        private ProblemException unconnected(IOException e) {
            boolean silent = e instanceof SocketTimeoutException;
            boolean noRoute = e instanceof NoRouteToHostException
                    || String.valueOf(e.getMessage()).contains("unreachable");
            String detail = silent
                    ? "no answer within " + patience.toSeconds() + " s: packets are dropped on the way"
                    : noRoute
                            ? "there is no way to that network (" + e.getMessage() + ")"
                            : "the connection is refused: nothing listens there, or a firewall answers with a reset";
            if (proxy.isPresent()) {
                return about(ProxyFaults.UNREACHABLE)
                        .evidence("detail", detail)
                        .from(e)
                        .exception();
            }
            Fault fault = silent || noRoute
                    ? target.service() ? NodeFaults.SERVICE_TIMEOUT : ConnectionFaults.CONNECT_TIMEOUT
                    : target.service() ? NodeFaults.SERVICE_PORT_REFUSED : ConnectionFaults.PORT_REFUSED;
            return about(fault)
                    .evidence("seconds", patience.toSeconds())
                    .evidence("detail", detail)
                    .from(e)
                    .exception();
        }

        private String tunnel() throws IOException {
            ProxyAddress way = proxy.orElseThrow();
            Socket plain = open();
            if (way.encrypted()) {
                plain = secured(plain, way.host(), way.port(), standard());
                socket = plain;
            }
            Http.Answer answer = asked(plain, way, false);
            if (answer.status() == 407 && !way.user().isEmpty() && answer.offers("basic")) {
                // It has closed the connection, or will.
                plain.close();
                connect();
                plain = way.encrypted() ? secured(open(), way.host(), way.port(), standard()) : open();
                socket = plain;
                answer = asked(plain, way, true);
            }
            if (answer.status() != 200) {
                throw Refusal.of(
                        way,
                        URI.create("https://" + target + "/"),
                        answer.status(),
                        answer.schemes(),
                        true,
                        answer.header("x-squid-error").orElse(""));
            }
            plain.setSoTimeout((int) patience.toMillis());
            return "the proxy " + way.shown() + " has opened a tunnel";
        }

        private Http.Answer asked(Socket plain, ProxyAddress way, boolean known) throws IOException {
            plain.setSoTimeout((int) (PROXY_PATIENCE * patience.toMillis()));
            try {
                return known
                        ? Http.connectWithBasic(plain, target.toString(), way)
                        : Http.connect(plain, target.toString());
            } catch (SocketTimeoutException e) {
                throw about(ProxyFaults.TARGET_UNREACHABLE)
                        .evidence("proxyStatus", "none yet")
                        .evidence(
                                "detail",
                                "it took the request and has not answered within "
                                        + PROXY_PATIENCE * patience.toSeconds()
                                        + " s, as when it waits for the server or its name itself")
                        .from(e)
                        .exception();
            }
        }

        private SSLContext standard() throws IOException {
            try {
                return SSLContext.getDefault();
            } catch (java.security.NoSuchAlgorithmException e) {
                throw new IOException(e);
            }
        }

        private Socket open() {
            Socket here = socket;
            if (here == null) {
                throw new IllegalStateException("not connected");
            }
            return here;
        }

        private String greet() throws IOException {
            try {
                SSLSocket safe = secured(open(), target.host(), target.port(), trust);
                socket = safe;
                X509Certificate shown = (X509Certificate) safe.getSession().getPeerCertificates()[0];
                return safe.getSession().getProtocol() + ", " + shown.getSubjectX500Principal() + " issued by "
                        + shown.getIssuerX500Principal() + ", valid until "
                        + shown.getNotAfter().toInstant();
            } catch (IOException e) {
                throw ungreeted(e);
            }
        }

        private ProblemException ungreeted(IOException e) {
            CertificateException untrusted = find(e, CertificateException.class);
            if (find(e, ServiceTrust.StrangerException.class) instanceof ServiceTrust.StrangerException stranger
                    && proxy.isPresent()) {
                return about(ProxyFaults.CERTIFICATE_REPLACED)
                        .evidence("issuer", stranger.issuer())
                        .evidence("fingerprint", stranger.fingerprint())
                        .evidence("detail", stranger.getMessage())
                        .exception();
            }
            if (untrusted != null) {
                return about(target.service() ? NodeFaults.SERVICE_UNTRUSTED : ConnectionFaults.TLS_UNTRUSTED)
                        .evidence("detail", untrusted.getMessage())
                        .from(e)
                        .exception();
            }
            String detail = e instanceof SocketTimeoutException
                    ? "nothing comes back after the first packet of TLS; something on the way swallows it"
                    : "the connection is cut after the first packet of TLS (" + e.getMessage()
                            + "): what listens there speaks no TLS, or something on the way does not let it pass";
            return about(ConnectionFaults.TLS_FAILED)
                    .evidence("detail", detail)
                    .from(e)
                    .exception();
        }

        private String ask() throws IOException {
            Http.Answer answer;
            try {
                answer = Http.get(open(), target.host());
            } catch (IOException e) {
                throw about(NodeFaults.SERVICE_UNREACHABLE)
                        .evidence("url", "https://" + target)
                        .evidence(
                                "detail",
                                e instanceof SocketTimeoutException
                                        ? "TLS works, but no answer to a request by HTTP came within "
                                                + patience.toSeconds() + " s"
                                        : "TLS works, but what answers speaks no HTTP (" + e.getMessage() + ")")
                        .from(e)
                        .exception();
            }
            serverTime = answer.header("date").map(Trail::time).orElse(null);
            return "HTTP status " + answer.status()
                    + answer.header("server").map(s -> ", server " + s).orElse("");
        }

        private static @Nullable Instant time(String text) {
            try {
                return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
            } catch (DateTimeParseException e) {
                return null;
            }
        }

        private String compare() {
            Instant there = serverTime == null ? clock.instant() : serverTime;
            Duration skew = Duration.between(there, clock.instant());
            if (skew.abs().compareTo(MOST_SKEW) > 0) {
                throw about(NodeFaults.CLOCK_SKEWED)
                        .evidence("seconds", skew.abs().toSeconds())
                        .evidence("direction", skew.isNegative() ? "behind" : "ahead of")
                        .exception();
            }
            return "this clock is within " + Math.max(1, skew.abs().toSeconds()) + " s of the server's";
        }

        private Problem.Builder about(Fault fault) {
            return fault.problem()
                    .evidence("host", target.host())
                    .evidence("port", target.port())
                    .evidence("store", target.toString())
                    .evidence("proxy", proxy.map(ProxyAddress::shown).orElse(null));
        }

        private SSLSocket secured(Socket plain, String host, int port, SSLContext by) throws IOException {
            SSLSocket safe = (SSLSocket) by.getSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = safe.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            safe.setSSLParameters(parameters);
            safe.setSoTimeout((int) patience.toMillis());
            safe.startHandshake();
            return safe;
        }

        private void close() {
            Socket last = socket;
            if (last != null) {
                try {
                    last.close();
                } catch (IOException e) {
                    // It has served.
                }
            }
        }
    }

    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        Throwable t = failure;
        for (int depth = 0; t != null && depth < 20; depth++) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
            t = t.getCause();
        }
        return null;
    }

    /// The hops as they are taken.
    private static final class Steps {
        private final List<Step> taken = new ArrayList<>();
        private final Supplier<Problem.Builder> lost;
        private @Nullable Problem problem;

        /// @param lost what a hop is that was cut without a word
        Steps(Supplier<Problem.Builder> lost) {
            this.lost = lost;
        }

        /// @return whether the way goes on
        boolean take(Hop hop, Leg leg) {
            long began = System.nanoTime();
            try {
                String seen = leg.go();
                taken.add(new Step(hop.word(), Step.OK, passed(began), seen));
                return true;
            } catch (ProblemException e) {
                return failed(hop, began, e.problem());
            } catch (IOException e) {
                return failed(
                        hop,
                        began,
                        lost.get()
                                .evidence("detail", String.valueOf(e.getMessage()))
                                .build());
            }
        }

        private boolean failed(Hop hop, long began, Problem what) {
            problem = what;
            taken.add(new Step(
                    hop.word(), Step.FAILED, passed(began), what.evidence().getOrDefault("detail", what.message())));
            return false;
        }

        private static long passed(long began) {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        }

        @Nullable
        Problem problem() {
            return problem;
        }

        List<Step> all(List<Hop> expected) {
            List<Step> all = new ArrayList<>(taken);
            if (problem != null) {
                expected.stream()
                        .skip(taken.size())
                        .forEach(hop -> all.add(new Step(hop.word(), Step.NOT_TRIED, 0, "")));
            }
            return all;
        }
    }
}
