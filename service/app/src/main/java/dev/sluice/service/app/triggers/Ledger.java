package dev.sluice.service.app.triggers;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.trigger.BlobEventsTrigger;
import dev.sluice.model.trigger.Trigger;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import dev.sluice.service.store.StoredTrigger;
import dev.sluice.service.store.TriggerTransition;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Where triggers stand, and the writing of their next steps: a step that was overtaken is not written, and whoever
/// wanted it decides again. Thread-safe.
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int TRIES = 50;
    private static final String NEXT = "next";
    private static final String SUBSCRIBED = "subscribed";

    private final Store store;

    Ledger(Store store) {
        this.store = store;
    }

    /// A trigger as it is stored now.
    record Loaded(
            StoredDocument document,
            Trigger trigger,
            @Nullable StoredTrigger state) {
        String name() {
            return document.document().name();
        }

        /// In lower case.
        String factory() {
            return document.factory();
        }

        long version() {
            return state == null ? 0 : state.version();
        }

        boolean started() {
            return state != null && state.started();
        }

        /// What it remembers; a copy.
        ObjectNode memory() {
            return state == null ? Json.object() : state.state().deepCopy();
        }

        Optional<Instant> next() {
            return Place.root(memory()).member(NEXT).text().flatMap(Timestamps::parse);
        }

        /// Whether events are taken when it is started.
        boolean subscribed() {
            return Place.root(memory()).member(SUBSCRIBED).flag().orElse(started());
        }
    }

    Optional<Loaded> load(String factory, String name) {
        // The state first: whoever changes the document between has to stop the trigger, and so changes the state.
        StoredTrigger state = store.triggers().find(factory, name).orElse(null);
        return store.documents()
                .find(factory, DocumentKind.TRIGGER, name)
                .map(d -> new Loaded(d, trigger(factory, d), state));
    }

    /// A trigger on the blobs of an account looks for them itself when the factory has a linked service to
    /// that account: there is no Event Grid here, and who has one posts its events besides.
    private Trigger trigger(String factory, StoredDocument document) {
        Trigger trigger = Trigger.of(document.document());
        if (!(trigger instanceof BlobEventsTrigger blobs) || blobs.watch().isPresent()) {
            return trigger;
        }
        return blobs.account()
                .flatMap(account -> AccountServices.find(store.documents().everything(factory), account))
                .<Trigger>map(blobs::watchedThrough)
                .orElse(trigger);
    }

    Loaded require(String factory, String name) {
        return load(factory, name)
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", DocumentKind.TRIGGER.word(), "name", name));
    }

    /// Repeats an attempt until it was not overtaken by others.
    static void persist(String trigger, BooleanSupplier attempt) {
        for (int n = 0; n < TRIES; n++) {
            if (attempt.getAsBoolean()) {
                return;
            }
        }
        throw ServiceFaults.UNAVAILABLE.with("detail", "trigger '" + trigger + "' is being changed by many at once");
    }

    /// A step to be filled.
    ///
    /// @param next the next occurrence or window; null for none
    /// @param due when to look again; null for never
    static Draft draft(Loaded loaded, boolean started, @Nullable Instant next, @Nullable Instant due, Instant now) {
        ObjectNode state = loaded.memory();
        state.remove(NEXT);
        if (next != null) {
            state.put(NEXT, Timestamps.format(next));
        }
        return new Draft(
                loaded.factory(), loaded.name(), loaded.document().etag(), loaded.version(), started, state, due, now);
    }

    static void subscribe(Draft draft, boolean subscribed) {
        draft.state.put(SUBSCRIBED, subscribed);
    }

    TriggerTransition.Result write(TriggerTransition transition) {
        TriggerTransition.Result result = store.triggers().apply(transition);
        LOG.debug("trigger {}: {}", transition.trigger(), result);
        return result;
    }

    /// Writes a step that answers no job.
    ///
    /// @return false when it was overtaken
    boolean apply(TriggerTransition transition) {
        return switch (write(transition)) {
            case TriggerTransition.Result.Applied applied -> true;
            case TriggerTransition.Result.Stale() -> false;
            case TriggerTransition.Result.NotHeld() -> throw new IllegalStateException("the step answers no job");
        };
    }
}
