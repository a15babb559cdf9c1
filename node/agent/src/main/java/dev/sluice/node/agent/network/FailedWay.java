package dev.sluice.node.agent.network;

import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.data.spi.outbound.WayOut;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// After a failure of the network, the walk to the server that was not reached, as evidence of the problem: taken
/// where and when it failed, so that nobody has to ask for it. It leads only to the host and port that the problem
/// names, by the way that the failed call took, and tells names, addresses, times and certificates, never what
/// stands in a document. Thread-safe.
public final class FailedWay {
    /// The evidence's name.
    public static final String EVIDENCE = "networkWalk";

    private static final Logger LOG = LoggerFactory.getLogger(FailedWay.class);

    private static final Duration HOP = Duration.ofSeconds(2);

    /// For all hops: an attempt that failed holds its slot for so much longer, at most.
    static final Duration MOST = Duration.ofSeconds(10);

    private static final long LOOK_MILLIS = 100;

    /// A store that throttles has answered; one that is left alone by its breaker is not to be called.
    private static final Set<String> NO_WAY =
            Set.of(ConnectionFaults.STORE_BUSY.code(), ConnectionFaults.CIRCUIT_OPEN.code());

    private final Function<Target, Walk> walks;
    private final Duration most;

    /// Walks from this process, by its rules for proxies and its trust.
    public FailedWay() {
        this(FailedWay::walked, MOST);
    }

    FailedWay(Function<Target, Walk> walks, Duration most) {
        this.walks = walks;
        this.most = most;
    }

    private static Walk walked(Target target) {
        try {
            ProxyRules rules = WayOut.rules();
            return new NetworkWalk(rules, SSLContext.getDefault(), HOP, InstantSource.system()).to(target);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /// The problem with the walk in its evidence; as it was when it is not the network's, names no server, or
    /// nobody waits for it any more.
    ///
    /// @param unwanted asked while the walk is under way
    public Problem told(Problem problem, BooleanSupplier unwanted) {
        Optional<Target> target = target(problem);
        if (target.isEmpty() || unwanted.getAsBoolean()) {
            return problem;
        }
        Problem.Builder told = problem.fault().problem().on(problem.kind()).at(problem.location());
        problem.evidence().forEach(told::evidence);
        return found(target.get(), unwanted)
                .map(found -> told.evidence(EVIDENCE, found).build())
                .orElse(problem);
    }

    /// Where it leads. Of a server of which only host and port are known name and port are tried; what is behind
    /// port 443 or was asked for through a proxy speaks HTTPS.
    static Optional<Target> target(Problem problem) {
        String host = problem.evidence().getOrDefault("host", "");
        int port = port(problem.evidence().getOrDefault("port", ""));
        // On the source's or sink's side it is the fault's kind that tells.
        boolean network = problem.fault().kind() == Kind.NETWORK && !NO_WAY.contains(problem.code());
        if (!network || host.isBlank() || host.equals("null") || port == 0) {
            return Optional.empty();
        }
        boolean https = port == 443 || (problem.evidence().containsKey("proxy") && port != 80);
        return Optional.of(https ? Target.https(host, port) : Target.plain(host, port));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            return port > 0 && port < 65_536 ? port : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /// @return empty when it is not wanted any more
    private Optional<String> found(Target target, BooleanSupplier unwanted) {
        CompletableFuture<Walk> walk = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("network walk").start(() -> {
            try {
                walk.complete(walks.apply(target));
            } catch (RuntimeException e) {
                walk.completeExceptionally(e);
            }
        });
        long began = System.nanoTime();
        while (!unwanted.getAsBoolean()) {
            try {
                return Optional.of(said(walk.get(LOOK_MILLIS, TimeUnit.MILLISECONDS)));
            } catch (TimeoutException e) {
                if (System.nanoTime() - began > most.toNanos()) {
                    return Optional.of(
                            "the way to " + target + " could not be walked within " + most.toSeconds() + " s");
                }
            } catch (ExecutionException e) {
                LOG.warn("The way to {} could not be walked", target, e);
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static String said(Walk walk) {
        String by = walk.proxy().isEmpty() ? "" : " through the proxy " + walk.proxy();
        String result = walk.inOrder()
                ? "every hop is in order now"
                : "the way ends at hop "
                        + walk.steps().stream()
                                .filter(step -> step.outcome().equals(Step.FAILED))
                                .map(step -> step.hop().toLowerCase(Locale.ROOT))
                                .findFirst()
                                .orElse("?");
        return walk.target() + by + ": " + result + ". " + walk.summary();
    }
}
