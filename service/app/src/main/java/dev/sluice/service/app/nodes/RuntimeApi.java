package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.secrets.Certificates;
import dev.sluice.service.app.access.AuthKeys;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.StoredDocument;
import dev.sluice.wire.KnownSecret;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Integration runtimes beyond their documents: status, keys, nodes, monitoring data.
final class RuntimeApi {
    private final Fleetwide parts;
    private final DocumentApi documents;
    private final Groups groups;
    private final AuthKeys keys;
    private final Supplier<String> endpoint;
    private final RuntimeStatus status;
    private final Rollouts rollouts;

    RuntimeApi(
            Fleetwide parts,
            DocumentApi documents,
            Groups groups,
            AuthKeys keys,
            Supplier<String> endpoint,
            Rollouts rollouts) {
        this.rollouts = rollouts;
        this.parts = parts;
        this.documents = documents;
        this.groups = groups;
        this.keys = keys;
        this.endpoint = endpoint;
        this.status = new RuntimeStatus(parts);
    }

    void addTo(Routes routes) {
        String one = Paths.FACTORY + "/integrationruntimes/{name}";
        String node = one + "/nodes/{node}";
        routes.add("POST", one + "/getStatus", Permission.READ, this::getStatus)
                .add("POST", one + "/listAuthKeys", Permission.WRITE, this::listKeys)
                .add("POST", one + "/regenerateAuthKey", Permission.WRITE, this::regenerate)
                .add("POST", one + "/monitoringData", Permission.READ, this::monitoring)
                .add("GET", one + "/nodes", Permission.READ, this::listNodes)
                .add("GET", node, Permission.READ, this::getNode)
                .add("PATCH", node, Permission.WRITE, this::patchNode)
                .add("DELETE", node, Permission.WRITE, this::deleteNode);
    }

    /// A runtime as a path names it. The built-in one is there without a document.
    ///
    /// @param linked whether the nodes are those of another factory's runtime, if they were given
    /// @param ssis whether it is started and stopped
    record Runtime(
            String factory,
            String name,
            boolean selfHosted,
            boolean linked,
            boolean ssis,
            Instant created,
            Fleet.Group group) {
        /// Whether it is linked and reaches nobody's nodes.
        boolean denied() {
            return linked && group.factory().equalsIgnoreCase(factory);
        }
    }

    RuntimeStatus status() {
        return status;
    }

    Runtime runtime(Call call) {
        String factory = documents.requireFactory(call).document().name();
        String name = call.variable("name");
        boolean documented = parts.store()
                .documents()
                .find(factory, DocumentKind.INTEGRATION_RUNTIME, name)
                .isPresent();
        if (!documented && IntegrationRuntime.isAutoResolve(name)) {
            Fleet.Group group = groups.builtIn();
            return new Runtime(factory, IntegrationRuntime.AUTO_RESOLVE, false, false, false, group.created(), group);
        }
        StoredDocument stored = documents.require(call, DocumentKind.INTEGRATION_RUNTIME, "name");
        IntegrationRuntime runtime = IntegrationRuntime.of(stored.document());
        return new Runtime(
                factory,
                runtime.name(),
                runtime.selfHosted(),
                runtime.linked(),
                runtime.ssis(),
                stored.created(),
                groups.of(factory, runtime.name()));
    }

    /// A runtime whose keys and nodes are its factory's to see and change.
    Runtime ownNodes(Call call) {
        Runtime runtime = selfHosted(call);
        if (runtime.linked()) {
            throw linked(runtime);
        }
        return runtime;
    }

    private static RuntimeException linked(Runtime runtime) {
        return ServiceFaults.BAD_REQUEST.with(
                "detail",
                "the integration runtime '" + runtime.name()
                        + "' is linked: its nodes and keys are the business of the factory that shares them");
    }

    private Runtime selfHosted(Call call) {
        Runtime runtime = runtime(call);
        if (!runtime.selfHosted()) {
            throw ServiceFaults.BAD_REQUEST.with(
                    "detail", "the integration runtime '" + runtime.name() + "' is not self-hosted");
        }
        return runtime;
    }

