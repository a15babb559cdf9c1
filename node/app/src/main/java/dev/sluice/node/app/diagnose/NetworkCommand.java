package dev.sluice.node.app.diagnose;

import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.data.spi.outbound.WayOut;
import dev.sluice.node.agent.ServiceTrust;
import dev.sluice.node.agent.network.NetworkWalk;
import dev.sluice.node.agent.network.Step;
import dev.sluice.node.agent.network.Target;
import dev.sluice.node.agent.network.Walk;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.Registration;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.wire.Wire;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "network",
        mixinStandardHelpOptions = true,
        description = {
            "Walks from this machine to the service, and to other servers that are named, hop by hop: resolver, TCP,"
                    + " proxy, TLS, HTTP, clocks. Says at which hop a way ends, why, and what to ask the network team"
                    + " for.",
            "",
            "The service and the proxy are those of the node in the data folder; without one give --service."
        },
        footer = {
            "",
            "Examples:",
            "  sluice diagnose network",
            "  sluice diagnose network db.corp.example:5432 https://acct.blob.core.windows.net",
            "  sluice diagnose network --service https://sluice.corp.example:8443 --proxy http://proxy:3128 -o json"
        })
public final class NetworkCommand implements Callable<Integer> {
    private static final Pattern SERVER =
            Pattern.compile("(https?://)?(?:\\[([0-9A-Fa-f:.]+)]|([^:/\\[\\]]+))(?::(\\d{1,5}))?(?:/.*)?");

    @Parameters(
            arity = "0..*",
            paramLabel = "HOST:PORT|URL",
            description = "More servers: HOST:PORT (name and port are tried) or https://HOST[:PORT].")
    private List<String> servers = new ArrayList<>();

    @Option(names = "--data", paramLabel = "FOLDER", description = "The node's data folder (default: the usual one).")
    private @Nullable Path data;

    @Option(names = "--service", paramLabel = "URL", description = "The service, instead of the node's.")
    private @Nullable URI service;

    @Option(
            names = "--proxy",
            paramLabel = "none|system|URL",
            description =
                    "The way out, instead of the node's: none, HTTPS_PROXY of the environment, or http://HOST:PORT.")
    private @Nullable String proxy;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "5",
            description = "Patience with each hop (default: ${DEFAULT-VALUE}).")
    private int seconds = 5;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "table or json (default: ${DEFAULT-VALUE}).")
    private Form form = Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /// What `-o json` says.
    record Report(boolean inOrder, List<Walk> walks) {}

    @Override
    public Integer call() throws NoSuchAlgorithmException {
        List<Walk> walks = walks();
        boolean inOrder = walks.stream().allMatch(Walk::inOrder);
        PrintWriter out = spec.commandLine().getOut();
        switch (form) {
            case JSON -> out.println(new String(Wire.encode(new Report(inOrder, walks)), StandardCharsets.UTF_8));
            case TABLE -> walks.forEach(walk -> table(walk, out));
        }
        return inOrder ? 0 : DiagnoseMain.NOT_IN_ORDER;
    }

    private List<Walk> walks() throws NoSuchAlgorithmException {
        NodeFolder folder = new NodeFolder(data == null ? NodeFolder.usual(System.getenv()) : data);
        @Nullable NodeKeys keys = folder.isRegistered() ? NodeKeys.load(folder.keys()) : null;
        Registration registration = new Registration(folder, System.getenv(), InstantSource.system());
        ProxyRules rules = rules(registration, keys);
        WayOut.trustBesides(folder.trustedFile());
        List<Walk> walks = new ArrayList<>();
        @Nullable
        URI to = service != null
                ? service
                : keys == null ? null : folder.configuration().service();
        if (to != null) {
            ServiceTrust trust =
                    keys == null ? new ServiceTrust(List.of(), Optional.empty()) : registration.trust(keys);
            walks.add(walk(rules, trust.context())
                    .to(Target.service(to.getHost(), to.getPort() < 0 ? 443 : to.getPort())));
        } else if (servers.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no node in " + folder.root() + ": give --service URL or servers");
        }
        NetworkWalk others = walk(rules, SSLContext.getDefault());
        servers.forEach(server -> walks.add(others.to(target(server))));
        return walks;
    }

    private ProxyRules rules(Registration registration, @Nullable NodeKeys keys) {
        if (proxy == null) {
            return keys == null ? ProxyRules.fromEnvironment(System.getenv()) : registration.proxies(keys);
        }
        return switch (proxy) {
            case "none" -> ProxyRules.NONE;
            case "system" -> ProxyRules.fromEnvironment(System.getenv());
            default -> ProxyRules.of(proxy, proxy, List.of());
        };
    }

    private NetworkWalk walk(ProxyRules rules, SSLContext trust) {
        return new NetworkWalk(rules, trust, Duration.ofSeconds(Math.max(1, seconds)), InstantSource.system());
    }

    /// What a server is called by: `HOST:PORT` or `https://HOST[:PORT]`.
    ///
    /// @throws IllegalArgumentException when it is neither
    public static Target target(String text) {
        Matcher server = SERVER.matcher(text);
        if (!server.matches()) {
            throw new IllegalArgumentException("'" + text + "' is neither HOST:PORT nor https://HOST");
        }
        String host = server.group(2) == null ? server.group(3) : server.group(2);
        boolean tls = "https://".equals(server.group(1));
        if (server.group(4) == null && server.group(1) == null) {
            throw new IllegalArgumentException("'" + text + "' names no port");
        }
        int port = server.group(4) == null ? (tls ? 443 : 80) : Integer.parseInt(server.group(4));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
        return tls ? Target.https(host, port) : Target.plain(host, port);
    }

    private static void table(Walk walk, PrintWriter out) {
        out.println(walk.target() + (walk.proxy().isEmpty() ? "" : " through the proxy " + walk.proxy()));
        for (Step step : walk.steps()) {
            out.printf("  %-9s %-10s %6d ms  %s%n", step.hop(), step.outcome(), step.millis(), step.detail());
        }
        if (!walk.inOrder()) {
            out.printf("  error: %s: %s%n", walk.code(), walk.cause());
            walk.resolution().forEach(line -> out.println("  → " + line));
        }
        out.println("  rule: " + walk.rule());
        out.println();
    }
}
