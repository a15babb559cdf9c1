package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Document;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.IntegrationRuntime.LinkKey;
import dev.sluice.model.Place;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.service.app.access.AuthKeys;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.Store;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// `linkedInfo` of a runtime that is being saved: `{authorizationType: RBAC, resourceId}` names a runtime that
/// must have been given to the factory before it is of use; `{authorizationType: Key, key}` holds one of the
/// runtime's two keys, which is the right itself. The key is proved here and kept sealed to the service, with the
/// number of the key that it was: when that is regenerated, the link is void.
public final class RuntimeLinks {
    private final Store store;
    private final Sealing sealing;
    private final AuthKeys keys;
    private final Tenants tenants;
    private final String tenant;

    /// @param tenant the GUID under which clients know this service
    public RuntimeLinks(Store store, Sealing sealing, AuthKeys keys, String tenant) {
        this.store = store;
        this.sealing = sealing;
        this.keys = keys;
        this.tenants = new Tenants(store);
        this.tenant = tenant;
    }

    /// The document with its link checked and its key in the form in which it is kept.
    ///
    /// @throws ProblemException [NodeFaults#SHARED_ACROSS_TENANTS] or what is wrong with the members, at its place
    ObjectNode kept(String factory, Document given) {
        Place info = given.typeProperties().member("linkedInfo");
        if (!info.present()) {
            return given.json();
        }
        if (!IntegrationRuntime.of(given).selfHosted()) {
            throw info.invalid("none: only a self-hosted integration runtime stands for another one");
        }
        Place type = info.member("authorizationType");
        return switch (type.requiredText().toLowerCase(Locale.ROOT)) {
            case "rbac" -> {
                checkId(factory, info.member("resourceId"));
                yield given.json();
            }
            case "key" -> withKey(factory, given, info.member("key"));
            default -> throw type.invalid("Key or RBAC");
        };
    }

    private void checkId(String factory, Place place) {
        SharedRuntimes.Target target = SharedRuntimes.parse(place.requiredText())
                .orElseThrow(() -> place.invalid("the resource id of an integration runtime"));
        refuseSame(factory, target.factory(), place);
        refuseStranger(factory, target.factory(), target.runtime(), place);
    }

    private ObjectNode withKey(String factory, Document given, Place place) {
        if (SecretPlaces.isSealed(place.json())) {
            throw invalid(place, "a sealed key", "the key itself: it is sealed here");
        }
        String key =
                SecretPlaces.plain(place.json()).orElseThrow(place::missing).strip();
        if (key.equals(SecretPlaces.MASK)) {
            return given.json();
        }
        LinkKey link = proved(factory, key, place);
        ObjectNode json = given.json().deepCopy();
        ObjectNode info = (ObjectNode)
                json.at(place.pointer().substring(0, place.pointer().lastIndexOf('/')));
        info.set(place.name(), link.addTo(SecretPlaces.sealed(sealing.own(key))));
        return json;
    }

    private LinkKey proved(String factory, String key, Place place) {
        try {
            if (!keys.isOurs(key)) {
                throw Tenants.at(place, Tenants.problem(factory, AuthKeys.group(key), AuthKeys.endpoint(key), tenant));
            }
            Fleet.Group group = store.fleet()
                    .group(AuthKeys.group(key))
                    .orElseThrow(
                            () -> NodeFaults.KEY_INVALID.with("detail", "its integration runtime does not exist."));
            int slot = keys.check(key, group);
            if (group.factory().isEmpty()) {
                throw invalid(place, "the built-in runtime's key", "the key of a self-hosted integration runtime");
            }
            refuseSame(factory, group.factory(), place);
            refuseStranger(factory, group.factory(), group.runtime(), place);
            return new LinkKey(
                    group.groupId(), slot, slot == 1 ? group.generation1() : group.generation2(), location(factory));
        } catch (ProblemException e) {
            // Not as it is: at a client, the code of an invalid key would mean that it has to sign in again.
            throw e.problem().fault().equals(NodeFaults.KEY_INVALID)
                    ? invalid(
                            place,
                            "no valid key: " + e.problem().evidence().get("detail"),
                            "one of the two keys that 'integration-runtime list-auth-keys' shows in the other factory")
                    : e;
        }
    }

    private String location(String factory) {
        return store.documents()
                .factory(factory)
                .flatMap(f -> Place.root(f.document().json()).member("location").text())
                .orElse("");
    }

    private static void refuseSame(String factory, String owner, Place place) {
        if (factory.equalsIgnoreCase(owner)) {
            throw invalid(
                    place,
                    "a runtime of this factory",
                    "one of another factory: this factory's own are used without a link");
        }
    }

    /// @param value in words: what was given may be a key
    private static ProblemException invalid(Place place, String value, String expected) {
        return DocumentFaults.MEMBER_INVALID
                .problem()
                .at(place.pointer())
                .evidence("member", place.name())
                .evidence("value", value)
                .evidence("expected", expected)
                .exception();
    }

    private void refuseStranger(String factory, String owner, String runtime, Place place) {
        Optional<Problem> refusal = tenants.between(owner, runtime, factory);
        if (refusal.isPresent()) {
            throw Tenants.at(place, refusal.get());
        }
    }
}