    private List<Fleet.Node> nodes(Runtime runtime) {
        return parts.store().fleet().nodes(runtime.group().groupId());
    }

    Answer getStatus(Call call) {
        Runtime runtime = runtime(call);
        List<Fleet.Node> nodes = nodes(runtime);
        ObjectNode json = Json.object();
        json.put("name", runtime.name());
        ObjectNode properties = json.putObject("properties");
        properties.put("type", runtime.selfHosted() ? "SelfHosted" : "Managed");
        properties.put("dataFactoryName", runtime.factory());
        GroupHealth health = status.health(runtime.group(), nodes);
        NodeState state = state(runtime, nodes, health);
        properties.put("state", stateText(runtime, state));
        ObjectNode details = properties.putObject("typeProperties");
        details.put("createTime", Timestamps.format(runtime.created()));
        if (!runtime.selfHosted()) {
            ArrayNode list = details.putArray("nodes");
            nodes.forEach(n -> list.addObject()
                    .put("nodeId", n.nodeId())
                    .put("status", status.isHeard(n) ? "Available" : "Unavailable")
                    .putArray("errors"));
            details.putArray("otherErrors");
            return Answer.ok(json);
        }
        details.put("taskQueueId", runtime.group().groupId());
        details.put("internalChannelEncryption", "NotSet");
        rollouts.describe(runtime.group(), details);
        details.put("localTimeZoneOffset", "PT0S");
        ObjectNode capabilities = details.putObject("capabilities");
        capabilities.put("serviceBusConnected", "True");
        capabilities.put("httpsPortEnabled", "False");
        capabilities.put("credentialInSync", nodes.stream().allMatch(status::isInSync) ? "True" : "False");
        capabilities.put("connectedToResourceManager", "True");
        capabilities.put("nodeEnabled", "True");
        details.putArray("serviceUrls").add(endpoint.get());
        links(runtime, details.putArray("links"));
        health.version().ifPresent(v -> details.put("version", v));
        state.reason().filter(r -> !runtime.denied()).ifPresent(r -> details.set("stateReason", state.reasonJson()));
        ArrayNode list = details.putArray("nodes");
        nodes.forEach(n -> list.add(status.node(n, health)));
        return Answer.ok(json);
    }

    /// Of the nodes; a group that nobody registers nodes with does not ask for any.
    private static NodeState state(Runtime runtime, List<Fleet.Node> nodes, GroupHealth health) {
        NodeState state = health.group();
        return runtime.selfHosted() || !nodes.isEmpty() ? state : new NodeState(NodeState.Word.OFFLINE, state.reason());
    }

    private String stateText(Runtime runtime, NodeState ofNodes) {
        if (runtime.denied()) {
            return "AccessDenied";
        }
        if (runtime.ssis()) {
            return parts.store()
                    .runtimes()
                    .state(runtime.factory(), runtime.name())
                    .orElse("Initial");
        }
        return ofNodes.word().text();
    }

    private void links(Runtime runtime, ArrayNode links) {
        if (!runtime.linked()) {
            parts.store()
                    .runtimes()
                    .of(runtime.factory(), runtime.name())
                    .forEach(share -> links.addObject()
                            .put("name", share.name())
                            .put("subscriptionId", share.subscription())
                            .put("dataFactoryName", share.linkedFactory())
                            .put("dataFactoryLocation", share.location())
                            .put("createTime", Timestamps.format(share.created())));
        }
    }

    private Answer listKeys(Call call) {
        Runtime runtime = ownNodes(call);
        return Answer.ok(Json.object()
                .put("authKey1", keys.key(runtime.group(), 1, endpoint.get()))
                .put("authKey2", keys.key(runtime.group(), 2, endpoint.get())));
    }

