package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.expression.Expressions;
import dev.sluice.model.Document;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.trigger.ScheduleTrigger;
import dev.sluice.model.trigger.Trigger;
import dev.sluice.model.trigger.TriggeredPipeline;
import dev.sluice.model.trigger.TumblingWindowTrigger;
import dev.sluice.service.run.trigger.Occurrences;
import dev.sluice.service.store.StoredDocument;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What must hold for a trigger besides what its document says of itself.
final class TriggerRules {
    private static final String STATE = "runtimeState";

    private TriggerRules() {}

    /// Refuses a trigger that cannot take the place of the one stored.
    static void check(Document given, Optional<StoredDocument> current) {
        Trigger trigger = Trigger.of(given);
        for (TriggeredPipeline pipeline : trigger.pipelines()) {
            Expressions.check(pipeline.parameters(), pipeline.pointer());
        }
        if (trigger instanceof ScheduleTrigger schedule) {
            // The zone must be one; when it begins does not matter here.
            Occurrences.of(schedule.recurrence(), Instant.EPOCH);
        }
        if (trigger instanceof TumblingWindowTrigger after && current.isPresent()) {
            if (Trigger.of(current.get().document()) instanceof TumblingWindowTrigger before) {
                fixed("frequency", before.frequency() == after.frequency(), given);
                fixed("interval", before.interval() == after.interval(), given);
            }
        }
    }

    private static void fixed(String member, boolean same, Document given) {
        if (!same) {
            throw TriggerFaults.WINDOW_FIXED
                    .problem()
                    .at(given.typeProperties().member(member).pointer())
                    .evidence("member", member)
                    .evidence("trigger", given.name())
                    .exception();
        }
    }

    /// A body without `runtimeState`, which is the service's to say.
    static ObjectNode withoutState(ObjectNode body) {
        Place properties = Place.root(body).member("properties");
        if (!(properties.json() instanceof ObjectNode own)) {
            return body;
        }
        Place state = properties.member(STATE);
        if (state.json().isMissingNode()) {
            return body;
        }
        ObjectNode kept = own.deepCopy();
        kept.remove(state.name());
        ObjectNode json = body.deepCopy();
        json.set(properties.name(), kept);
        return json;
    }

    /// The resource as it is shown: with `runtimeState`.
    static ObjectNode withState(ObjectNode resource, boolean started) {
        Place properties = Place.root(resource).member("properties");
        if (properties.json() instanceof ObjectNode own) {
            ObjectNode shown = Json.object();
            shown.setAll(own);
            shown.put(STATE, started ? "Started" : "Stopped");
            resource.set(properties.name(), shown);
        }
        return resource;
    }
}
