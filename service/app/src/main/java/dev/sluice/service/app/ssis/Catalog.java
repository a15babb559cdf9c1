package dev.sluice.service.app.ssis;

import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.Sealing;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.runs.Clockwork;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// The catalog's part of the service, put together; and what goes on in it by itself: executions without an end are
/// settled, old ones go. One thread; a test calls [#round()] itself.
public final class Catalog implements AutoCloseable {
    private static final Duration SETTLE_EVERY = Duration.ofSeconds(5);
    private static final Duration CLEAN_EVERY = Duration.ofHours(1);

    private final Executions executions;
    private final Keeping keeping;
    private final InstantSource clock;
    private final Clockwork clockwork;
    private Instant settled = Instant.EPOCH;
    private Instant cleaned;

    public Catalog(
            Store store,
            Dispatcher dispatcher,
            Groups groups,
            Sealing sealing,
            DocumentApi documents,
            InstantSource clock,
            int pageSize,
            Routes routes) {
        this.clock = clock;
        this.cleaned = clock.instant();
        Settings settings = new Settings(sealing::sealArgument);
        Found found = new Found(store, documents);
        this.keeping = new Keeping(store, clock, pageSize);
        this.executions = new Executions(store, dispatcher, sealing, found, settings, keeping, clock);
        new FolderApi(store, found, clock, pageSize).addTo(routes);
        new ProjectApi(store, found, keeping, clock, pageSize).addTo(routes);
        new ParameterApi(store, found, settings).addTo(routes);
        new EnvironmentApi(store, found, settings, clock, pageSize).addTo(routes);
        new PermissionApi(store, found, clock).addTo(routes);
        new ObjectMetadataApi(store, found, pageSize).addTo(routes);
        new ExecutionApi(store, found, groups, executions, clock, pageSize).addTo(routes);
        keeping.addTo(routes, found);
        this.clockwork = new Clockwork("ssis", clock, this::round, Optional::empty);
    }

    public Executions executions() {
        return executions;
    }

    public void start() {
        clockwork.start();
    }

    /// Looks at the clock once.
    public synchronized void round() {
        Instant now = clock.instant();
        if (!now.isBefore(settled.plus(SETTLE_EVERY))) {
            settled = now;
            executions.settle();
        }
        if (!now.isBefore(cleaned.plus(CLEAN_EVERY))) {
            cleaned = now;
            keeping.clean();
        }
    }

    @Override
    public void close() throws InterruptedException {
        clockwork.close();
    }
}
