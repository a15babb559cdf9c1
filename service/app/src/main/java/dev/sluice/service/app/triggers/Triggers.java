package dev.sluice.service.app.triggers;

import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.store.Store;
import java.time.InstantSource;

/// Triggers of a service: everything put together.
public final class Triggers implements AutoCloseable {
    private final TriggerClock clock;

    /// @param pageSize most records of one query answer
    public Triggers(
            Store store,
            Dispatcher dispatcher,
            DocumentApi documents,
            InstantSource time,
            int pageSize,
            Routes routes) {
        Firing firing = new Firing(store, new Departures(store, dispatcher), time);
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
