package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.Executable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The script of a Script task, as the package holds it.
///
/// @param language `CSharp`, `VisualBasic` …, as the file says
/// @param entryPoint method that is called
/// @param reads variables it may read
/// @param writes variables it may write
/// @param files source files by name
record ScriptSource(
        String language, String entryPoint, List<String> reads, List<String> writes, Map<String, String> files) {
    private static final List<String> C_SHARP = List.of("csharp", "microsoft visual c# 2008", "microsoft visual c#");

    private static final Pattern LOCK = Pattern.compile("Lock(?:One)?For(Read|Write)\\s*\\(\\s*\"([^\"]+)\"");
    private static final Pattern CONNECTION = Pattern.compile("Connections\\s*\\[\\s*\"([^\"]+)\"\\s*\\]");

    static ScriptSource of(Executable task) {
        Element payload = task.payload();
        Element project = payload == null
                ? null
                : payload.all()
                        .filter(e -> e.name().equals("ScriptProject"))
                        .findFirst()
                        .orElse(payload);
        if (project == null) {
            return new ScriptSource("", "Main", List.of(), List.of(), Map.of());
        }
        Map<String, String> files = new LinkedHashMap<>();
        project.all()
                .filter(e -> e.name().equals("ProjectItem"))
                .forEach(e -> files.put(e.attribute("Name", "").replace('\\', '/'), e.text()));
        Map<String, String> named = payload == null ? Map.of() : payload.attributes();
        return new ScriptSource(
                project.attribute("Language", named.getOrDefault("Language", "")),
                project.attribute("EntryPoint", named.getOrDefault("EntryPoint", "Main")),
                names(project.attribute("ReadOnlyVariables", named.getOrDefault("ReadOnlyVariables", ""))),
                names(project.attribute("ReadWriteVariables", named.getOrDefault("ReadWriteVariables", ""))),
                files);
    }

    static List<String> names(String list) {
        List<String> names = new ArrayList<>();
        Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(n -> !n.isEmpty())
                .forEach(names::add);
        return names;
    }

    boolean cSharp() {
        return C_SHARP.contains(language.toLowerCase(Locale.ROOT));
    }

    /// Variables that it locks itself, and whether to write them.
    Map<String, Boolean> locked() {
        Map<String, Boolean> names = new LinkedHashMap<>();
        for (String text : files.values()) {
            Matcher m = LOCK.matcher(text);
            while (m.find()) {
                names.merge(m.group(2), m.group(1).equals("Write"), Boolean::logicalOr);
            }
        }
        return names;
    }

    /// Connection managers that it names.
    Set<String> connections() {
        Set<String> names = new LinkedHashSet<>();
        for (String text : files.values()) {
            Matcher m = CONNECTION.matcher(text);
            while (m.find()) {
                names.add(m.group(1));
            }
        }
        return names;
    }

    /// Why it cannot run, wherever it is allowed.
    Problem notRun(Executable task) {
        return SsisRunFaults.SCRIPT_LANGUAGE
                .problem()
                .at(task.refId())
                .evidence("task", task.name())
                .evidence("language", language.isEmpty() ? "an unknown language" : language)
                .evidence("reads", reads.isEmpty() ? "nothing" : String.join(", ", reads))
                .evidence("writes", writes.isEmpty() ? "nothing" : String.join(", ", writes))
                .build();
    }

    /// Why it does not run as things are.
    Problem forbidden(Executable task) {
        return SsisRunFaults.SCRIPT_FORBIDDEN
                .problem()
                .at(task.refId())
                .evidence("task", task.name())
                .evidence("language", language.isEmpty() ? "unknown" : language)
                .evidence("reads", reads.isEmpty() ? "nothing" : String.join(", ", reads))
                .evidence("writes", writes.isEmpty() ? "nothing" : String.join(", ", writes))
                .build();
    }
}
