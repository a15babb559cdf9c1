package dev.sluice.local.spec;

import dev.sluice.model.Json;
import dev.sluice.model.run.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Writes what tests expect anew, from how they went. Only the `expect` members change: comments and everything else in
/// the file stay.
final class ExpectationText {
    private ExpectationText() {}

    /// What is to stand in a file.
    ///
    /// @param outcomes by the pointer of the test
    static String updated(
            String text, TestFile file, Map<String, Stand.Outcome> outcomes, Map<String, Set<String>> paths) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        List<TestFile.Case> cases = new ArrayList<>(file.cases());
        // From the end, so that the places of those before stay right.
        for (TestFile.Case test : cases.reversed()) {
            Stand.Outcome outcome = outcomes.get(test.pointer());
            if (outcome == null) {
                continue;
            }
            boolean there = test.expect().present();
            YamlTree.Extent name = file.tree().extent(test.pointer() + "/name");
            YamlTree.Extent whole = file.tree().extent(test.pointer());
            YamlTree.Extent at = there ? file.tree().extent(test.expect().pointer()) : name;
            int from = there ? at.line() : whole.end();
            int to = there ? at.end() : whole.end();
            while (to > from && to <= lines.size() && lines.get(to - 1).isBlank()) {
                to--;
            }
            if (!there) {
                from = Math.min(from, lines.size());
                while (from > 0 && lines.get(from - 1).isBlank()) {
                    from--;
                }
                to = from;
            }
            List<String> block = block(outcome, paths.getOrDefault(test.pointer(), Set.of()), " ".repeat(at.column()));
            lines.subList(from, Math.min(to, lines.size())).clear();
            lines.addAll(from, block);
        }
        return String.join("\n", lines);
    }

    private static List<String> block(Stand.Outcome outcome, Set<String> everyPath, String indent) {
        List<String> lines = new ArrayList<>();
        lines.add(indent + "expect:");
        String in = indent + "  ";
        lines.add(in + "status: " + outcome.end().status().word());
        if (outcome.end().status() != RunStatus.SUCCEEDED
                && !outcome.end().message().isEmpty()) {
            lines.add(in + "message: " + Json.text(outcome.end().message()));
        }
        if (!outcome.end().variables().isEmpty()) {
            lines.add(in + "variables:");
            outcome.end()
                    .variables()
                    .forEach((name, value) -> lines.add(in + "  " + key(name) + ": " + Json.write(value)));
        }
        if (outcome.end().returnValue() != null) {
            lines.add(in + "returnValue: " + Json.write(outcome.end().returnValue()));
        }
        Map<String, Stand.Step> last = Verdict.lastAttempts(outcome);
        lines.add(in + "ran:" + (last.isEmpty() ? " []" : ""));
        last.keySet().forEach(path -> lines.add(in + "  - " + key(path)));
        Set<String> skipped = new TreeSet<>(everyPath);
        last.keySet().forEach(path -> skipped.remove(Stubs.plain(path)));
        if (!skipped.isEmpty()) {
            lines.add(in + "skipped:");
            skipped.forEach(path -> lines.add(in + "  - " + key(path)));
        }
        inputs(last, in, lines);
        return lines;
    }

    private static void inputs(Map<String, Stand.Step> last, String in, List<String> lines) {
        List<String> shown = new ArrayList<>();
        last.forEach((path, step) -> {
            shown.add(in + "  " + key(path) + ":");
            shown.add(in + "    status: " + step.record().status().word());
            if (step.attempt() > 1) {
                shown.add(in + "    attempts: " + step.attempt());
            }
            JsonNode input = step.input();
            if (!input.isEmpty()) {
                shown.add(in + "    input: " + Json.write(input));
            }
        });
        if (!shown.isEmpty()) {
            lines.add(in + "activities:");
            lines.addAll(shown);
        }
    }

    /// A plain scalar where YAML reads it as this text, quoted otherwise.
    private static String key(String text) {
        return text.matches("[A-Za-z_][A-Za-z0-9_ /-]*[A-Za-z0-9_]|[A-Za-z_]")
                        && !text.matches("(?i)true|false|null|yes|no|on|off")
                ? text
                : Json.text(text).toString();
    }
}
