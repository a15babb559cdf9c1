package dev.sluice.service.app.triggers;

import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.store.Store;
import java.time.InstantSource;

/// Triggers of a service: everything put together.
public final class Triggers implements AutoCloseable {
    private final TriggerClock clock;

    /// @param pageSize most records of one query answer
    public Triggers(
            Store store,
            Dispatcher dispatcher,
            Groups groups,
            DocumentApi documents,
            InstantSource time,
            int pageSize,
            Routes routes) {
        Ledger ledger = new Ledger(store);
        Departures departures = new Departures(store, dispatcher);
        Watching watching = new Watching(store, ledger, departures, groups, dispatcher, time);
        dispatcher.alsoFor(watching);
        Firing firing = new Firing(store, ledger, departures, watching, time);
        this.clock = new TriggerClock(store, firing, time);
        new TriggerApi(store, firing, clock, documents, pageSize).addTo(routes);
        new EventApi(firing, documents).addTo(routes);
    }

    public void start() {
        clock.start();
    }

    /// Looks at the clock now; for tests with a clock of their own.
    public TriggerClock clock() {
        return clock;
    }

    @Override
    public void close() throws InterruptedException {
        clock.close();
    }
}