    private Answer regenerate(Call call) {
        Runtime runtime = ownNodes(call);
        Place which = Place.root(call.request().json()).member("keyName");
        int slot = switch (which.requiredText()) {
            case "authKey1" -> 1;
            case "authKey2" -> 2;
            default -> throw which.invalid("authKey1 or authKey2");
        };
        Fleet.Group group = parts.store()
                .fleet()
                .raiseGeneration(
                        runtime.group().groupId(),
                        slot,
                        call.caller().name(),
                        parts.clock().instant())
                .orElseThrow(
                        () -> ServiceFaults.NOT_FOUND.with("object", "integration runtime", "name", runtime.name()));
        ObjectNode answer = Json.object().put("authKey" + slot, keys.key(group, slot, endpoint.get()));
        if (Place.root(call.request().json()).member("cutOff").flag().orElse(false)) {
            int generation = slot == 1 ? group.generation1() : group.generation2();
            ArrayNode gone = answer.putArray("nodesCutOff");
            parts.store()
                    .fleet()
                    .admittedBefore(group.groupId(), slot, generation)
                    .forEach(node -> gone.add(remove(call, runtime, node, "cutOff")));
        }
        return Answer.ok(answer);
    }

    private Answer monitoring(Call call) {
        Runtime runtime = runtime(call);
        ObjectNode json = Json.object();
        json.put("name", runtime.name());
        ArrayNode list = json.putArray("nodes");
        List<Fleet.Node> nodes = nodes(runtime);
        GroupHealth health = status.health(runtime.group(), nodes);
        nodes.forEach(n -> list.add(status.monitoring(n, health)));
        return Answer.ok(json);
    }

    private Answer listNodes(Call call) {
        Runtime runtime = runtime(call);
        List<Fleet.Node> nodes = nodes(runtime);
        GroupHealth health = status.health(runtime.group(), nodes);
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("value");
        nodes.forEach(n -> list.add(status.node(n, health)));
        return Answer.ok(json);
    }

    private Fleet.Node requireNode(Call call, Runtime runtime) {
        return parts.store()
                .fleet()
                .node(runtime.group().groupId(), call.variable("node"))
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "node", "name", call.variable("node")));
    }

    private Answer getNode(Call call) {
        Runtime runtime = runtime(call);
        Fleet.Node node = requireNode(call, runtime);
        List<Fleet.Node> nodes = nodes(runtime);
        return Answer.ok(status.node(node, status.health(runtime.group(), nodes)));
    }

    private Answer patchNode(Call call) {
        Runtime runtime = runtime(call);
        if (runtime.linked()) {
            throw linked(runtime);
        }
        Fleet.Node node = requireNode(call, runtime);
        Place limit = Place.root(call.request().json()).member("concurrentJobsLimit");
        long jobs = limit.whole(1, node.jobsMax())
                .orElseThrow(() -> DocumentFaults.MEMBER_MISSING.with("member", "concurrentJobsLimit"));
        parts.store().fleet().limit(node.nodeId(), (int) jobs);
        parts.members().reread(node.nodeId());
        parts.news().tell(node.group());
        return getNode(call);
    }

    private Answer deleteNode(Call call) {
        Runtime runtime = runtime(call);
        if (runtime.linked()) {
            throw linked(runtime);
        }
        var found = parts.store().fleet().node(runtime.group().groupId(), call.variable("node"));
        if (found.isEmpty()) {
            return Answer.empty(204);
        }
        return Answer.ok(remove(call, runtime, found.get(), "deleted"));
    }

    private ObjectNode remove(Call call, Runtime runtime, Fleet.Node node, String how) {
        List<KnownSecret> known = parts.sealing().known(runtime.group(), Certificates.fromPem(node.certificate()));
        List<QueuedJob> held = parts.store().jobs().heldBy(node.nodeId());
        parts.store()
                .fleet()
                .remove(node.nodeId(), how, call.caller().name(), parts.clock().instant());
        parts.members().forget(node.nodeId());
        parts.news().tell(node.group());
        held.forEach(
                job -> parts.dispatcher().lost(job, node.name(), parts.limits().lease()));
        return removed(node, known);
    }

    /// Ours: Data Factory answers nothing. Whoever has a copy of the node's key can still open what it could.
    private static ObjectNode removed(Fleet.Node node, List<KnownSecret> known) {
        ObjectNode json = Json.object();
        json.put("nodeName", node.name());
        ArrayNode secrets = json.putArray("knownSecrets");
        known.forEach(secret -> secrets.addObject()
                .put("factory", secret.factory())
                .put("object", secret.object())
                .put("member", secret.member()));
        return json;
    }
}
