package dev.sluice.local.spec;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Compares how a test went with what it expects.
///
/// @param differences one text each, of a line or several; none when the test has passed
record Verdict(List<String> differences) {
    private static final int MAX_SHOWN = 600;

    Verdict {
        differences = List.copyOf(differences);
    }

    boolean passed() {
        return differences.isEmpty();
    }

    static Verdict of(TestFile.Case test, Stand.Outcome outcome, Set<String> everyPath) {
        List<String> found = new ArrayList<>();
        for (Problem problem : outcome.unanswered()) {
            found.add(problem.message() + "\n  → " + String.join("\n  → ", problem.resolution()));
        }
        test.stubs().unused().forEach(stub -> found.add("the stub '" + stub + "' was not asked for"));
        new Comparison(test.expect(), outcome, everyPath, found).all();
        return new Verdict(found);
    }

    /// The first attempts of activities in the order of their start, then of each its last attempt.
    static Map<String, Stand.Step> lastAttempts(Stand.Outcome outcome) {
        Map<String, Stand.Step> last = new LinkedHashMap<>();
        outcome.steps().forEach(step -> last.put(step.path(), step));
        return last;
    }

    private static final class Comparison {
        private final Place expect;
        private final Stand.Outcome outcome;
        private final Set<String> everyPath;
        private final List<String> found;
        private final Map<String, Stand.Step> last;

        Comparison(Place expect, Stand.Outcome outcome, Set<String> everyPath, List<String> found) {
            this.expect = expect;
            this.outcome = outcome;
            this.everyPath = everyPath;
            this.found = found;
            this.last = lastAttempts(outcome);
        }

        void all() {
            Place status = expect.member("status");
            String expected = status.present() ? status.json().asString("") : "Succeeded";
            String actual = outcome.end().status().word();
            if (!actual.equalsIgnoreCase(expected)) {
                String why = outcome.end().message();
                found.add(difference("status", expected, actual) + (why.isEmpty() ? "" : "\n  because: " + why));
            }
            Place message = expect.member("message");
            if (message.present()
                    && !outcome.end().message().contains(message.json().asString(""))) {
                found.add(difference(
                        "message",
                        "a text with " + message.json(),
                        Json.text(outcome.end().message()).toString()));
            }
            expect.member("variables")
                    .members()
                    .forEach((name, value) -> subset("variable " + name, value.json(), variable(name)));
            if (expect.member("returnValue").present()) {
                JsonNode returned = outcome.end().returnValue() == null
                        ? Json.nothing()
                        : outcome.end().returnValue();
                subset("returnValue", expect.member("returnValue").json(), returned);
            }
            ran();
            order();
            expect.member("skipped").items().forEach(path -> skipped(path.json().asString("")));
            expect.member("activities").members().forEach(this::activity);
            elapsed();
        }

