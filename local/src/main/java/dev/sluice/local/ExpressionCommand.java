package dev.sluice.local;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.expression.Expression;
import dev.sluice.expression.Scope;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice expression`: expressions tried out without a pipeline.
@Command(
        name = "sluice expression",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Evaluates and checks expressions of pipelines, without a pipeline.",
        footer = {
            "",
            "Examples:",
            "  sluice expression eval \"@concat('a', string(add(1, 2)))\"",
            "  sluice expression eval 'orders/@{pipeline().parameters.day}.csv' --context context.json",
            "  echo '@utcNow()' | sluice expression eval - --now 2026-01-31T06:00:00Z",
            "  sluice expression check \"@activity('Look').output.firstRow.n\"",
            "",
            "A context says what the expression may read, every member as far as it is needed:",
            "  {\"parameters\": {\"day\": \"2026-01-31\"}, \"globalParameters\": {}, \"variables\": {\"n\": 1},",
            "   \"activities\": {\"Look\": {\"output\": {\"firstRow\": {\"n\": 7}}}}, \"item\": {}, \"trigger\": {\"outputs\": {}},",
            "   \"dataset\": {}, \"linkedService\": {}, \"pipeline\": {\"RunId\": \"r-1\"}, \"now\": \"2026-01-31T06:00:00Z\"}",
            "",
            "Exit codes: 0 the expression is in order, 1 it is not or cannot be evaluated, 2 wrong usage."
        })
final class ExpressionCommand implements Runnable {
    private static final List<String> CONTEXT = List.of(
            "parameters",
            "globalParameters",
            "variables",
            "activities",
            "item",
            "trigger",
            "dataset",
            "linkedService",
            "pipeline",
            "now");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    enum Form {
        TEXT,
        JSON
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// What both commands are given.
    static final class Given {
        @Parameters(
                paramLabel = "TEXT",
                description = "The expression as it stands in the document; - reads it from stdin.")
        private String text = "";

        @Option(
                names = {"-o", "--output"},
                defaultValue = "text",
                description = "text (default) or json.")
        private Form form = Form.TEXT;

        String text() {
            try {
                return text.equals("-")
                        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing()
                        : text;
            } catch (IOException e) {
                throw DocumentFaults.FILE_UNREADABLE
                        .problem()
                        .evidence("path", "stdin")
                        .evidence("detail", e.getMessage())
                        .from(e)
                        .exception();
            }
        }
    }

    @Command(
            name = "eval",
            mixinStandardHelpOptions = true,
            description = "Evaluates an expression and prints its value.")
    int eval(
            @Mixin Given given,
            @Option(names = "--context", paramLabel = "FILE", description = "JSON file with what it may read.")
                    @Nullable
                    Path context,
            @Option(
                            names = "--now",
                            paramLabel = "TIME",
                            description = "What utcNow() gives; otherwise the time it is.")
                    @Nullable
                    String now,
            @Option(names = "--seed", defaultValue = "1", description = "Where guid() and rand() begin.") long seed) {
        ObjectNode read = context == null ? Json.object() : context(context);
        Scope scope = scope(Place.root(read), now, seed);
        return judged(given, () -> {
            JsonNode value = Expression.parse(given.text()).evaluate(scope);
            if (given.form == Form.JSON) {
                ObjectNode json = Json.object();
                json.put("ok", true);
                json.put("type", type(value));
                json.set("value", value);
                out().println(Json.pretty(json));
            } else {
                out().println(value.isString() ? value.stringValue() : Json.pretty(value));
            }
        });
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Parses an expression and prints what it reads; evaluates nothing.")
    int check(@Mixin Given given) {
        return judged(given, () -> {
            Expression expression = Expression.parse(given.text());
            ArrayNode reads = Json.array();
            expression.references().forEach(r -> {
                String argument = r.argument() == null ? "" : "'" + r.argument() + "'";
                String path = r.path().isEmpty() ? "" : "." + String.join(".", r.path());
                reads.add(r.name() + "(" + argument + ")" + path);
            });
            if (given.form == Form.JSON) {
                ObjectNode json = Json.object();
                json.put("ok", true);
                json.set("reads", reads);
                out().println(Json.pretty(json));
            } else {
                out().println(reads.isEmpty() ? "in order; reads nothing" : "in order; reads:");
                reads.forEach(r -> out().println("  " + r.stringValue()));
            }
        });
    }

    private int judged(Given given, Runnable step) {
        try {
            step.run();
            out().flush();
            return 0;
        } catch (ProblemException e) {
            Problem problem = e.problem();
            if (given.form == Form.JSON) {
                ObjectNode json = Json.object();
                json.put("ok", false);
                json.put("code", problem.code());
                json.put("message", problem.message());
                number(problem, "line").ifPresent(line -> json.put("line", line));
                number(problem, "column").ifPresent(column -> json.put("column", column));
                out().println(Json.pretty(json));
                out().flush();
            } else {
                RunReport.problems(spec.commandLine().getErr(), List.of(problem));
                where(problem).ifPresent(spec.commandLine().getErr()::println);
            }
            return Program.NOT_IN_ORDER;
        }
    }

    /// Where evaluating stopped; what cannot be parsed says so itself.
    private static Optional<String> where(Problem problem) {
        return problem.message().contains("column")
                ? Optional.empty()
                : number(problem, "line")
                        .flatMap(line -> number(problem, "column")
                                .map(column -> "       at line " + line + ", column " + column));
    }

    /// The number that a piece of evidence begins with: a column may be told together with its line.
    private static Optional<Integer> number(Problem problem, String evidence) {
        Matcher number = NUMBER.matcher(problem.evidence().getOrDefault(evidence, ""));
        return number.lookingAt() ? Optional.of(Integer.valueOf(number.group())) : Optional.empty();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static ObjectNode context(Path file) {
        try {
            return Json.parseObject(Files.readAllBytes(file));
        } catch (IOException e) {
            throw DocumentFaults.FILE_UNREADABLE
                    .problem()
                    .evidence("path", file)
                    .evidence("detail", e.getMessage())
                    .from(e)
                    .exception();
        }
    }

    private Scope scope(Place context, @Nullable String now, long seed) {
        for (String name : context.members().keySet()) {
            if (!CONTEXT.contains(name)) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        "the context has '" + name + "'; it may have " + String.join(", ", CONTEXT));
            }
        }
        String time = now == null ? context.member("now").text().orElse("") : now;
        Scope.Builder scope = Scope.builder(clock(time), new SplittableRandom(seed));
        ObjectNode pipeline = Json.object();
        if (context.member("pipeline").json() instanceof ObjectNode given) {
            pipeline.setAll(given);
        }
        for (String part : List.of("parameters", "globalParameters")) {
            if (context.member(part).present()) {
                pipeline.set(part, context.member(part).json());
            }
        }
        scope.with("pipeline", pipeline);
        named(scope, "variables", context.member("variables"));
        named(scope, "activity", context.member("activities"));
        for (String plain : List.of("item", "dataset", "linkedService", "trigger")) {
            Place value = context.member(plain);
            if (!value.json().isMissingNode()) {
                scope.with(plain, value.json());
            }
        }
        Place outputs = context.at("trigger", "outputs");
        if (outputs.present()) {
            scope.with("triggerOutputs", outputs.json());
            scope.with(
                    "triggerBody",
                    outputs.member("body").present() ? outputs.member("body").json() : Json.object());
        }
        return scope.build();
    }

    private static void named(Scope.Builder scope, String function, Place values) {
        Map<String, Place> members = values.members();
        scope.withNamed(
                function,
                wanted -> members.entrySet().stream()
                        .filter(e -> e.getKey().equalsIgnoreCase(wanted))
                        .map(e -> e.getValue().json())
                        .findFirst()
                        .orElse(null));
    }

    private InstantSource clock(String now) {
        if (now.isEmpty()) {
            return InstantSource.system();
        }
        try {
            return InstantSource.fixed(Instant.parse(now));
        } catch (DateTimeParseException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "'" + now + "' is not a time such as 2026-01-31T06:00:00Z", e);
        }
    }

    private static String type(JsonNode value) {
        if (value.isNumber()) {
            return value.isIntegralNumber() ? "Integer" : "Float";
        }
        if (value.isBoolean()) {
            return "Boolean";
        }
        if (value.isArray()) {
            return "Array";
        }
        return value.isObject() ? "Object" : value.isNull() ? "Null" : "String";
    }
}
