package dev.sluice.node.app;

import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.ProxySettings;
import dev.sluice.node.tools.Registration;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "How this node leaves its network: shows it and sets it, also while the node runs.",
        subcommands = {ProxyCommand.Show.class, ProxyCommand.Set.class, CommandLine.HelpCommand.class},
        footer = {
            "",
            "Examples:",
            "  sluice node proxy set --proxy http://proxy.corp.example:8080 --proxy-user svc --proxy-password-file pw",
            "  sluice node proxy set --proxy system",
            "  sluice node proxy show",
            "",
            "The settings are kept sealed to the node's certificate."
        })
final class ProxyCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// What `show` says; the password stays where it is.
    record Shown(String mode, String proxy, String user, boolean password, List<String> bypass) {}

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows what is set, without the password.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private DataOption data = new DataOption();

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FORM",
                defaultValue = "table",
                description = "table or json (default: ${DEFAULT-VALUE}).")
        private Form form = Form.TABLE;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        private enum Form {
            TABLE,
            JSON
        }

        @Override
        public Integer call() {
            NodeFolder folder = data.folder();
            folder.configuration();
            ProxySettings set = folder.proxy(NodeKeys.load(folder.keys()));
            String proxy = set.mode() == ProxySettings.Mode.SYSTEM
                    ? set.rules(System.getenv()).https().map(Object::toString).orElse("")
                    : set.address();
            Shown shown = new Shown(
                    set.mode().name().toLowerCase(Locale.ROOT),
                    proxy,
                    set.user(),
                    !set.password().isEmpty(),
                    set.bypass());
            PrintWriter out = spec.commandLine().getOut();
            if (form == Form.JSON) {
                out.println(new String(Wire.encode(shown), StandardCharsets.UTF_8));
                return 0;
            }
            out.printf("%-10s %s%n", "Mode", shown.mode());
            out.printf("%-10s %s%n", "Proxy", shown.proxy().isEmpty() ? "none" : shown.proxy());
            if (!shown.user().isEmpty()) {
                out.printf("%-10s %s, password %s%n", "User", shown.user(), shown.password() ? "set" : "not set");
            }
            if (!shown.bypass().isEmpty()) {
                out.printf("%-10s %s%n", "Bypass", String.join(", ", shown.bypass()));
            }
            return 0;
        }
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = "Sets it. A running node takes it over within two seconds; jobs that run keep what they began"
                    + " with.")
    static final class Set implements Callable<Integer> {
        @Mixin
        private DataOption data = new DataOption();

        @Mixin
        private ProxyOptions proxy = new ProxyOptions();

        @Option(
                names = "--ca",
                paramLabel = "FILE",
                description =
                        "Certificates (PEM) to trust besides, instead of those given before: of a proxy that re-signs"
                                + " TLS.")
        private @Nullable Path ca;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            if (!proxy.given() && ca == null) {
                throw new IllegalArgumentException("--proxy or --ca is needed");
            }
            NodeFolder folder = data.folder();
            folder.configuration();
            NodeKeys keys = NodeKeys.load(folder.keys());
            if (ca != null) {
                folder.trust(Registration.authorities(ca));
            }
            ProxySettings settings = proxy.settings();
            if (proxy.given()) {
                folder.proxy(keys, settings);
            }
            spec.commandLine()
                    .getOut()
                    .println(folder.holder().isPresent() ? "set; the running node takes it over" : "set");
            return 0;
        }
    }
}
