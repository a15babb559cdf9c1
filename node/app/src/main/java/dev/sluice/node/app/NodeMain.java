package dev.sluice.node.app;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.secrets.PlatformHandlers;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `main()` of the node's host process and of the commands around it.
@Command(
        name = "sluice node",
        mixinStandardHelpOptions = true,
        versionProvider = NodeVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A node of a self-hosted integration runtime: runs its jobs on this machine.",
        subcommands = {
            RegisterCommand.class,
            StartCommand.class,
            StatusCommand.class,
            ProxyCommand.class,
            UnregisterCommand.class,
            UpdateCommand.class,
            BundleCommand.class,
            PreflightCommand.class,
            LogsCommand.class,
            VerboseCommand.class,
            ConsoleCommand.class,
            EncryptCommand.class,
            SwitchAccountCommand.class,
            CertificateMoveCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "A new node, in two steps:",
            "  sluice node register --service https://HOST:8443 --key-file KEY.txt",
            "  sluice node start",
            "",
            "The key is one of the integration runtime's two authentication keys. A node opens outbound HTTPS to the",
            "service and nothing else; behind a proxy give --proxy or set HTTPS_PROXY.",
            "",
            "Exit codes: 0 success, 1 failure, 2 wrong usage."
        })
public final class NodeMain implements Runnable {
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private static volatile List<String> arguments = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    NodeMain() {}

    /// The whole command line, ready to execute.
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new NodeMain());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // `@` belongs to keys.
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler((e, at, parsed) -> explain(e, at.getErr()));
        return line;
    }

    private static int explain(Exception e, PrintWriter err) {
        if (e instanceof ProblemException p) {
            err.println("error: " + p.problem().code() + ": " + p.problem().message());
            p.problem().resolution().forEach(step -> err.println("       " + step));
            return FAILED;
        }
        if (e instanceof IllegalArgumentException) {
            err.println("error: " + e.getMessage());
            return WRONG_USAGE;
        }
        LoggerFactory.getLogger(NodeMain.class).error("Unexpected error", e);
        @Nullable String message = e.getMessage();
        err.println("error: " + (message == null ? e.getClass().getSimpleName() : message));
        return FAILED;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// The command line of this process.
    static List<String> arguments() {
        return arguments;
    }

    private static int execute(PrintWriter out, PrintWriter err) {
        if (Dmgcmd.speaks(arguments)) {
            try {
                arguments = Dmgcmd.translate(arguments.subList(1, arguments.size()));
            } catch (IllegalArgumentException e) {
                err.println("error: " + e.getMessage());
                return WRONG_USAGE;
            }
        }
        return commandLine().setOut(out).setErr(err).execute(arguments.toArray(String[]::new));
    }

    public static void main(String[] args) {
        arguments = List.of(args);
        PlatformHandlers.use();
        NodeLogging.provide();
        // Else the HTTP client starts a management server to find this out: some 300 classes in an idle process.
        System.setProperty("org.eclipse.jetty.util.referencesPerCacheLine", "16");
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exit = execute(out, err);
        out.flush();
        System.exit(exit);
    }
}
