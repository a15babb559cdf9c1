package dev.sluice.local.spec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What activities are to come to, by path. A path names the activity and, as far as that is needed to tell it from
/// others, what it stands in: `Copy`, `For each table/Copy`, `For each table[2]/Copy`, and for activities of a called
/// pipeline `Call it/Copy`. Of paths that fit, the most exact one counts.
final class Stubs {
    private static final Pattern INDEX = Pattern.compile("\\[(\\d+)]$");

    private final Map<String, List<Answer>> answers;
    private final Set<String> used = new LinkedHashSet<>();

    Stubs(Map<String, List<Answer>> answers) {
        this.answers = Map.copyOf(answers);
    }

    /// How an attempt ends.
    ///
    /// @param error null when it succeeds
    /// @param takes how long it runs, on the test's clock
    /// @param hangs whether it never ends by itself
    /// @param attempt the attempt it is for, from 1; -1 for all
    /// @param iteration the iteration of the innermost loop it is for, from 0; -1 for all
    record Answer(
            ObjectNode output, @Nullable Failure error, Duration takes, boolean hangs, int attempt, int iteration) {}

    record Failure(String code, String message, String type) {}

    /// Whether there is a stub for an activity, whatever the attempt and iteration.
    boolean has(String path) {
        return best(path).isPresent();
    }

    /// The answer for an attempt; empty when the test has none.
    Optional<Answer> answer(String path, int attempt) {
        Optional<String> pattern = best(path);
        if (pattern.isEmpty()) {
            return Optional.empty();
        }
        used.add(pattern.get());
        int iteration = iteration(path);
        return answers.getOrDefault(pattern.get(), List.of()).stream()
                .filter(a -> a.attempt() < 0 || a.attempt() == attempt)
                .filter(a -> a.iteration() < 0 || a.iteration() == iteration)
                .findFirst();
    }

    /// Stubs that nothing asked for.
    List<String> unused() {
        return answers.keySet().stream().filter(p -> !used.contains(p)).sorted().toList();
    }

    private Optional<String> best(String path) {
        String best = null;
        for (String pattern : answers.keySet()) {
            if (matches(pattern, path) && (best == null || exactness(pattern) > exactness(best))) {
                best = pattern;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int exactness(String pattern) {
        int indexes = 0;
        for (String step : steps(pattern)) {
            indexes += INDEX.matcher(step).find() ? 1 : 0;
        }
        return steps(pattern).size() * 100 + indexes;
    }

    /// Whether a path as a person writes it means a path of a run: its last steps are the same, numbers of iterations
    /// counting only where they are written.
    static boolean matches(String pattern, String path) {
        List<String> wanted = steps(pattern);
        List<String> actual = steps(path);
        if (wanted.size() > actual.size()) {
            return false;
        }
        int offset = actual.size() - wanted.size();
        for (int i = 0; i < wanted.size(); i++) {
            String step = actual.get(offset + i);
            boolean same = step.equalsIgnoreCase(wanted.get(i)) || bare(step).equalsIgnoreCase(wanted.get(i));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    /// The path without numbers of iterations.
    static String plain(String path) {
        return String.join("/", steps(path).stream().map(Stubs::bare).toList());
    }

    private static int iteration(String path) {
        List<String> steps = steps(path);
        for (int i = steps.size() - 2; i >= 0; i--) {
            Matcher index = INDEX.matcher(steps.get(i));
            if (index.find()) {
                return Integer.parseInt(index.group(1));
            }
        }
        return -1;
    }

    private static String bare(String step) {
        return INDEX.matcher(step).replaceFirst("");
    }

    private static List<String> steps(String path) {
        return new ArrayList<>(List.of(path.split("/", -1)));
    }
}
