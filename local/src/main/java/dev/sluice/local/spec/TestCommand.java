package dev.sluice.local.spec;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Factory;
import dev.sluice.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice test`.
@Command(
        name = "sluice test",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the unit tests of a factory's pipelines: nothing is connected to, stubs say what activities come to, and",
            "a wait of an hour takes no time. Tests are YAML files in the folder test/ beside pipeline/."
        },
        footer = {
            "",
            "A test:",
            "  pipeline: CopyOrders",
            "  tests:",
            "    - name: copies what is new",
            "      parameters: {day: 2026-01-31}",
            "      stubs:",
            "        Look up watermark: {output: {firstRow: {last: 41}}}",
            "        Copy orders: {output: {rowsCopied: 7}}",
            "      expect:",
            "        status: Succeeded",
            "        ran: [Look up watermark, Copy orders]",
            "        skipped: [Report failure]",
            "",
            "Examples:",
            "  sluice test ./my-factory",
            "  sluice test ./my-factory --filter '*new*' --verbose     what ran, with inputs",
            "  sluice test ./my-factory --update                       write what happened as what is expected",
            "  sluice test ./my-factory --junit target/tests.xml       for CI",
            "",
            "Exit codes: 0 all tests passed, 1 some did not, 2 wrong usage, folder or test file."
        })
public final class TestCommand implements Callable<Integer> {
    enum Form {
        TABLE,
        JSON
    }

    private static final int MAX_FILES = 5_000;

    @Parameters(paramLabel = "FOLDER", description = "The factory's folder.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Option(names = "--tests", paramLabel = "PATH", description = "A file or folder of tests instead of FOLDER/test.")
    private @Nullable Path tests;

    @Option(
            names = "--filter",
            paramLabel = "GLOB",
            description = "Only tests whose name fits: * any text, ? one character.")
    private String filter = "*";

    @Option(names = "--junit", paramLabel = "FILE", description = "Write the results as JUnit XML.")
    private @Nullable Path junit;

    @Option(names = "--update", description = "Write what happened into the files as what is expected.")
    private boolean update;

    @Option(names = "--min-branches", paramLabel = "PERCENT", description = "Fail below this coverage of branches.")
    private int minBranches;

    @Option(names = "--verbose", description = "Show every activity that ran, with its input.")
    private boolean verbose;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table (default) or json.")
    private Form form = Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /// How one test went.
    ///
    /// @param outcome null when it could not be run
    record Result(String file, TestFile.Case test, Stand.@Nullable Outcome outcome, Verdict verdict, Duration took) {}

    @Override
    public Integer call() {
        FactorySource factory = FactorySource.one(folder, Json.object());
        Coverage coverage = new Coverage(factory.runnable());
        List<Result> results = new ArrayList<>();
        for (Path file : files()) {
            file(factory, file, coverage, results);
        }
        if (results.isEmpty()) {
            throw DocumentFaults.FILE_UNREADABLE.with(
                    "path", where(), "detail", "it holds no test that fits --filter " + filter);
        }
        ArrayNode covered = coverage.toJson();
        boolean enough = branches(covered) >= minBranches;
        report(results, covered);
        if (!enough) {
            spec.commandLine()
                    .getErr()
                    .printf(
                            "error: %d%% of the branches are covered, %d%% are wanted (--min-branches)%n",
                            branches(covered), minBranches);
        }
        if (junit != null) {
            write(junit, JUnitXml.of(results));
        }
        boolean passed = results.stream().allMatch(r -> r.verdict().passed());
        return (passed || update) && enough ? 0 : 1;
    }

    private void file(FactorySource factory, Path path, Coverage coverage, List<Result> results) {
        String text = read(path);
        TestFile file = TestFile.parse(path.getFileName().toString(), text);
        Map<String, Stand.Outcome> outcomes = new HashMap<>();
        Map<String, Set<String>> paths = new HashMap<>();
        for (TestFile.Case test : file.cases()) {
            if (!fits(test.name())) {
                continue;
            }
            Result result = run(factory, file.name(), test, paths);
            results.add(result);
            if (result.outcome() != null) {
                coverage.add(result.outcome());
                outcomes.put(test.pointer(), result.outcome());
            }
        }
        if (update) {
            String updated = ExpectationText.updated(text, file, outcomes, paths);
            if (!updated.equals(text)) {
                write(path, updated);
                spec.commandLine().getErr().println("updated " + path);
            }
        }
    }

    private static Result run(FactorySource factory, String file, TestFile.Case test, Map<String, Set<String>> paths) {
        long began = System.nanoTime();
        Stubbed definitions = new Stubbed(
                factory.runnable(),
                globals(factory, test),
                activity -> test.stubs().has(activity));
        Set<String> every = Coverage.paths(definitions, test.pipeline());
        paths.put(test.pointer(), every);
        try {
            Stand.Outcome outcome = new Stand(definitions, test.stubs(), test.now()).run(test, factory.name());
            Verdict verdict = Verdict.of(test, outcome, every);
            return new Result(file, test, outcome, verdict, Duration.ofNanos(System.nanoTime() - began));
        } catch (Stand.RefusedException e) {
            return refused(file, test, e.problems(), began);
        } catch (ProblemException e) {
            return refused(file, test, List.of(e.problem()), began);
        }
    }

    private static Result refused(String file, TestFile.Case test, List<Problem> problems, long began) {
        List<String> texts = problems.stream()
                .map(p -> p.code() + ": " + p.message() + "\n  → " + String.join("\n  → ", p.resolution()))
                .toList();
        return new Result(file, test, null, new Verdict(texts), Duration.ofNanos(System.nanoTime() - began));
    }

    private static ObjectNode globals(FactorySource factory, TestFile.Case test) {
        ObjectNode globals = Json.object();
        for (Document document : factory.plain()) {
            if (document.kind() == DocumentKind.FACTORY) {
                globals.setAll(Factory.of(document).globalValues());
            }
        }
        globals.setAll(test.globalParameters());
        return globals;
    }

    private Path where() {
        return tests == null ? folder.resolve("test") : tests;
    }

    private List<Path> files() {
        Path where = where();
        if (Files.isRegularFile(where)) {
            return List.of(where);
        }
        if (!Files.isDirectory(where)) {
            throw DocumentFaults.FILE_UNREADABLE.with(
                    "path",
                    where,
                    "detail",
                    "there is no such folder; tests are YAML files in it ('sluice test --help')");
        }
        try (Stream<Path> walk = Files.walk(where, 10)) {
            return walk.filter(f -> f.toString().toLowerCase(Locale.ROOT).matches(".*\\.ya?ml"))
                    .sorted()
                    .limit(MAX_FILES)
                    .toList();
        } catch (IOException e) {
            throw unreadable(where, e);
        }
    }

    private boolean fits(String name) {
        StringBuilder pattern = new StringBuilder("(?is)");
        for (char c : filter.toCharArray()) {
            pattern.append(c == '*' ? ".*" : c == '?' ? "." : java.util.regex.Pattern.quote(String.valueOf(c)));
        }
        return name.matches(pattern.toString());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, text);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ProblemException unreadable(Path file, IOException e) {
        return DocumentFaults.FILE_UNREADABLE
                .problem()
                .evidence("path", file)
                .evidence("detail", String.valueOf(e.getMessage()))
                .from(e)
                .exception();
    }

    private static int branches(ArrayNode coverage) {
        long covered = 0;
        long total = 0;
        for (var pipeline : coverage) {
            covered += pipeline.path("branches").path("covered").asLong(0);
            total += pipeline.path("branches").path("total").asLong(0);
        }
        return total == 0 ? 100 : (int) (covered * 100 / total);
    }

    private void report(List<Result> results, ArrayNode coverage) {
        PrintWriter out = spec.commandLine().getOut();
        switch (form) {
            case JSON -> {
                ObjectNode json = Json.object();
                ArrayNode list = json.putArray("tests");
                results.forEach(r -> list.add(json(r)));
                json.set("coverage", coverage);
                out.println(Json.pretty(json));
            }
            case TABLE -> {
                results.forEach(r -> lines(out, r));
                coverage.forEach(c -> out.println(covered(c)));
                long failed =
                        results.stream().filter(r -> !r.verdict().passed()).count();
                out.printf("%d tests, %d failed%n", results.size(), failed);
            }
        }
        out.flush();
    }

    private void lines(PrintWriter out, Result r) {
        Stand.Outcome outcome = r.outcome();
        String ran = outcome == null
                ? "did not run"
                : outcome.steps().size() + " activity runs, " + Verdict.shown(outcome.elapsed()) + " on its clock";
        out.printf(
                "%s  %s (%s): %s%n",
                r.verdict().passed() ? "ok  " : "FAIL", r.test().name(), r.file(), ran);
        r.verdict().differences().forEach(d -> out.println("      " + d.replace("\n", "\n      ")));
        if (verbose && outcome != null) {
            outcome.steps()
                    .forEach(s -> out.printf(
                            "      %-40s %-10s attempt %d  %s%n",
                            s.path(), s.record().status().word(), s.attempt(), Json.write(s.input())));
        }
    }

    private static String covered(tools.jackson.databind.JsonNode c) {
        StringBuilder line =
                new StringBuilder("coverage of " + c.path("pipeline").asString("") + ": ");
        line.append(part(c.path("activities"))).append(" activities, ");
        line.append(part(c.path("branches"))).append(" branches");
        List<String> missed = new ArrayList<>();
        c.path("branches").path("missed").forEach(m -> missed.add(m.asString("")));
        return missed.isEmpty() ? line.toString() : line + "; not taken: " + String.join(", ", missed);
    }

    private static String part(tools.jackson.databind.JsonNode counts) {
        return counts.path("covered").asLong(0) + "/" + counts.path("total").asLong(0);
    }

    private static ObjectNode json(Result r) {
        ObjectNode json = Json.object();
        json.put("file", r.file());
        json.put("name", r.test().name());
        json.put("pipeline", r.test().pipeline());
        json.put("passed", r.verdict().passed());
        json.put("milliseconds", r.took().toMillis());
        ArrayNode differences = json.putArray("differences");
        r.verdict().differences().forEach(differences::add);
        Stand.Outcome outcome = r.outcome();
        if (outcome != null) {
            json.put("status", outcome.end().status().word());
            json.put("elapsed", Verdict.shown(outcome.elapsed()));
            ArrayNode ran = json.putArray("ran");
            outcome.steps().forEach(s -> {
                ObjectNode step = ran.addObject();
                step.put("path", s.path());
                step.put("type", s.type());
                step.put("attempt", s.attempt());
                step.put("status", s.record().status().word());
                step.set("input", s.input());
                step.set("output", s.record().output());
            });
        }
        return json;
    }
}
