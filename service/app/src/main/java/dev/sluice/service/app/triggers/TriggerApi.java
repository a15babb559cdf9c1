package dev.sluice.service.app.triggers;

import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Starting, stopping and querying triggers, and their runs.
final class TriggerApi {
    private final Store store;
    private final Firing firing;
    private final TriggerClock clock;
    private final DocumentApi documents;
    private final int pageSize;

    TriggerApi(Store store, Firing firing, TriggerClock clock, DocumentApi documents, int pageSize) {
        this.store = store;
        this.firing = firing;
        this.clock = clock;
        this.documents = documents;
        this.pageSize = pageSize;
    }

    void addTo(Routes routes) {
        String trigger = Paths.FACTORY + "/triggers/{name}";
        String run = trigger + "/triggerRuns/{runId}";
        routes.add("POST", trigger + "/start", Permission.RUN, this::start)
                .add("POST", trigger + "/stop", Permission.RUN, this::stop)
                .add("POST", trigger + "/subscribeToEvents", Permission.RUN, this::subscribe)
                .add("POST", trigger + "/unsubscribeFromEvents", Permission.RUN, this::unsubscribe)
                .add("POST", trigger + "/getEventSubscriptionStatus", Permission.READ, this::subscription)
                .add("POST", Paths.FACTORY + "/querytriggers", Permission.READ, this::query)
                .add("POST", Paths.FACTORY + "/queryTriggerRuns", Permission.READ, this::queryRuns)
                .add("POST", run + "/rerun", Permission.RUN, this::rerun)
                .add("POST", run + "/cancel", Permission.RUN, this::cancel);
        String windows = "/api/v1/factories/{factory}/triggers/{name}/windows";
        routes.add("POST", windows + "/skip", Permission.RUN, this::skip)
                .add("POST", windows + "/repair", Permission.RUN, this::repair);
    }

    private StoredDocument require(Call call) {
        return documents.require(call, DocumentKind.TRIGGER, "name");
    }

    private Answer start(Call call) {
        StoredDocument trigger = require(call);
        firing.start(trigger.factory(), trigger.document().name());
        clock.poke();
        return Answer.empty(200);
    }

    private Answer stop(Call call) {
        StoredDocument trigger = require(call);
        firing.stop(trigger.factory(), trigger.document().name());
        return Answer.empty(200);
    }

    private Answer subscribe(Call call) {
        return subscribe(call, true);
    }

    private Answer unsubscribe(Call call) {
        return subscribe(call, false);
    }

    private Answer subscribe(Call call, boolean wanted) {
        StoredDocument trigger = require(call);
        firing.subscribe(trigger.factory(), trigger.document().name(), wanted);
        clock.poke();
        return subscription(call);
    }

    private Answer subscription(Call call) {
        StoredDocument trigger = require(call);
        String name = trigger.document().name();
        String status = firing.subscription(trigger.factory(), name).word();
        return Answer.ok(Json.object().put("triggerName", name).put("status", status));
    }

    /// `{from, to}`: the windows that begin in between.
    private static Reruns.Span span(Call call) {
        Place body = Place.root(call.request().json());
        Instant from = time(body.member("from"));
        Instant to = time(body.member("to"));
        if (!from.isBefore(to)) {
            throw body.member("to").invalid("a time after from");
        }
        return new Reruns.Span(from, to);
    }

    private static Instant time(Place place) {
        return Timestamps.parse(place.requiredText())
                .orElseThrow(() -> place.invalid("a time such as 2026-01-31T06:00:00Z"));
    }

    private Answer skip(Call call) {
        StoredDocument trigger = require(call);
        Reruns.Span span = span(call);
        String by = call.caller().name();
        int count = firing.reruns().skip(trigger.factory(), trigger.document().name(), span, by);
        clock.poke();
        return Answer.ok(Json.object().put("windows", count));
    }

    private Answer repair(Call call) {
        StoredDocument trigger = require(call);
        int count = firing.reruns().repair(trigger.factory(), trigger.document().name(), span(call));
        clock.poke();
        return Answer.ok(Json.object().put("windows", count));
    }

    /// `{continuationToken, parentTriggerName}`; with a parent the triggers that rerun its windows, of which there are
    /// only those that somebody wrote.
    private Answer query(Call call) {
        StoredDocument factory = documents.requireFactory(call);
        ObjectNode body = call.request().jsonOrEmpty();
        Place token = Place.root(body).member("continuationToken");
        String parent = Place.root(body).member("parentTriggerName").text().orElse("");
        String after =
                token.text().filter(t -> !t.isEmpty()).map(t -> name(token, t)).orElse("");
        List<StoredDocument> found = page(factory.document().name(), parent, after);
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        found.stream().limit(pageSize).forEach(t -> value.add(documents.shown(factory, t)));
        if (found.size() > pageSize) {
            byte[] last = found.get(pageSize - 1).document().name().getBytes(StandardCharsets.UTF_8);
            json.put("continuationToken", Base64.getUrlEncoder().encodeToString(last));
        }
        return Answer.ok(json);
    }

    /// One more than a page, as far as there are so many that are meant.
    private List<StoredDocument> page(String factory, String parent, String after) {
        List<StoredDocument> meant = new ArrayList<>();
        String behind = after;
        List<StoredDocument> found;
        do {
            found = store.documents().list(factory, DocumentKind.TRIGGER, behind, pageSize + 1);
            found.stream().filter(t -> parent.isEmpty() || isChild(t, parent)).forEach(meant::add);
            behind = found.isEmpty() ? "" : found.getLast().document().name();
        } while (meant.size() <= pageSize && found.size() > pageSize);
        return meant;
    }

    private static String name(Place place, String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw place.invalid("a continuationToken of an earlier answer");
        }
    }

    private static boolean isChild(StoredDocument trigger, String parent) {
        Place named = trigger.document().typeProperties().member("parentTrigger");
        String name = named.json().isObject()
                ? named.member("referenceName").json().asString("")
                : named.json().asString("");
        return name.equalsIgnoreCase(parent);
    }

    private Answer queryRuns(Call call) {
        documents.requireFactory(call);
        RunFilter filter = RunFilter.parse(call.request().json());
        RunFilter.Page<TriggerRun> page = store.triggers().runs(call.variable("factory"), filter, pageSize);
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        page.value().forEach(run -> value.add(run.toJson()));
        if (page.next() != null) {
            json.put("continuationToken", page.next());
        }
        return Answer.ok(json);
    }

    private Answer rerun(Call call) {
        StoredDocument trigger = require(call);
        firing.reruns().rerun(trigger.factory(), trigger.document().name(), call.variable("runId"));
        clock.poke();
        return Answer.empty(200);
    }

    private Answer cancel(Call call) {
        StoredDocument trigger = require(call);
        firing.reruns()
                .cancel(
                        trigger.factory(),
                        trigger.document().name(),
                        call.variable("runId"),
                        call.caller().name());
        return Answer.empty(200);
    }
}
