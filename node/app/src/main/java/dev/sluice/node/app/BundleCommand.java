package dev.sluice.node.app;

import dev.sluice.node.tools.update.BundleMaker;
import dev.sluice.node.tools.update.BundleManifest;
import dev.sluice.node.tools.update.Switch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bundle",
        mixinStandardHelpOptions = true,
        description = {
            "Makes an update bundle of this installation, for nodes that trust the key: one file with the jars and start-up"
                    + " caches of a node, and a signed list of their hashes.",
            "Nodes take it by 'sluice node update --file', or from the service's folder of updates."
        },
        footer = {
            "",
            "A key pair, once; the private half stays with whoever makes bundles:",
            "  openssl genpkey -algorithm ed25519 -out private.pem",
            "  openssl pkey -in private.pem -pubout -out public.pem",
            "",
            "Example:",
            "  sluice node bundle --version 0.2.0 --key private.pem --out 0.2.0.bundle"
        })
final class BundleCommand implements Callable<Integer> {
    private static final int LOWEST_JAVA = 25;

    @Option(
            names = "--as-version",
            paramLabel = "VERSION",
            description = "The version's name (default: that of this installation).")
    private @Nullable String version;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "The private key (PEM, Ed25519) that signs the manifest.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path key;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The bundle.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Option(
            names = "--java",
            paramLabel = "N",
            defaultValue = "" + LOWEST_JAVA,
            description = "The lowest Java that it runs on (default: ${DEFAULT-VALUE}); nodes with a lower one stay on"
                    + " their version and say so.")
    private int java = LOWEST_JAVA;

    @Option(
            names = "--lib",
            paramLabel = "DIR",
            description = "The folder of jars (default: those that this command runs from).")
    private @Nullable Path lib;

    @Option(
            names = "--aot",
            paramLabel = "DIR",
            description = "The folder of start-up caches (default: those of this installation).")
    private @Nullable Path aot;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path jars = lib == null ? folder("sluice.lib") : lib;
        Path caches = aot == null ? jars.resolveSibling("aot") : aot;
        BundleManifest made = BundleMaker.make(
                jars, caches, version == null ? NodeVersion.text() : version, java, hostFlags(), key, out);
        spec.commandLine()
                .getOut()
                .println("bundle of version " + made.version() + ", "
                        + made.files().size() + " files, " + (made.bytes() >> 20) + " MB: " + out);
        return 0;
    }

    private static Path folder(String property) {
        @Nullable String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalArgumentException("give the folder of jars with --lib DIR");
        }
        return Path.of(value);
    }

    /// The launcher gives this command the flags of a node's host: they are what the version is to be started with.
    private static List<String> hostFlags() throws IOException {
        List<String> command = Switch.ownCommand();
        int path = command.indexOf("-cp");
        return command.subList(1, path < 1 ? 1 : path).stream()
                .filter(flag -> flag.startsWith("-X") || flag.startsWith("--"))
                .filter(flag -> !flag.startsWith("-XX:AOTCache"))
                .toList();
    }
}
