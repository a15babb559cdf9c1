package dev.sluice.node.tools;

import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.node.agent.HttpsService;
import dev.sluice.node.agent.NodeIdentity;
import dev.sluice.node.agent.ServiceTrust;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.wire.RegisterRequest;
import dev.sluice.wire.RegisterResponse;
import dev.sluice.wire.UnregisterResponse;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a data folder a node of a service, and ends that. The caller holds the folder's lock.
public final class Registration {
    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private final NodeFolder folder;
    private final InstantSource clock;
    private final Map<String, String> environment;

    /// @param environment says which proxy the system has
    public Registration(NodeFolder folder, Map<String, String> environment, InstantSource clock) {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    /// What is asked for.
    ///
    /// @param service address; empty to take the one in the key
    /// @param authorities certificates to trust besides, e.g. of an inspecting proxy
    /// @param nodeName wished name, unique in the group
    /// @param proxy how to get to the service, from now on
    /// @param maxConcurrentJobs most jobs this machine should ever run at once
    public record Wish(
            Optional<URI> service,
            RegistrationKey key,
            ProxySettings proxy,
            List<X509Certificate> authorities,
            String nodeName,
            String machineName,
            String version,
            int maxConcurrentJobs) {
        public Wish {
            authorities = List.copyOf(authorities);
        }
    }

    /// Makes a key pair, has it certified and keeps the result. What fails leaves the folder unregistered.
    ///
    /// @throws ProblemException [NodeFaults#ALREADY_REGISTERED], [NodeFaults#KEY_INVALID],
    ///     [NodeFaults#NAME_TAKEN], [NodeFaults#PROTOCOL_UNSUPPORTED], or why the service was not reached
    public NodeConfiguration register(Wish wish) throws InterruptedException {
        if (folder.isRegistered()) {
            NodeConfiguration there = folder.configuration();
            throw NodeFaults.ALREADY_REGISTERED.with("node", there.nodeName(), "service", there.service());
        }
        URI service = address(wish);
        NodeKeys keys = NodeKeys.create(folder.keys());
        boolean done = false;
        try {
            NodeConfiguration made = certified(wish, service, keys);
            done = true;
            return made;
        } catch (IOException e) {
            throw NodeFolder.unusable(folder.root(), e);
        } finally {
            if (!done) {
                forgetQuietly();
            }
        }
    }

    private NodeConfiguration certified(Wish wish, URI service, NodeKeys keys)
            throws IOException, InterruptedException {
        ServiceTrust trust = new ServiceTrust(wish.authorities(), wish.key().fingerprint());
        RegisterResponse answer;
        ProxyRules proxies = wish.proxy().rules(environment);
        try (HttpsService https = new HttpsService(service, trust, null, proxies, clock)) {
            answer = https.register(new RegisterRequest(
                    Wire.PROTOCOL,
                    wish.key().text(),
                    wish.nodeName(),
                    wish.machineName(),
                    wish.version(),
                    keys.certificateRequest(wish.nodeName()),
                    wish.maxConcurrentJobs()));
        }
        checkAuthority(wish.key(), answer, service);
        keys.accept(answer.certificate() + "\n" + answer.authority());
        if (!wish.authorities().isEmpty()) {
            folder.trust(wish.authorities());
        }
        if (!wish.proxy().equals(ProxySettings.USUAL)) {
            folder.proxy(keys, wish.proxy());
        }
        NodeConfiguration made = new NodeConfiguration(
                service,
                answer.nodeId(),
                answer.nodeName(),
                answer.runtimeName(),
                answer.factoryName() == null ? "" : answer.factoryName(),
                clock.instant(),
                answer.orders());
        folder.write(made);
        return made;
    }

    /// Who answered must be who made the key, whatever TLS said: a proxy that re-signs TLS is let through, another
    /// service is not.
    private static void checkAuthority(RegistrationKey key, RegisterResponse answer, URI service) {
        String presented = Certificates.fingerprint(Certificates.fromPem(answer.authority()));
        if (key.fingerprint().isPresent() && !key.fingerprint().get().equals(presented)) {
            throw NodeFaults.SERVICE_UNTRUSTED.with(
                    "host",
                    service.getHost(),
                    "port",
                    service.getPort() < 0 ? 443 : service.getPort(),
                    "detail",
                    "the authority it answered with is not the one the key names");
        }
    }

    private static URI address(Wish wish) {
        if (wish.service().isPresent()) {
            return wish.service().get();
        }
        String endpoint = wish.key()
                .endpoint()
                .orElseThrow(() -> NodeFaults.KEY_INVALID.with(
                        "detail", "it does not name the service's address; give it with --service URL."));
        try {
            return URI.create("https://" + endpoint);
        } catch (IllegalArgumentException e) {
            throw NodeFaults.KEY_INVALID.with("detail", "the address in it is not valid.");
        }
    }

    private void forgetQuietly() {
        try {
            folder.forget();
        } catch (IOException e) {
            LOG.warn("What a failed registration left in {} cannot be removed: {}", folder.root(), e.getMessage());
        }
    }

    /// The service as this registered node reaches it.
    ///
    /// @throws ProblemException when the folder holds no usable registration
    public HttpsService service(NodeConfiguration configuration, NodeKeys keys) {
        return new HttpsService(
                configuration.service(),
                trust(keys),
                new NodeIdentity(configuration.nodeId(), keys.privateKey()),
                proxies(keys),
                clock);
    }

    /// The rules of proxies that are set for this node now.
    public ProxyRules proxies(NodeKeys keys) {
        return folder.proxy(keys).rules(environment);
    }

    /// Whom this registered node takes for its service now.
    public ServiceTrust trust(NodeKeys keys) {
        try {
            List<X509Certificate> authorities =
                    new ArrayList<>(List.of(keys.identity().chain().getLast()));
            authorities.addAll(folder.trusted());
            return new ServiceTrust(authorities, Optional.empty());
        } catch (IOException e) {
            throw NodeFolder.unusable(folder.keys(), e);
        }
    }

    /// Ends the registration, with the service first.
    ///
    /// @param force forget it here even when the service cannot be told
    /// @return what the service said; empty when it was not told
    public Optional<UnregisterResponse> unregister(boolean force) throws InterruptedException {
        NodeConfiguration configuration = folder.configuration();
        Optional<UnregisterResponse> told = Optional.empty();
        try {
            NodeKeys keys = NodeKeys.load(folder.keys());
            try (HttpsService https = service(configuration, keys)) {
                told = Optional.of(https.unregister());
            }
        } catch (ProblemException e) {
            if (!force) {
                throw e;
            }
        }
        try {
            folder.end(configuration.nodeName(), NodeFolder.Ended.UNREGISTERED, clock.instant());
        } catch (IOException e) {
            throw NodeFolder.unusable(folder.root(), e);
        }
        return told;
    }

    /// Certificates from a PEM file that a person named.
    public static List<X509Certificate> authorities(Path file) {
        try {
            return Certificates.chainFromPem(java.nio.file.Files.readString(file));
        } catch (IOException e) {
            throw dev.sluice.diagnosis.DocumentFaults.FILE_UNREADABLE
                    .problem()
                    .evidence("path", file)
                    .evidence("detail", e.getClass().getSimpleName() + " " + e.getMessage())
                    .from(e)
                    .exception();
        }
    }
}
