package dev.sluice.node.tools;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.node.agent.AgentStatus;
import dev.sluice.node.agent.DurableFile;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Envelope;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.secrets.Secret;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node's data folder.
///
/// ```
/// node.json       registration; node.json.bak is the copy it is restored from when it is damaged
/// keys/           node.key, node.pem; trusted.pem with certificates given by --ca        (0700)
/// proxy.cms       how it gets out, sealed to the node's certificate
/// ended.json      when and by whom the registration was ended
/// status.json     the running host's view of itself
/// host.json       what was set for the host while it runs: a verbose log, no new jobs, the console
/// lock            held by the running host, names its process
/// spool/ jobs/    reports not yet acknowledged; jobs not yet reported
/// scratch/        temporary files of jobs
/// logs/           node.log and its predecessors
/// versions/       versions of the software beside the installed one
/// requests/       what commands ask of the running host
/// ```
public final class NodeFolder {
    private static final Logger LOG = LoggerFactory.getLogger(NodeFolder.class);

    private final Path root;

    public NodeFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /// `$XDG_DATA_HOME/sluice/node`, by default `~/.local/share/sluice/node`.
    public static Path usual(Map<String, String> environment) {
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base = data.isBlank() ? Path.of(System.getProperty("user.home"), ".local", "share") : Path.of(data);
        return base.resolve("sluice").resolve("node");
    }

    public Path root() {
        return root;
    }

