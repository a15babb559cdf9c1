package dev.sluice.service.app.triggers;

import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.StoredDocument;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The webhook by which events come: what Azure Event Grid, or anybody who speaks its schema or CloudEvents, posts.
/// Authenticated as everything else, by a bearer token, which Event Grid sends when it is set as a delivery property.
final class EventApi {
    /// Most events of one request.
    static final int MAX_EVENTS = 500;

    private static final String VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent";

    private final Firing firing;
    private final DocumentApi documents;

    EventApi(Firing firing, DocumentApi documents) {
        this.firing = firing;
        this.documents = documents;
    }

    void addTo(Routes routes) {
        String path = "/api/v1/factories/{factory}/triggers/{name}/events";
        routes.add("POST", path, Permission.WRITE, this::take)
                // Asked without a token; the answer tells nothing but that POST may be tried.
                .add("OPTIONS", path, Permission.OPEN, this::consent);
    }

    /// CloudEvents' question whether events may be sent at all.
    private Answer consent(Call call) {
        Answer answer = Answer.empty(200).with("Allow", "POST");
        return call.request()
                .header("webhook-request-origin")
                .map(origin -> answer.with("WebHook-Allowed-Origin", origin).with("WebHook-Allowed-Rate", "*"))
                .orElse(answer);
    }

    private Answer take(Call call) {
        StoredDocument trigger = documents.require(call, DocumentKind.TRIGGER, "name");
        List<JsonNode> events = events(Json.parse(call.request().body()));
        if (events.size() == 1
                && Place.root(events.getFirst())
                        .member("eventType")
                        .json()
                        .asString("")
                        .equalsIgnoreCase(VALIDATION)) {
            String code =
                    Place.root(events.getFirst()).at("data", "validationCode").requiredText();
            return Answer.ok(Json.object().put("validationResponse", code));
        }
        int fired = firing.happened(trigger.factory(), trigger.document().name(), events);
        return Answer.ok(Json.object().put("received", events.size()).put("fired", fired));
    }

    private static List<JsonNode> events(JsonNode body) {
        List<JsonNode> events = body.isArray() ? body.valueStream().toList() : List.of(body);
        if (events.isEmpty() || events.size() > MAX_EVENTS || !events.stream().allMatch(JsonNode::isObject)) {
            throw TriggerFaults.EVENTS_INVALID.with("detail", "1 to " + MAX_EVENTS + " events are expected");
        }
        return events;
    }
}
