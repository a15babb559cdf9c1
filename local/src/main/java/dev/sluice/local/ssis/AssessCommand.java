package dev.sluice.local.ssis;

import dev.sluice.model.Json;
import dev.sluice.ssis.engine.assess.Assessment;
import dev.sluice.ssis.packages.PackagePassword;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

/// `sluice ssis assess`.
@Command(
        name = "assess",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says of SSIS packages what will run here, what needs a setting and what cannot run, without running anything.",
            "Given may be a folder (with everything below it), a .dtsx or an .ispac file."
        },
        footer = {
            "",
            "Verdicts: runnable; runnableWithScripts (all of it runs where scripts are allowed); notRunnable; unreadable.",
            "In the summary, runnableWithScripts counts the runnable ones, too.",
            "",
            "Exit codes: 0 everything was read, 1 something could not be read, 2 wrong usage or nothing to read."
        })
final class AssessCommand implements Callable<Integer> {
    enum Form {
        TABLE,
        JSON
    }

    @Parameters(paramLabel = "PATH", description = "What to look at.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path given;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File with the password that protects the packages.")
    private @Nullable Path passwordFile;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table (default) or json.")
    private Form form = Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PackagePassword password = passwordFile == null
                ? PackagePassword.NONE
                : new PackagePassword(
                        Files.readString(passwordFile).lines().findFirst().orElse(""));
        List<Assessment> all = Assessment.all(given, password);
        PrintWriter out = spec.commandLine().getOut();
        switch (form) {
            case JSON -> out.println(Json.pretty(json(all)));
            case TABLE -> table(out, all);
        }
        out.flush();
        return all.stream().allMatch(Assessment::parsed) ? 0 : 1;
    }

    private static ObjectNode json(List<Assessment> all) {
        ObjectNode root = Json.object();
        Assessment.Summary sum = Assessment.Summary.of(all);
        ObjectNode summary = root.putObject("summary");
        summary.put("packages", sum.packages());
        summary.put("parsed", sum.parsed());
        summary.put("runnable", sum.runnable());
        summary.put("runnableWithScripts", sum.runnableWithScripts());
        ArrayNode packages = root.putArray("packages");
        for (Assessment a : all) {
            ObjectNode one = packages.addObject();
            one.put("path", a.path());
            one.put("parsed", a.parsed());
            one.put("verdict", a.verdict().word());
            ArrayNode findings = one.putArray("findings");
            for (Assessment.Finding f : a.findings()) {
                ObjectNode finding = findings.addObject();
                finding.put("object", f.object());
                finding.put("component", f.component());
                finding.put("code", f.code());
                finding.put("message", f.message());
            }
        }
        return root;
    }

    private static void table(PrintWriter out, List<Assessment> all) {
        for (Assessment a : all) {
            out.printf("%-20s %s%n", a.verdict().word(), a.path());
            a.findings().forEach(f -> out.printf("    %s: %s%n", f.code(), f.message()));
        }
        Assessment.Summary sum = Assessment.Summary.of(all);
        out.printf(
                "%d packages: %d read, %d runnable, %d where scripts are allowed%n",
                sum.packages(), sum.parsed(), sum.runnable(), sum.runnableWithScripts());
    }
}
