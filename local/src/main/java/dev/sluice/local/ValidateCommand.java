package dev.sluice.local;

import dev.sluice.data.copy.Connectors;
import dev.sluice.local.check.FactoryCheck;
import dev.sluice.local.check.RunnableCheck;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Finding;
import dev.sluice.local.factory.TemplateParameters;
import dev.sluice.model.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice validate`.
@Command(
        name = "sluice validate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Checks a factory without running anything: JSON, required members, names, references between documents and",
            "their parameters, dependencies, expressions and what they read, limits. Warnings are: members that nobody",
            "knows, and what can be loaded but not run here (types of activities, stores, formats and triggers; data",
            "flows), with the code that its run would fail with.",
            "",
            "Given may be a Git folder of Data Factory, Synapse or Fabric (also one that holds several factories), an ARM",
            "template, or a single document."
        },
        footer = {
            "",
            "Examples:",
            "  sluice validate ./my-factory                        every file, with line and column of what is wrong",
            "  sluice validate ./my-factory -o json | jq '.[].file'",
            "  sluice validate ARMTemplateForFactory.json --parameters ARMTemplateParametersForFactory.json",
            "  sluice validate pipeline/CopyOrders.json            one file; references to others are only noted",
            "",
            "Exit codes: 0 no errors, 1 errors were found (with --strict: or warnings), 2 wrong usage or nothing to read."
        })
final class ValidateCommand implements Callable<Integer> {
    enum Form {
        TABLE,
        JSON
    }

    @Parameters(paramLabel = "FOLDER|TEMPLATE|FILE", description = "What to check.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path given;

    @Option(
            names = "--parameters",
            paramLabel = "FILE",
            description = "Values for the parameters of a template, as ARM parameters files have them.")
    private @Nullable Path parameters;

    @Option(names = "--strict", description = "Let warnings fail the command too.")
    private boolean strict;

    @Option(names = "--no-warnings", description = "Show errors only.")
    private boolean errorsOnly;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table (default; one finding a line, as compilers write them) or json.")
    private Form form = Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        ObjectNode values = parameters == null ? Json.object() : TemplateParameters.read(parameters);
        List<FactorySource> factories = FactorySource.all(given, values);
        List<Finding> found = new ArrayList<>();
        Connectors connectors = Connectors.load();
        int documents = 0;
        for (FactorySource factory : factories) {
            found.addAll(FactoryCheck.of(factory));
            found.addAll(RunnableCheck.of(factory, connectors));
            documents += factory.documents().size();
        }
        found.sort(Finding.ORDER);
        long errors = found.stream()
                .filter(f -> f.severity() == Finding.Severity.ERROR)
                .count();
        long warnings = found.size() - errors;
        List<Finding> shown = errorsOnly
                ? found.stream()
                        .filter(f -> f.severity() == Finding.Severity.ERROR)
                        .toList()
                : found;
        print(shown, factories.size(), documents, errors, warnings);
        return errors > 0 || (strict && warnings > 0) ? Program.NOT_IN_ORDER : 0;
    }

    private void print(List<Finding> found, int factories, int documents, long errors, long warnings) {
        PrintWriter out = spec.commandLine().getOut();
        switch (form) {
            case JSON -> {
                ArrayNode list = Json.array();
                found.forEach(f -> list.add(f.toJson()));
                out.println(Json.pretty(list));
            }
            case TABLE -> {
                found.forEach(f -> line(out, f));
                out.printf(
                        "%s%s checked: %s, %s%n",
                        factories > 1 ? factories + " factories, " : "",
                        count(documents, "document"),
                        count(errors, "error"),
                        count(warnings, "warning"));
            }
        }
        out.flush();
    }

    private static void line(PrintWriter out, Finding f) {
        out.println(f.place() + ": " + f.severity().word() + ": " + f.message() + " ["
                + f.problem().code() + "]");
        if (!f.pointer().isEmpty()) {
            out.println("    at " + f.pointer());
        }
        f.problem().resolution().forEach(step -> out.println("    → " + step));
    }

    private static String count(long n, String word) {
        return n + " " + word + (n == 1 ? "" : "s");
    }
}
