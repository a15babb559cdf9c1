package dev.sluice.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Expressions people really wrote: every one of the collected public factories parses.
class CorpusTest {
    private static final Path CORPUS = Path.of("../../shared/corpus/adf-dev");

    /// What stands in the collection and is no expression of this language: the start of the text, and why.
    private static final Map<String, String> FOREIGN = Map.of(
            "@concat('grant_type=password&scope=openid", "cut off where its owner removed a password",
            "@equals('Failed', coalesce(body('MyUnauth", "body() and actions() belong to Logic Apps",
            "@parameters('StartTime')", "parameters() belongs to templates; a serialisation sample");

    private static Set<String> collected() throws IOException {
        boolean present = Files.isDirectory(CORPUS);
        if (!present) {
            System.err.println("SKIPPED: no collection of public factories at "
                    + CORPUS.toAbsolutePath().normalize());
        }
        assumeTrue(present);
        Set<String> expressions = new TreeSet<>();
        try (Stream<Path> files = Files.walk(CORPUS)) {
            files.filter(file -> file.toString().endsWith(".json")).forEach(file -> collect(file, expressions));
        }
        return expressions;
    }

    @Test
    void every_expression_of_the_collected_factories_parses() throws IOException {
        Set<String> expressions = collected();
        List<String> failures = new ArrayList<>();
        for (String text : expressions) {
            try {
                Expression.parse(text);
            } catch (ProblemException e) {
                if (FOREIGN.keySet().stream().noneMatch(text::startsWith)) {
                    failures.add(e.problem().message());
                }
            }
        }
        System.out.println(expressions.size() + " expressions of public factories, " + failures.size() + " refused");
        assertThat(expressions.size()).isGreaterThan(1_000);
        assertThat(failures).isEmpty();
    }

    /// Those that read nothing but what every run has: a value comes of each.
    @Test
    void what_needs_no_data_from_outside_is_evaluated() throws IOException {
        Scope scope = Scopes.builder().with("pipeline", Scopes.json("""
                        {"DataFactory":"df","Pipeline":"p","RunId":"8f2c5a1e-0000-4000-8000-0123456789ab","GroupId":"g","TriggerId":"t-1","TriggerName":"t",
                         "TriggerType":"Manual","TriggerTime":"2026-03-04T05:06:07.1234567Z","TriggeredByPipelineName":"q",
                         "TriggeredByPipelineRunId":"r-0"}""")).build();
        int evaluated = 0;
        List<String> failures = new ArrayList<>();
        for (String text : collected()) {
            if (FOREIGN.keySet().stream().noneMatch(text::startsWith) && needsNothing(Expression.parse(text))) {
                try {
                    assertThat(Expression.parse(text).evaluate(scope)).as(text).isNotNull();
                    evaluated++;
                } catch (ProblemException e) {
                    failures.add(text + ": " + e.problem().message());
                }
            }
        }
        System.out.println(evaluated + " expressions of public factories evaluated, " + failures.size() + " not");
        assertThat(evaluated).isGreaterThan(70);
        assertThat(failures).isEmpty();
    }

    private static boolean needsNothing(Expression expression) {
        return expression.references().stream()
                .allMatch(r -> r.name().equalsIgnoreCase("pipeline")
                        && !r.path().isEmpty()
                        && !Set.of("parameters", "globalparameters")
                                .contains(r.path().getFirst().toLowerCase(Locale.ROOT)));
    }

    private static void collect(Path file, Set<String> into) {
        try {
            String text = Files.readString(file);
            collect(Scopes.MAPPER.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text), into);
        } catch (JacksonException | IOException e) {
            System.err.println(
                    "not read: " + file.getFileName() + ": " + e.getClass().getSimpleName());
        }
    }

    private static void collect(JsonNode value, Set<String> into) {
        if (value.isString() && Expression.isDynamic(value.stringValue())) {
            into.add(value.stringValue());
        }
        if (value.isObject()) {
            // The scripts of mapping data flows are a language of their own.
            value.propertyStream()
                    .filter(member -> !member.getKey().startsWith("script"))
                    .forEach(member -> collect(member.getValue(), into));
        } else {
            value.forEach(child -> collect(child, into));
        }
    }
}