        private JsonNode variable(String name) {
            return outcome.end().variables().entrySet().stream()
                    .filter(e -> e.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(Json.nothing());
        }

        /// Exactly these activities, in any order.
        private void ran() {
            if (!expect.member("ran").present()) {
                return;
            }
            Set<String> missing = new LinkedHashSet<>();
            Set<String> unexpected = new LinkedHashSet<>(last.keySet());
            for (Place path : expect.member("ran").items()) {
                String wanted = path.json().asString("");
                if (matching(wanted).isEmpty()) {
                    missing.add(wanted);
                }
                unexpected.removeAll(matching(wanted));
            }
            if (!missing.isEmpty() || !unexpected.isEmpty()) {
                found.add("ran:" + listed("\n  did not run: ", missing)
                        + listed("\n  ran, but is not listed: ", unexpected));
            }
        }

        private static String listed(String title, Set<String> paths) {
            return paths.isEmpty() ? "" : title + String.join(", ", paths);
        }

        /// These, one after the other; others may come between.
        private void order() {
            List<String> started = List.copyOf(last.keySet());
            int at = -1;
            String before = "";
            for (Place path : expect.member("order").items()) {
                String wanted = path.json().asString("");
                List<String> matching = matching(wanted);
                int from = at;
                int next = matching.stream()
                        .mapToInt(started::indexOf)
                        .filter(i -> i > from)
                        .min()
                        .orElse(-1);
                if (next < 0) {
                    found.add("order: '" + wanted + "' "
                            + (matching.isEmpty() ? "did not run" : "did not start after '" + before + "'")
                            + "\n  started: " + String.join(", ", started));
                    return;
                }
                at = next;
                before = wanted;
            }
        }

        private void skipped(String path) {
            if (everyPath.stream().noneMatch(p -> Stubs.matches(path, p))) {
                found.add("skipped: there is no activity '" + path + "'");
            } else if (!matching(path).isEmpty()) {
                found.add("skipped: '" + path + "' ran: " + String.join(", ", matching(path)));
            }
        }

        private List<String> matching(String wanted) {
            return last.keySet().stream().filter(p -> Stubs.matches(wanted, p)).toList();
        }

        private void activity(String path, Place expected) {
            List<String> matching = matching(path);
            boolean skipped =
                    expected.json().isString() && expected.json().asString("").equalsIgnoreCase("Skipped");
            if (skipped) {
                skipped(path);
                return;
            }
            if (matching.isEmpty()) {
                found.add("activities: '" + path + "' did not run"
                        + (everyPath.stream().noneMatch(p -> Stubs.matches(path, p))
                                ? "; there is no activity of that name"
                                : ""));
            }
            for (String one : matching) {
                Stand.Step step = java.util.Objects.requireNonNull(last.get(one));
                if (expected.json().isString()) {
                    equal(
                            one + " status",
                            expected.json().asString(""),
                            step.record().status().word());
                } else {
                    details(one, expected, step);
                }
            }
        }

        private void details(String path, Place expected, Stand.Step step) {
            expected.members().forEach((name, value) -> {
                switch (name) {
                    case "status" ->
                        equal(
                                path + " status",
                                value.json().asString(""),
                                step.record().status().word());
                    case "attempts" ->
                        equal(path + " attempts", value.json().asString(""), String.valueOf(step.attempt()));
                    case "input" -> subset(path + " input", value.json(), step.input());
                    case "output" ->
                        subset(path + " output", value.json(), step.record().output());
                    case "error" -> error(path, value, step);
                    default ->
                        found.add(path + ": '" + name
                                + "' is not known; there are status, attempts, input, output, error");
                }
            });
        }

        private void error(String path, Place expected, Stand.Step step) {
            String message = step.record().error().message();
            Place wanted = expected.json().isString() ? expected : expected.member("message");
            if (wanted.present() && !message.contains(wanted.json().asString(""))) {
                found.add(difference(
                        path + " error",
                        "a message with " + wanted.json(),
                        Json.text(message).toString()));
            }
            Place code = expected.json().isObject() ? expected.member("code") : Place.root(Json.nothing());
            if (code.present()) {
                equal(
                        path + " error code",
                        code.json().asString(""),
                        step.record().error().errorCode());
            }
        }

        private void elapsed() {
            Place elapsed = expect.member("elapsed");
            if (elapsed.present()) {
                Duration wanted = TestFile.span(elapsed);
                if (!wanted.equals(outcome.elapsed())) {
                    found.add(difference("elapsed", shown(wanted), shown(outcome.elapsed())));
                }
            }
        }

        private void equal(String what, String expected, String actual) {
            if (!expected.equalsIgnoreCase(actual)) {
                found.add(difference(what, expected, actual));
            }
        }

        /// Objects may have more members than expected; everything else must be equal.
        private void subset(String what, JsonNode expected, JsonNode actual) {
            if (expected.isObject() && actual.isObject()) {
                for (Map.Entry<String, JsonNode> e : expected.properties()) {
                    subset(what + "." + e.getKey(), e.getValue(), Stubbed.member(actual, e.getKey()));
                }
            } else if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
                for (int i = 0; i < expected.size(); i++) {
                    subset(what + "[" + i + "]", expected.get(i), actual.get(i));
                }
            } else if (!same(expected, actual)) {
                found.add(difference(what, cut(expected), cut(actual)));
            }
        }

        private static boolean same(JsonNode expected, JsonNode actual) {
            if (expected.isNumber() && actual.isNumber()) {
                BigDecimal one = expected.decimalValue();
                return one.compareTo(actual.decimalValue()) == 0;
            }
            return expected.equals(actual);
        }
    }

    static String shown(Duration span) {
        return "%02d:%02d:%02d".formatted(span.toHours(), span.toMinutesPart(), span.toSecondsPart());
    }

    private static String cut(JsonNode value) {
        String text = value.isMissingNode() ? "nothing" : Json.write(value);
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    }

    private static String difference(String what, String expected, String actual) {
        return what + ":\n  - " + expected + "\n  + " + actual;
    }
}
