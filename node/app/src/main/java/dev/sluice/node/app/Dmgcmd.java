package dev.sluice.node.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The spellings of the Data Management Gateway's `dmgcmd` (G15), so that runbooks carry over: each is one command of
/// `sluice node`. What has no counterpart is refused with what to do instead.
final class Dmgcmd {
    private Dmgcmd() {}

    /// Whether a command line is written that way.
    static boolean speaks(List<String> arguments) {
        return !arguments.isEmpty() && arguments.getFirst().equals("dmgcmd");
    }

    /// @param arguments behind `dmgcmd`, e.g. `-Status`; others behind them (`--data DIR`) are passed on
    /// @throws IllegalArgumentException for a spelling without a counterpart
    static List<String> translate(List<String> arguments) {
        if (arguments.isEmpty()) {
            return List.of("--help");
        }
        String option = arguments.getFirst().toLowerCase(Locale.ROOT);
        List<String> rest = arguments.subList(1, arguments.size());
        return switch (option) {
            case "-status" -> with(List.of("status"), rest);
            case "-diagnose", "-getconcurrentjobslimit" -> with(List.of("preflight"), rest);
            case "-disableautoupdate" -> with(List.of("update", "--off"), rest);
            case "-enableautoupdate" -> with(List.of("update", "--on"), rest);
            case "-update" ->
                with(
                        rest.isEmpty() || rest.getFirst().startsWith("--")
                                ? List.of("update")
                                : List.of("update", "--file"),
                        rest);
            case "-version", "-v" -> List.of("--version");
            case "-switchserviceaccount" -> with(List.of("switch-account"), rest);
            case "-registernewnode" -> register(rest);
            case "-start" -> with(List.of("start"), rest);
            case "-?", "-h", "-help" -> List.of("--help");
            case "-enableproxy" ->
                with(
                        rest.isEmpty() || rest.getFirst().startsWith("--")
                                ? List.of("proxy", "set", "--proxy", "system")
                                : List.of("proxy", "set", "--proxy"),
                        rest);
            case "-disableproxy" -> with(List.of("proxy", "set", "--proxy", "none"), rest);
            case "-stop", "-restart" ->
                throw new IllegalArgumentException(arguments.getFirst()
                        + ": end the node's process by SIGTERM, or by the service manager that runs it");
            case "-generatebackupfile", "-gbf", "-importbackupfile", "-ibf" ->
                throw new IllegalArgumentException(arguments.getFirst()
                        + ": 'sluice node certificate export FILE --password-file FILE', and import");
            default ->
                throw new IllegalArgumentException(arguments.getFirst()
                        + " is none of -Status -Diagnose -GetConcurrentJobsLimit -EnableAutoUpdate -DisableAutoUpdate "
                        + "-Update -Version -SwitchServiceAccount -RegisterNewNode -Start -EnableProxy -DisableProxy");
        };
    }

    /// `-RegisterNewNode KEY [NAME]`.
    private static List<String> register(List<String> rest) {
        if (rest.isEmpty() || rest.getFirst().startsWith("-")) {
            return with(List.of("register"), rest);
        }
        List<String> line = new ArrayList<>(List.of("register", "--key", rest.getFirst()));
        List<String> more = rest.subList(1, rest.size());
        if (!more.isEmpty() && !more.getFirst().startsWith("-")) {
            line.add("--name");
        }
        line.addAll(more);
        return line;
    }

    private static List<String> with(List<String> command, List<String> rest) {
        List<String> line = new ArrayList<>(command);
        line.addAll(rest);
        return line;
    }
}
