package dev.sluice.service.app.triggers;

import dev.sluice.model.run.TriggerWindow;
import dev.sluice.service.store.RunTransition;
import dev.sluice.service.store.TriggerTransition;
import dev.sluice.service.store.WatchStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A transition being put together. For one thread.
final class Draft {
    final List<TriggerTransition.Fire> fires = new ArrayList<>();
    final List<TriggerWindow> windows = new ArrayList<>();
    final List<TriggerTransition.Record> records = new ArrayList<>();
    final List<RunTransition> starts = new ArrayList<>();
    boolean tellDependents;
    WatchStep watch = WatchStep.NONE;
    final ObjectNode state;
    private final String factory;
    private final String trigger;
    private final String etag;
    private final long version;
    private final boolean started;

    @Nullable
    Instant due;

    private final Instant now;

    Draft(
            String factory,
            String trigger,
            String etag,
            long version,
            boolean started,
            ObjectNode state,
            @Nullable Instant due,
            Instant now) {
        this.factory = factory;
        this.trigger = trigger;
        this.etag = etag;
        this.version = version;
        this.started = started;
        this.state = state;
        this.due = due;
        this.now = now;
    }

    TriggerTransition build() {
        return new TriggerTransition(
                factory,
                trigger,
                etag,
                version,
                started,
                state,
                due,
                fires,
                windows,
                records,
                starts,
                tellDependents,
                watch,
                now);
    }
}