    public Path keys() {
        return root.resolve("keys");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    /// Versions of the software beside the installed one.
    public Path versions() {
        return root.resolve("versions");
    }

    /// Public keys of the makers of updates that are trusted.
    public Path updateKeys() {
        return keys().resolve("updates.pem");
    }

    /// What the firewall lets out, beside what the service has announced.
    public AllowList allowList() {
        return new AllowList(root);
    }

    /// What commands ask of the running host.
    public HostRequests requests(java.time.InstantSource clock) {
        return new HostRequests(root.resolve("requests"), clock);
    }

    Path configurationFile() {
        return root.resolve("node.json");
    }

    private Path copyFile() {
        return root.resolve("node.json.bak");
    }

    private Path statusFile() {
        return root.resolve("status.json");
    }

    private Path settingsFile() {
        return root.resolve("host.json");
    }

    /// What was set for the host; the usual when nothing was, or when it cannot be read.
    public HostSettings settings() {
        try {
            return Files.exists(settingsFile())
                    ? Wire.decode(Files.readAllBytes(settingsFile()), HostSettings.class)
                    : HostSettings.USUAL;
        } catch (IOException | ProblemException e) {
            LOG.warn("{} cannot be read, what is usual holds: {}", settingsFile(), e.getMessage());
            return HostSettings.USUAL;
        }
    }

    /// Keeps what was set for the host. A running one is told by [#requests].
    public void settings(HostSettings settings) {
        try {
            DurableFile.folder(root);
            DurableFile.write(settingsFile(), Wire.encode(settings));
        } catch (IOException e) {
            throw unusable(settingsFile(), e);
        }
    }

    private Path proxyFile() {
        return root.resolve("proxy.cms");
    }

    /// Certificates that are trusted besides; need not exist.
    public Path trustedFile() {
        return keys().resolve("trusted.pem");
    }

    /// Makes the folder if needed and takes it for this process.
    ///
    /// @throws ProblemException [NodeFaults#LOCKED] naming the process that has it
    public FolderLock lock() {
        try {
            DurableFile.folder(root);
            return FolderLock.take(root, root.resolve("lock"));
        } catch (IOException e) {
            throw unusable(root, e);
        }
    }

    /// The process that holds the folder, if one does.
    public OptionalLong holder() {
        try {
            return FolderLock.holder(root.resolve("lock"));
        } catch (IOException e) {
            throw unusable(root, e);
        }
    }

    public boolean isRegistered() {
        return Files.exists(configurationFile()) || Files.exists(copyFile());
    }

    /// The registration. A damaged file is restored from its copy.
    ///
    /// @throws ProblemException [NodeFaults#NOT_REGISTERED], or [NodeFaults#CONFIGURATION_DAMAGED] when
    ///     the copy is of no use either
    public NodeConfiguration configuration() {
        if (!isRegistered()) {
            throw unregistered();
        }
        try {
            return read(configurationFile());
        } catch (IOException | ProblemException damaged) {
            return restored(damaged);
        }
    }

    /// Which of the ways without a registration this is: there never was one, it was ended, its files were deleted.
    private ProblemException unregistered() {
        Ended ended = ended();
        if (ended != null) {
            return (ended.how().equals(Ended.MOVED) ? NodeFaults.MOVED_AWAY : NodeFaults.UNREGISTERED)
                    .with("path", root, "node", ended.nodeName(), "user", ended.user(), "at", ended.at());
        }
        return NodeKeys.exist(keys())
                ? NodeFaults.CONFIGURATION_LOST.with("path", root)
                : NodeFaults.NOT_REGISTERED.with("path", root);
    }

    /// How a registration in this folder was ended.
    ///
    /// @param user of the operating system
    record Ended(String nodeName, String how, String user, Instant at) {
        static final String UNREGISTERED = "unregistered";
        static final String MOVED = "moved";
    }

    private @Nullable Ended ended() {
        try {
            return Files.exists(endedFile()) ? Wire.decode(Files.readAllBytes(endedFile()), Ended.class) : null;
        } catch (IOException | ProblemException e) {
            LOG.debug("{} cannot be read: {}", endedFile(), e.getMessage());
            return null;
        }
    }

    private Path endedFile() {
        return root.resolve("ended.json");
    }

    private NodeConfiguration restored(Exception damaged) {
        try {
            NodeConfiguration copy = read(copyFile());
            DurableFile.write(configurationFile(), Wire.encode(copy));
            LOG.warn("{} was damaged and has been restored from its copy: {}", configurationFile(), damaged.toString());
            return copy;
        } catch (IOException | ProblemException e) {
            throw unusable(configurationFile(), damaged);
        }
    }

    private static NodeConfiguration read(Path file) throws IOException {
        NodeConfiguration read = Wire.decode(Files.readAllBytes(file), NodeConfiguration.class);
        if (read.service() == null || read.nodeId() == null || read.nodeName() == null) {
            throw new IOException(file.getFileName() + " is not complete");
        }
        return read;
    }

    /// The registration with the service at another address, written down: it moved, and the node still trusts the
    /// authority it registered with, so that a stranger at that address is refused.
    public NodeConfiguration moved(NodeConfiguration node, URI service) throws IOException {
        NodeConfiguration moved = new NodeConfiguration(
                service,
                node.nodeId(),
                node.nodeName(),
                node.runtimeName(),
                node.factoryName(),
                node.registeredAt(),
                node.orders());
        write(moved);
        return moved;
    }

    void write(NodeConfiguration configuration) throws IOException {
        byte[] json = Wire.encode(configuration);
        DurableFile.write(copyFile(), json);
        DurableFile.write(configurationFile(), json);
        DurableFile.delete(endedFile());
    }

    /// How this node gets out; the usual way when nothing was set.
    ///
    /// @throws ProblemException when the settings cannot be opened or read
    public ProxySettings proxy(NodeKeys keys) {
        try {
            if (!Files.exists(proxyFile())) {
                return ProxySettings.USUAL;
            }
            try (Secret opened = Envelope.open(
                    Files.readString(proxyFile()),
                    keys.privateKey(),
                    keys.identity().certificate())) {
                return Wire.decode(opened.reveal().getBytes(StandardCharsets.UTF_8), ProxySettings.class);
            }
        } catch (IOException e) {
            throw unusable(proxyFile(), e);
        }
    }

    /// Keeps how this node gets out. A running host takes it over within a second or two.
    public void proxy(NodeKeys keys, ProxySettings settings) {
        try {
            String sealed =
                    Envelope.seal(Wire.encode(settings), List.of(keys.identity().certificate()));
            DurableFile.write(proxyFile(), sealed.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw unusable(proxyFile(), e);
        }
    }

    /// Changes whenever the way out was set anew: its settings or the certificates that are trusted.
    String wayStamp() throws IOException {
        StringBuilder stamp = new StringBuilder();
        for (Path file : List.of(proxyFile(), trustedFile())) {
            stamp.append(Files.exists(file) ? Files.getLastModifiedTime(file) + " " + Files.size(file) : "-")
                    .append(';');
        }
        return stamp.toString();
    }

    /// Certificates that are trusted besides the service's authority.
    List<X509Certificate> trusted() throws IOException {
        return Files.exists(trustedFile()) ? Certificates.chainFromPem(Files.readString(trustedFile())) : List.of();
    }

    /// Trusts these besides the service's authority, instead of those before.
    public void trust(List<X509Certificate> certificates) throws IOException {
        DurableFile.folder(keys());
        DurableFile.write(trustedFile(), Certificates.toPem(certificates).getBytes(StandardCharsets.US_ASCII));
    }

    /// Removes the registration, and notes that it was ended and by whom.
    void end(String nodeName, String how, Instant at) throws IOException {
        DurableFile.write(
                endedFile(), Wire.encode(new Ended(nodeName, how, System.getProperty("user.name", "unknown"), at)));
        forget();
    }

    /// Removes the registration: key, certificates, configuration. Logs and the spool stay.
    void forget() throws IOException {
        DurableFile.delete(configurationFile());
        DurableFile.delete(copyFile());
        DurableFile.delete(statusFile());
        DurableFile.delete(proxyFile());
        for (String name : List.of("node.key", "node.pem", "trusted.pem")) {
            if (Files.isDirectory(keys())) {
                DurableFile.delete(keys().resolve(name));
            }
        }
    }

    /// Keeps the running host's view of itself for [NodeReport].
    public void writeStatus(AgentStatus status) {
        try {
            DurableFile.writeFast(statusFile(), Wire.encode(status));
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", statusFile(), e.getMessage());
        }
    }

    /// What the host last wrote; empty when there is nothing that can be read.
    Optional<AgentStatus> status() {
        try {
            return Files.exists(statusFile())
                    ? Optional.of(Wire.decode(Files.readAllBytes(statusFile()), AgentStatus.class))
                    : Optional.empty();
        } catch (IOException | ProblemException e) {
            LOG.debug("{} cannot be read: {}", statusFile(), e.getMessage());
            return Optional.empty();
        }
    }

    static ProblemException unusable(Path path, Exception e) {
        return NodeFaults.CONFIGURATION_DAMAGED
                .problem()
                .evidence("path", path)
                .evidence("detail", e.getClass().getSimpleName() + " " + e.getMessage())
                .from(e)
                .exception();
    }
}
