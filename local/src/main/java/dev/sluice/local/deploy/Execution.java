package dev.sluice.local.deploy;

import dev.sluice.cli.client.ServiceException;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Does what a plan says, and has the factory remember how far it came, whatever happens.
final class Execution {
    private final RemoteFactory factory;
    private final boolean force;
    private final Consumer<String> said;
    private final Map<String, String> digests;
    private final Set<String> stopped;
    private final List<Change> done = new ArrayList<>();

    /// How a deployment ended.
    ///
    /// @param done changes that were made
    /// @param stopped triggers that it stopped and did not start again
    /// @param failure what the service said; null when all was done
    /// @param at what was being done then
    record Result(
            List<Change> done,
            List<String> stopped,
            @Nullable ServiceException failure,
            String at) {
        Result {
            done = List.copyOf(done);
            stopped = List.copyOf(stopped);
        }
    }

    /// @param force whether a version that came in between is replaced as well
    /// @param said receives a line for every step
    Execution(RemoteFactory factory, Deployed last, boolean force, Consumer<String> said) {
        this.factory = factory;
        this.force = force;
        this.said = said;
        this.digests = new LinkedHashMap<>(last.digests());
        this.stopped = new LinkedHashSet<>(last.stopped());
    }

    Result execute(Plan plan) {
        digests.putAll(plan.digests());
        String at = "";
        try {
            if (!plan.stop().isEmpty()) {
                stopped.addAll(plan.stop());
                // Known before it is done: whoever deploys next starts them again.
                factory.remember(deployed());
            }
            for (String trigger : plan.stop()) {
                at = "stopping the trigger '" + trigger + "'";
                factory.stop(trigger);
                said.accept("stopped  trigger " + trigger);
            }
            for (Change change : plan.changes()) {
                at = at(change);
                make(change);
                done.add(change);
            }
            for (String trigger : plan.start()) {
                at = "starting the trigger '" + trigger + "'";
                factory.start(trigger);
                stopped.remove(trigger);
                said.accept("started  trigger " + trigger);
            }
            stopped.retainAll(plan.stop());
            factory.remember(deployed());
            return new Result(done, List.copyOf(stopped), null, "");
        } catch (ServiceException e) {
            rememberAnyway(e);
            return new Result(done, List.copyOf(stopped), e, at);
        }
    }

    private void rememberAnyway(ServiceException e) {
        try {
            factory.remember(deployed());
        } catch (ServiceException again) {
            e.addSuppressed(again);
        }
    }

    private static String at(Change change) {
        return switch (change.action()) {
                    case CREATE -> "creating";
                    case CHANGE -> "changing";
                    case DELETE -> "deleting";
                    case NONE -> "keeping";
                }
                + " the " + change.kind().word() + " '" + change.name() + "'";
    }

    private void make(Change change) {
        switch (change.action()) {
            case CREATE, CHANGE -> {
                if (change.kind() == DocumentKind.FACTORY) {
                    ObjectNode content = Content.of(change.document());
                    factory.globalParameters(change.document()
                            .properties()
                            .member("globalParameters")
                            .json());
                    digests.put(change.key(), Content.digest(content));
                } else {
                    digests.put(
                            change.key(),
                            Content.digest(Content.of(factory.put(change.document(), force ? null : change.etag()))));
                }
                said.accept((change.action() == Change.Action.CREATE ? "created  " : "changed  ")
                        + change.kind().word() + " " + change.name());
            }
            case DELETE -> {
                factory.delete(change.document());
                digests.remove(change.key());
                stopped.remove(change.name());
                said.accept("deleted  " + change.kind().word() + " " + change.name());
            }
            case NONE -> {}
        }
    }

    private Deployed deployed() {
        return new Deployed(true, digests, stopped);
    }

    /// The body of a factory that is to be made.
    static ObjectNode body(@Nullable ObjectNode given) {
        ObjectNode body = Json.object();
        Place root = Place.root(given == null ? Json.object() : given);
        String location = root.member("location").json().asString("");
        body.put("location", location.isEmpty() || location.startsWith("[") ? "local" : location);
        for (String member : List.of("tags", "identity")) {
            if (root.member(member).json().isObject()) {
                body.set(member, root.member(member).json());
            }
        }
        return body;
    }
}
