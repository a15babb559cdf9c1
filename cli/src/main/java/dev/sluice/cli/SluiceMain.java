package dev.sluice.cli;

import dev.sluice.cli.client.ServiceException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `main()` of the `sluice` command.
@Command(
        name = "sluice",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "An open integration runtime: runs Data Factory pipelines on machines of your own.",
        footer = {
            "",
            "First steps:",
            "  sluice demo                              move real data and verify it, nothing needed",
            "  sluice run FOLDER --pipeline NAME        run a pipeline of a Git folder, without a service",
            "  sluice up                                a service and a node for development",
            "",
            "Exit codes: 0 success, 1 failure, 2 wrong usage, 3 a prerequisite is missing."
        })
public final class SluiceMain implements Runnable {
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private SluiceMain() {}

    /// The whole command line, ready to execute.
    static CommandLine commandLine() {
        return commandLine(word -> true);
    }

    /// The command line for these arguments: whole where they lead.
    static CommandLine commandLine(String[] args) {
        String first = args.length == 0 ? "" : args[0];
        return first.equals("help") ? commandLine() : commandLine(first::equals);
    }

    private static CommandLine commandLine(Predicate<String> whole) {
        CommandLine line = new CommandLine(new SluiceMain());
        for (Commands command : Commands.values()) {
            line.addSubcommand(command.word(), whole.test(command.word()) ? command.whole() : command.listed());
        }
        line.addSubcommand(new CommandLine.HelpCommand());
        line.setUsageHelpWidth(100);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // `@file` is a value of ours (as in az), not a file of arguments.
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler((e, at, parsed) -> explain(e, at.getErr()));
        return line;
    }

    static int explain(Exception e, PrintWriter err) {
        switch (e) {
            case ServiceException s -> {
                err.println("error: " + s.code() + ": " + s.getMessage());
                s.hints().forEach(hint -> err.println("       " + hint));
                return FAILED;
            }
            case IllegalArgumentException wrong -> {
                err.println("error: " + wrong.getMessage());
                return WRONG_USAGE;
            }
            case UncheckedIOException io -> {
                err.println("error: " + io.getMessage());
                return FAILED;
            }
            default -> {
                err.println("error: " + describe(e));
                return FAILED;
            }
        }
    }

    private static String describe(Exception e) {
        @Nullable String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exit = commandLine(args).setOut(out).setErr(err).execute(args);
        out.flush();
        System.exit(exit);
    }
}
