package dev.sluice.node.app.diagnose;

import dev.sluice.diagnosis.ProblemException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `main()` of `sluice diagnose` and `sluice certificate`; the first argument is the command's word.
public final class DiagnoseMain {
    /// The command did what it was to do, and what it looked at is not in order.
    static final int NOT_IN_ORDER = 1;

    /// Wrong usage, or input that cannot be read.
    static final int WRONG_INPUT = 2;

    private static final Map<String, Supplier<Object>> COMMANDS =
            new TreeMap<>(Map.of("diagnose", Diagnose::new, "certificate", Certificate::new));

    private DiagnoseMain() {}

    @Command(
            name = "sluice diagnose",
            mixinStandardHelpOptions = true,
            synopsisSubcommandLabel = "COMMAND",
            description = "Finds out what is wrong between this machine and others.",
            subcommands = {NetworkCommand.class, TraceCommand.class, CommandLine.HelpCommand.class},
            footer = {
                "",
                "Exit codes: 0 all in order, 1 something is wrong (and is said), 2 wrong usage or unreadable input."
            })
    static final class Diagnose implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    @Command(
            name = "sluice certificate",
            mixinStandardHelpOptions = true,
            synopsisSubcommandLabel = "COMMAND",
            description = "Looks at certificates, of servers and in files.",
            subcommands = {CertificateCommand.class, CommandLine.HelpCommand.class},
            footer = {"", "Exit codes: 0 valid, 1 not valid (and why), 2 wrong usage or nothing to look at."})
    static final class Certificate implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    /// The command line of a word; null when there is no such command.
    static @Nullable CommandLine commandLine(String word) {
        Supplier<Object> command = COMMANDS.get(word);
        if (command == null) {
            return null;
        }
        CommandLine line = new CommandLine(command.get());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(100);
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler((e, at, parsed) -> {
            if (e instanceof ProblemException p) {
                at.getErr().println("error: " + p.problem());
                p.problem().resolution().forEach(step -> at.getErr().println("       " + step));
            } else {
                at.getErr().println("error: " + e.getMessage());
            }
            return WRONG_INPUT;
        });
        return line;
    }

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandLine line = args.length == 0 ? null : commandLine(args[0]);
        if (line == null) {
            err.println("error: a command is expected: " + String.join(", ", COMMANDS.keySet()));
            System.exit(WRONG_INPUT);
            return;
        }
        int exit = line.setOut(out).setErr(err).execute(Arrays.copyOfRange(args, 1, args.length));
        out.flush();
        System.exit(exit);
    }
}
