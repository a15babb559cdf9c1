package dev.sluice.node.app;

import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.diagnosis.ConsoleFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.model.Json;
import dev.sluice.node.agent.HttpsService;
import dev.sluice.node.agent.network.NetworkWalk;
import dev.sluice.node.agent.network.Target;
import dev.sluice.node.app.console.ConsoleApi;
import dev.sluice.node.app.console.ConsolePin;
import dev.sluice.node.app.console.ConsoleServer;
import dev.sluice.node.app.console.Running;
import dev.sluice.node.app.diagnose.NetworkCommand;
import dev.sluice.node.tools.HostSettings;
import dev.sluice.node.tools.MachineName;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.ProxySettings;
import dev.sluice.node.tools.Registration;
import dev.sluice.node.tools.RegistrationKey;
import dev.sluice.node.tools.log.LogFilter;
import dev.sluice.node.tools.preflight.Finding;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;

/// The local console of this process, open while somebody uses it. Thread-safe.
final class Console implements ConsoleApi.Outward {
    private static final Logger LOG = LoggerFactory.getLogger(Console.class);
    private static final Duration UNUSED = Duration.ofMinutes(30);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int HTTPS = 443;

    private final NodeFolder folder;
    private final @Nullable Running running;
    private @Nullable ConsoleServer open;

    /// @param running null when the node does not run
    Console(NodeFolder folder, @Nullable Running running) {
        this.folder = folder;
        this.running = running;
    }

    static ConsolePin pin(NodeFolder folder) {
        return new ConsolePin(folder.root().resolve("console.pin"), InstantSource.system());
    }

    /// Opens it unless it is.
    ///
    /// @param port 0 for the one that is set
    /// @return its address
    synchronized String open(int port) {
        HostSettings set = folder.settings();
        if (set.consoleOff()) {
            throw ConsoleFaults.CLOSED.with();
        }
        ConsoleServer there = open;
        if (there != null && (port == 0 || port == there.port())) {
            return there.url();
        }
        close();
        ConsolePin pin = pin(folder);
        pin.text();
        ConsoleServer made = ConsoleServer.start(
                port == 0 ? set.consolePort() : port,
                pin,
                new ConsoleApi(folder, running, this),
                InstantSource.system());
        open = made;
        LOG.info("The console is open at {}", made.url());
        Thread.ofPlatform().name("console-end").daemon().start(() -> closeUnused(made));
        return made.url();
    }

    private void closeUnused(ConsoleServer server) {
        try {
            while (server.unused().compareTo(UNUSED) < 0 && !folder.settings().consoleOff()) {
                TimeUnit.SECONDS.sleep(2);
            }
        } catch (InterruptedException e) {
            LOG.debug("the console is closed");
        }
        synchronized (this) {
            server.close();
            if (open == server) {
                open = null;
            }
        }
        LOG.info("The console is closed");
    }

    private void close() {
        ConsoleServer there = open;
        if (there != null) {
            there.close();
            open = null;
        }
    }

    /// Waits until it is closed.
    void awaitClosed() throws InterruptedException {
        while (isOpen()) {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private synchronized boolean isOpen() {
        return open != null;
    }

    @Override
    public String version() {
        return NodeVersion.text();
    }

    @Override
    public String capacity() {
        return new CapacityOptions().range().text();
    }

    @Override
    public void register(
            Registration registration, RegistrationKey key, String name, ProxySettings proxy, Optional<URI> service)
            throws InterruptedException {
        String machine = MachineName.find(System.getenv());
        PreflightCommand.of(folder).require();
        registration.register(new Registration.Wish(
                service,
                key,
                proxy,
                List.of(),
                name.isBlank() ? machine : name,
                machine,
                NodeVersion.text(),
                new CapacityOptions().capacity().jobs()));
    }

    @Override
    public void start() {
        String launcher = System.getProperty("sluice.launcher", "");
        List<String> line = launcher.isEmpty()
                ? List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeMain.class.getName(),
                        "start")
                : List.of(launcher, "node", "start");
        List<String> command = new ArrayList<>(line);
        command.addAll(List.of("--data", folder.root().toString()));
        try {
            Files.createDirectories(folder.logs());
            Path out = folder.logs().resolve("start.out");
            new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
        } catch (IOException e) {
            throw DocumentFaults.FILE_UNREADABLE
                    .problem()
                    .evidence("path", command.getFirst())
                    .evidence("detail", String.valueOf(e.getMessage()))
                    .from(e)
                    .exception();
        }
    }

    @Override
    public List<Finding> preflight() {
        return PreflightCommand.findings(folder, new CapacityOptions());
    }

    @Override
    public ArrayNode network(List<String> servers) {
        ArrayNode walks = Json.array();
        Registration registration = new Registration(folder, System.getenv(), InstantSource.system());
        try {
            ProxyRules rules = ProxyRules.fromEnvironment(System.getenv());
            if (folder.isRegistered()) {
                NodeKeys keys = NodeKeys.load(folder.keys());
                rules = registration.proxies(keys);
                URI to = folder.configuration().service();
                SSLContext trust = registration.trust(keys).context();
                walks.add(Json.parse(Wire.encode(
                        walk(rules, trust).to(Target.service(to.getHost(), to.getPort() < 0 ? HTTPS : to.getPort())))));
            }
            NetworkWalk others = walk(rules, SSLContext.getDefault());
            for (String server : servers) {
                walks.add(Json.parse(Wire.encode(others.to(NetworkCommand.target(server)))));
            }
            return walks;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has TLS", e);
        }
    }

    private static NetworkWalk walk(ProxyRules rules, SSLContext trust) {
        return new NetworkWalk(rules, trust, PATIENCE, InstantSource.system());
    }

    @Override
    public String sendLogs(LogFilter filter) throws InterruptedException {
        NodeKeys keys = NodeKeys.load(folder.keys());
        Registration registration = new Registration(folder, System.getenv(), InstantSource.system());
        try (HttpsService service = registration.service(folder.configuration(), keys)) {
            return NodeAbout.sender(folder, service::logs).send(filter);
        }
    }
}
