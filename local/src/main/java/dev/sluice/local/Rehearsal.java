package dev.sluice.local;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/// `sluice rehearse COMMAND… -- COMMAND…` (hidden; `sluice train` starts it): several commands of this program in one
/// process, so that one recording of what a JVM loads serves them all.
final class Rehearsal {
    private static final String BETWEEN = "--";

    private Rehearsal() {}

    /// @param args `rehearse` and then the commands, `--` between them
    /// @return the last exit code that is not 0
    static int of(String[] args, PrintWriter out, PrintWriter err) {
        int exit = 0;
        List<String> command = new ArrayList<>();
        for (int i = 1; i <= args.length; i++) {
            if (i < args.length && !args[i].equals(BETWEEN)) {
                command.add(args[i]);
            } else if (!command.isEmpty()) {
                int ended = one(List.copyOf(command), out, err);
                exit = ended == 0 ? exit : ended;
                command.clear();
            }
        }
        return exit;
    }

    private static int one(List<String> command, PrintWriter out, PrintWriter err) {
        CommandLine line = Program.commandLine(command.getFirst());
        if (line == null) {
            err.println("error: there is no command '" + command.getFirst() + "'");
            return Program.WRONG_INPUT;
        }
        return line.setOut(out)
                .setErr(err)
                .execute(command.subList(1, command.size()).toArray(String[]::new));
    }
}
