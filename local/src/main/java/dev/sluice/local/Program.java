package dev.sluice.local;

import dev.sluice.cli.client.ServiceException;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.local.deploy.DeployCommand;
import dev.sluice.local.deploy.ExportCommand;
import dev.sluice.secrets.PlatformHandlers;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// `main()` of the commands that work on folders: `sluice run`, `sluice validate` and so on. The first argument is the
/// command.
public final class Program {
    /// The command did what it was to do, and what it looked at is not in order.
    static final int NOT_IN_ORDER = 1;

    /// Wrong usage, or input that cannot be read.
    static final int WRONG_INPUT = 2;

    private static final Map<String, Supplier<CommandLine>> COMMANDS = new TreeMap<>(Map.of(
            "run", LocalMain::commandLine,
            "copy", () -> line(new CopyCommand()),
            "preview", () -> line(new PreviewCommand()),
            "schema", () -> line(new SchemaCommand()),
            "validate", () -> line(new ValidateCommand()),
            "ssis", () -> line(new dev.sluice.local.ssis.SsisCommand()),
            "test", () -> line(new dev.sluice.local.spec.TestCommand()),
            "deploy", () -> line(new DeployCommand()),
            "export", () -> line(new ExportCommand()),
            "expression", () -> line(new ExpressionCommand())));

    static {
        COMMANDS.put("test-connection", () -> line(new TestConnectionCommand()));
        COMMANDS.put("verify", () -> line(new VerifyCommand()));
        COMMANDS.put("driver", () -> line(new dev.sluice.local.driver.DriverCommand()));
    }

    private Program() {}

    /// The command line of a command; null when there is no such command.
    public static @Nullable CommandLine commandLine(String word) {
        Supplier<CommandLine> command = COMMANDS.get(word);
        return command == null ? null : command.get();
    }

    /// A command line as all commands here have it.
    public static CommandLine line(Object command) {
        CommandLine line = new CommandLine(command);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(100);
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler((e, at, parsed) -> {
            if (e instanceof ServiceException s) {
                at.getErr().println("error: " + s.code() + ": " + s.getMessage());
                s.hints().forEach(hint -> at.getErr().println("       " + hint));
                return NOT_IN_ORDER;
            }
            if (e instanceof ProblemException p) {
                RunReport.problems(at.getErr(), List.of(p.problem()));
            } else if (e instanceof IllegalArgumentException wrong) {
                at.getErr().println("error: " + wrong.getMessage());
            } else if (e instanceof UncheckedIOException io) {
                at.getErr().println("error: " + io.getMessage());
                return NOT_IN_ORDER;
            } else {
                at.getErr().println("error: " + e);
            }
            return WRONG_INPUT;
        });
        return line;
    }

    public static void main(String[] args) {
        PlatformHandlers.use();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        if (args.length > 0 && args[0].equals("rehearse")) {
            System.exit(Rehearsal.of(args, out, err));
            return;
        }
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
