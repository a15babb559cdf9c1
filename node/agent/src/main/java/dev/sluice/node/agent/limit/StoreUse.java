package dev.sluice.node.agent.limit;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What one copy may do to its two stores, held from its begin to its end.
public final class StoreUse implements AutoCloseable {
    private static final String CONNECTIONS = "maxConcurrentConnections";
    private static final long PIECE_MILLIS = 100;

    private final Map<String, Slots> slots;
    private final Optional<RowRate> rate;
    private final BooleanSupplier cancelled;

    private StoreUse(Map<String, Slots> slots, Optional<RowRate> rate, BooleanSupplier cancelled) {
        this.slots = slots;
        this.rate = rate;
        this.cancelled = cancelled;
    }

    /// Waits until both stores have a stream free. Stores are waited for in one order everywhere, so that no two copies
    /// wait for each other.
    ///
    /// @param wanted streams that the copy would use
    /// @throws java.util.concurrent.CancellationException when it was cancelled meanwhile
    public static StoreUse begin(
            StoreLimits source, StoreLimits sink, int wanted, InstantSource clock, BooleanSupplier cancelled)
            throws IOException, InterruptedException {
        Map<String, Integer> limited = new TreeMap<>();
        source.connections().ifPresent(most -> limited.put(source.key(), most));
        sink.connections().ifPresent(most -> limited.put(sink.key(), most));
        Map<String, Slots> taken = new HashMap<>();
        StoreUse use = new StoreUse(
                taken,
                source.rowsPerSecond().isPresent()
                        ? Optional.of(
                                new RowRate(source.key(), source.rowsPerSecond().get(), clock))
                        : Optional.empty(),
                cancelled);
        boolean good = false;
        try {
            for (Map.Entry<String, Integer> store : limited.entrySet()) {
                int both = source.key().equals(sink.key()) ? 2 : 1;
                taken.put(store.getKey(), Slots.take(store.getKey(), store.getValue(), wanted * both, cancelled));
            }
            good = true;
            return use;
        } finally {
            if (!good) {
                use.close();
            }
        }
    }

    /// The endpoint with no more streams than were taken for its store.
    ///
    /// @param other the copy's other store: where it is the same, each side has half
    public Endpoint limited(Endpoint endpoint, StoreLimits store, StoreLimits other) {
        Slots mine = slots.get(store.key());
        if (mine == null) {
            return endpoint;
        }
        long count = store.key().equals(other.key()) ? Math.max(1, mine.count() / 2) : mine.count();
        Settings activity = endpoint.activity();
        Map<String, @Nullable Object> members = members(activity);
        Settings inner = activity.section("storeSettings");
        if (inner.names().isEmpty()) {
            members.put(CONNECTIONS, least(activity, count));
        } else {
            Map<String, @Nullable Object> settings = members(inner);
            settings.put(CONNECTIONS, least(inner, count));
            activity.names().stream().filter("storeSettings"::equalsIgnoreCase).forEach(members::remove);
            members.put("storeSettings", settings);
        }
        return new Endpoint(
                endpoint.side(),
                endpoint.linkedServiceName(),
                endpoint.linkedServiceType(),
                endpoint.linkedService(),
                endpoint.datasetName(),
                endpoint.datasetType(),
                endpoint.dataset(),
                new Settings(activity.pointer(), members),
                endpoint.trees());
    }

    private static java.math.BigDecimal least(Settings settings, long count) {
        return java.math.BigDecimal.valueOf(settings.number(CONNECTIONS, 1, Integer.MAX_VALUE)
                .map(given -> Math.min(given, count))
                .orElse(count));
    }

    private static Map<String, @Nullable Object> members(Settings settings) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (String name : settings.names()) {
            if (!name.equalsIgnoreCase(CONNECTIONS)) {
                members.put(name, settings.value(name).orElse(null));
            }
        }
        return members;
    }

    /// Waits as long as the source's rate demands after these rows.
    public void pace(long rows) {
        if (rate.isEmpty() || rows <= 0) {
            return;
        }
        long left = rate.get().book(rows);
        try {
            while (left > 0 && !cancelled.getAsBoolean()) {
                long piece = Math.min(left, PIECE_MILLIS);
                Thread.sleep(piece);
                left -= piece;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        slots.values().forEach(Slots::close);
        rate.ifPresent(RowRate::close);
    }
}
