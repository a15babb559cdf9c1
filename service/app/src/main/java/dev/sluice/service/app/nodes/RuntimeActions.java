package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.secrets.Certificates;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.documents.Sealing;
import dev.sluice.service.app.documents.SharedRuntimes;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.Runtimes;
import dev.sluice.service.store.StoredDocument;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// What is done with an integration runtime as a whole: give it to other factories, start and stop it, ask what
/// its nodes need and whether they can read every secret.
final class RuntimeActions {
    private final Fleetwide parts;
    private final RuntimeApi runtimes;
    private final Sealing sealing;
    private final SharedRuntimes shared;
    private final Supplier<String> endpoint;
    private final ServiceUrls urls;

    RuntimeActions(Fleetwide parts, RuntimeApi runtimes, Supplier<String> endpoint, ServiceUrls urls) {
        this.urls = urls;
        this.parts = parts;
        this.runtimes = runtimes;
        this.sealing = parts.sealing();
        this.shared = new SharedRuntimes(parts.store());
        this.endpoint = endpoint;
    }

    void addTo(Routes routes) {
        String one = Paths.FACTORY + "/integrationruntimes/{name}";
        routes.add("POST", one + "/linkedIntegrationRuntime", Permission.WRITE, this::give)
                .add("POST", one + "/removeLinks", Permission.WRITE, this::takeBack)
                .add("POST", one + "/start", Permission.RUN, call -> turn(call, "Started"))
                .add("POST", one + "/stop", Permission.RUN, call -> turn(call, "Stopped"))
                .add("POST", one + "/syncCredentials", Permission.WRITE, this::syncCredentials)
                .add("POST", one + "/getConnectionInfo", Permission.WRITE, this::connectionInfo)
                .add("GET", one + "/outboundNetworkDependenciesEndpoints", Permission.READ, this::outbound);
    }

    /// `{name, subscriptionId, dataFactoryName, dataFactoryLocation}`.
    private Answer give(Call call) {
        RuntimeApi.Runtime runtime = runtimes.ownNodes(call);
        Place body = Place.root(call.request().json());
        String factory = body.member("dataFactoryName").requiredText();
        if (factory.equalsIgnoreCase(runtime.factory())) {
            throw body.member("dataFactoryName").invalid("another factory: this one has the runtime already");
        }
        shared.requireOneTenant(runtime.factory(), runtime.name(), body.member("dataFactoryName"));
        parts.store()
                .runtimes()
                .give(
                        new Runtimes.Share(
                                runtime.factory(),
                                runtime.name(),
                                body.member("name").text().orElse(runtime.name()),
                                body.member("subscriptionId").text().orElse(call.variable("subscription")),
                                factory,
                                body.member("dataFactoryLocation").text().orElse(""),
                                parts.clock().instant(),
                                0),
                        call.caller().name());
        return runtimes.getStatus(call);
    }

    /// `{factoryName}`. Jobs that are running end as they would.
    private Answer takeBack(Call call) {
        RuntimeApi.Runtime runtime = runtimes.ownNodes(call);
        String factory = Place.root(call.request().json()).member("factoryName").requiredText();
        parts.store()
                .runtimes()
                .takeBack(
                        runtime.factory(),
                        runtime.name(),
                        factory,
                        call.caller().name(),
                        parts.clock().instant());
        return Answer.empty(200);
    }

    private Answer turn(Call call, String state) {
        RuntimeApi.Runtime runtime = runtimes.runtime(call);
        if (!runtime.ssis()) {
            throw ServiceFaults.BAD_REQUEST.with(
                    "detail",
                    "only Azure-SSIS integration runtimes are started and stopped; '" + runtime.name() + "' is none");
        }
        parts.store()
                .runtimes()
                .state(
                        runtime.factory(),
                        runtime.name(),
                        state,
                        call.caller().name(),
                        parts.clock().instant());
        return state.equals("Started") ? runtimes.getStatus(call) : Answer.empty(200);
    }

    /// At Azure the dispatcher's secrets are copied to the other nodes. Here each secret is sealed to every node,
    /// and to one that came later by a node that can open it, by itself; as long as that is not done, this says
    /// for which.
    private Answer syncCredentials(Call call) {
        RuntimeApi.Runtime runtime = runtimes.ownNodes(call);
        List<X509Certificate> nodes = parts
                .store()
                .fleet()
                .nodes(runtime.group().groupId())
                .stream()
                .map(node -> Certificates.fromPem(node.certificate()))
                .toList();
        List<String> closed = sealing.unreadable(runtime.group(), nodes);
        if (!closed.isEmpty()) {
            parts.reseals().look();
            throw NodeFaults.CREDENTIALS_NOT_IN_SYNC.with(
                    "runtime", runtime.name(), "services", String.join(", ", closed));
        }
        return Answer.empty(200);
    }

    /// What a client needs to seal a secret to the nodes itself. `certificates` is ours: all of them, as PEM.
    private Answer connectionInfo(Call call) {
        RuntimeApi.Runtime runtime = runtimes.ownNodes(call);
        List<Fleet.Node> nodes = parts.store().fleet().nodes(runtime.group().groupId());
        Fleet.Node first = nodes.stream()
                .filter(runtimes.status()::isHeard)
                .findFirst()
                .orElseThrow(() -> NodeFaults.NONE_ONLINE.with("runtime", runtime.name()));
        X509Certificate certificate = Certificates.fromPem(first.certificate());
        ObjectNode json = Json.object();
        json.put("serviceToken", "");
        json.put("identityCertThumbprint", thumbprint(certificate));
        json.put("hostServiceUri", "https://" + endpoint.get() + "/");
        json.put("version", first.version());
        json.put(
                "publicKey",
                Base64.getEncoder().encodeToString(certificate.getPublicKey().getEncoded()));
        json.put(
                "isIdentityCertExprired",
                certificate.getNotAfter().toInstant().isBefore(parts.clock().instant()));
        var all = json.putArray("certificates");
        nodes.forEach(node -> all.add(node.certificate()));
        return Answer.ok(json);
    }

    /// SHA-1, as the API has it: a name for the certificate, not a proof of it.
    private static String thumbprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(digest).toUpperCase(Locale.ROOT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }

    private Answer outbound(Call call) {
        RuntimeApi.Runtime runtime = runtimes.runtime(call);
        return Answer.ok(urls.json(
                endpoint.get(),
                runtime.name(),
                parts.store().documents().everything(runtime.factory()).stream()
                        .map(StoredDocument::document)
                        .toList()));
    }
}
