package dev.sluice.service.app.nodes;

import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.NonceMemory;
import dev.sluice.service.app.access.AuthKeys;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.Reseals;
import dev.sluice.service.app.documents.Sealing;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.http.Turnstile;
import dev.sluice.service.app.runs.Callbacks;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.app.runs.ProgressBoard;
import dev.sluice.service.app.ssis.Executions;
import dev.sluice.service.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/// The fleet's part of the service, put together.
public final class Nodes implements AutoCloseable {
    private static final Duration SAVED_EVERY = Duration.ofSeconds(30);

    private final Fleetwide parts;
    private final Rollouts rollouts;
    private final ServiceUrls urls;
    private final NonceJournal journal;
    private final NonceMemory nonces;

    /// @param usedNonces folder of its own for the nonces of requests
    /// @param updates folder of bundles; need not exist
    /// @param announced file with the addresses that the service is going to have; need not exist
    public Nodes(
            Store store,
            Dispatcher dispatcher,
            ProgressBoard board,
            Sealing sealing,
            Reseals reseals,
            Limits limits,
            InstantSource clock,
            Path usedNonces,
            Path updates,
            Path announced) {
        this.urls = new ServiceUrls(announced);
        News news = new News();
        store.onNews(news::tell);
        Members members = new Members(store.fleet(), clock, SAVED_EVERY);
        Expiry expiry = new Expiry(store.fleet(), members, limits.expiry(), clock);
        this.parts = new Fleetwide(store, dispatcher, board, members, expiry, sealing, reseals, news, limits, clock);
        this.rollouts = new Rollouts(parts, new UpdateShelf(updates));
        NonceJournal.Opened opened = NonceJournal.open(usedNonces, clock.instant());
        this.journal = opened.journal();
        this.nonces = NonceMemory.kept(opened.kept(), journal);
    }

    public Members members() {
        return parts.members();
    }

    public Expiry expiry() {
        return parts.expiry();
    }

    /// @param aside runs what an answer need not wait for
    /// @param endpoint `host:port` under which nodes reach the service
    /// @param executions of the SSIS catalog
    /// @param turnstile whose figures are among the metrics
    public void addTo(
            Routes routes,
            AuthKeys keys,
            CertificateAuthority authority,
            DocumentApi documents,
            Groups groups,
            Callbacks callbacks,
            java.util.function.Supplier<String> endpoint,
            Executor aside,
            Executions executions,
            Turnstile turnstile) {
        Registration registration = new Registration(parts, keys, authority);
        LogDesk desk = new LogDesk(parts);
        Proof proof = new Proof(parts, nonces);
        new NodeApi(
                        parts,
                        proof,
                        registration,
                        authority,
                        new Leases(parts, callbacks, aside, rollouts),
                        rollouts,
                        desk,
                        urls,
                        executions)
                .addTo(routes);
        new SsisNodeApi(parts.store(), proof, executions).addTo(routes);
        new LogApi(parts, groups, desk).addTo(routes);
        RuntimeApi runtimes = new RuntimeApi(parts, documents, groups, keys, endpoint, rollouts);
        runtimes.addTo(routes);
        new RuntimeActions(parts, runtimes, endpoint, urls).addTo(routes);
        new UpdateApi(parts, runtimes, documents, rollouts).addTo(routes);
        new Metrics(parts, turnstile).addTo(routes);
    }

    /// Lets waiting nodes go.
    @Override
    public void close() {
        parts.news().close();
    }

    /// When no request comes any more.
    public AutoCloseable afterwards() {
        return journal;
    }
}
