package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Faults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.service.store.LogReports;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the codes of the diagnosis catalogue in messages, and what the JVM and the operating system say for some of
/// them. Not thread-safe: one for each page.
final class KnownIssues {
    private static final int MOST = 100;
    private static final int EXAMPLE = 1_000;

    /// A word as codes are written, and not part of a name with dots or a call in a stack trace.
    private static final Pattern CODE = Pattern.compile("(?<![\\w.$])[A-Z][A-Za-z0-9]{5,79}(?![\\w.$(])");

    private static final Map<String, Fault> WORDS = Map.of(
            "java.lang.OutOfMemoryError", NodeFaults.OUT_OF_MEMORY,
            "No space left on device", DataFaults.DISK_FULL,
            "java.net.UnknownHostException", ConnectionFaults.HOST_UNKNOWN,
            "PKIX path building failed", ConnectionFaults.TLS_UNTRUSTED);

    private final Map<String, Seen> found = new LinkedHashMap<>();

    private record Seen(long times, String example) {}

    void look(String message) {
        Matcher words = CODE.matcher(message);
        Map<String, Boolean> here = new LinkedHashMap<>();
        while (words.find()) {
            if (Faults.byCode(words.group()) != null) {
                here.put(words.group(), true);
            }
        }
        WORDS.forEach((words1, fault) -> {
            if (message.contains(words1)) {
                here.put(fault.code(), true);
            }
        });
        here.keySet().forEach(code -> note(code, message));
    }

    private void note(String code, String message) {
        Seen before = found.get(code);
        if (before != null) {
            found.put(code, new Seen(before.times() + 1, before.example()));
        } else if (found.size() < MOST) {
            found.put(code, new Seen(1, message.length() > EXAMPLE ? message.substring(0, EXAMPLE) + "…" : message));
        }
    }

    List<LogReports.Issue> found() {
        return found.entrySet().stream()
                .map(e -> new LogReports.Issue(
                        e.getKey(), "", e.getValue().times(), e.getValue().example()))
                .toList();
    }
}
