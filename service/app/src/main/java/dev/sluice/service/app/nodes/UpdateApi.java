package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.UpdateFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Place;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.StoredDocument;
import dev.sluice.service.store.UpdatePlans;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/// When the nodes of a runtime are updated: by themselves, or now.
final class UpdateApi {
    private static final Duration DAY = Duration.ofDays(1);

    private final Fleetwide parts;
    private final RuntimeApi runtimes;
    private final DocumentApi documents;
    private final Rollouts rollouts;

    UpdateApi(Fleetwide parts, RuntimeApi runtimes, DocumentApi documents, Rollouts rollouts) {
        this.parts = parts;
        this.runtimes = runtimes;
        this.documents = documents;
        this.rollouts = rollouts;
    }

    void addTo(Routes routes) {
        String one = Paths.FACTORY + "/integrationruntimes/{name}";
        routes.add("PATCH", one, Permission.WRITE, this::patch)
                .add("POST", one + "/upgrade", Permission.WRITE, this::upgrade);
    }

    /// `{autoUpdate, updateDelayOffset}`, and ours: `scheduledUpdateDate`, a time before which nothing is updated.
    private Answer patch(Call call) {
        StoredDocument stored = documents.require(call, DocumentKind.INTEGRATION_RUNTIME, "name");
        Place body = Place.root(call.request().jsonOrEmpty());
        Place auto = body.member("autoUpdate");
        Place offset = body.member("updateDelayOffset");
        Place scheduled = body.member("scheduledUpdateDate");
        if (auto.text().isEmpty() && offset.text().isEmpty() && scheduled.text().isEmpty()) {
            return documents.answer(call, stored);
        }
        RuntimeApi.Runtime runtime = runtimes.ownNodes(call);
        UpdatePlans.Plan before = parts.store().updates().of(runtime.group().groupId());
        boolean on = switch (auto.text().orElse(before.auto() ? "On" : "Off").toLowerCase(java.util.Locale.ROOT)) {
            case "on" -> true;
            case "off" -> false;
            default -> throw auto.invalid("On or Off");
        };
        keep(
                call,
                runtime,
                new UpdatePlans.Plan(
                        on,
                        offset.text().map(t -> offset(offset, t)).orElse(before.delayOffset()),
                        on ? before.wanted() : "",
                        time(scheduled).orElse(before.scheduled())));
        return documents.answer(call, stored);
    }

    /// To the newest version, at once, if there is one. Ours: `version` and `scheduledUpdateDate` in the body.
    private Answer upgrade(Call call) {
        RuntimeApi.Runtime runtime = runtimes.ownNodes(call);
        Place body = Place.root(call.request().jsonOrEmpty());
        Optional<String> version = body.member("version").text();
        Optional<UpdateShelf.Item> found = version.map(rollouts.shelf()::find).orElseGet(rollouts.shelf()::newest);
        if (version.isEmpty() && found.isEmpty()) {
            return Answer.empty(200);
        }
        UpdateShelf.Item item =
                found.orElseThrow(() -> UpdateFaults.BUNDLE_UNKNOWN.with("version", version.orElse("")));
        UpdatePlans.Plan before = parts.store().updates().of(runtime.group().groupId());
        Instant when = time(body.member("scheduledUpdateDate")).orElse(Instant.EPOCH);
        keep(call, runtime, new UpdatePlans.Plan(before.auto(), before.delayOffset(), item.version(), when));
        return Answer.empty(200);
    }

    private void keep(Call call, RuntimeApi.Runtime runtime, UpdatePlans.Plan plan) {
        String group = runtime.group().groupId();
        parts.store()
                .updates()
                .keep(group, plan, call.caller().name(), parts.clock().instant());
        rollouts.changed(group);
        parts.news().tell(group);
    }

    /// Data Factory's own examples have it in quotes.
    private static String offset(Place place, String given) {
        boolean quoted = given.length() > 1 && given.startsWith("\"") && given.endsWith("\"");
        String text = quoted ? given.substring(1, given.length() - 1) : given;
        try {
            Duration offset = Duration.parse(text);
            if (!offset.isNegative() && offset.compareTo(DAY) < 0) {
                return text;
            }
        } catch (DateTimeException e) {
            throw place.invalid("a duration since midnight, e.g. PT3H");
        }
        throw place.invalid("a duration since midnight of less than a day, e.g. PT3H");
    }

    private static Optional<Instant> time(Place place) {
        try {
            return place.text().map(t -> OffsetDateTime.parse(t).toInstant());
        } catch (DateTimeException e) {
            throw DocumentFaults.MEMBER_INVALID
                    .problem()
                    .at("/scheduledUpdateDate")
                    .evidence("member", "scheduledUpdateDate")
                    .evidence("value", place.text().orElse(""))
                    .evidence("expected", "a time with its offset, e.g. 2026-03-01T02:00:00Z")
                    .from(e)
                    .exception();
        }
    }
}
