package dev.sluice.local;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Overrides;
import dev.sluice.local.factory.TemplateParameters;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunStatus;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.run.Admission;
import dev.sluice.service.run.Decider;
import dev.sluice.service.run.Decision;
import dev.sluice.service.run.Definitions;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.run.RunRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `main()` of `sluice run`.
@Command(
        name = "sluice run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a pipeline of a factory in this process, offline, without a service.",
            "",
            "Given may be a Git folder of Data Factory, Synapse or Fabric (pipeline/, dataset/, linkedService/ and so on, at",
            "any depth), an ARM template, or a single document."
        },
        footer = {
            "",
            "Example: sluice run ./my-factory --pipeline CopyOrders --parameter day=2026-01-31 --override local.json",
            "         sluice run ./my-factory --trigger Nightly --at 2026-01-31T02:00:00Z",
            "where local.json is {\"OrdersDb\": {\"server\": \"localhost\", \"password\": \"…\"}}.",
            "",
            "Exit codes: 0 the run succeeded, 1 it failed or was cancelled, 2 wrong usage or documents."
        })
public final class LocalMain implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int WRONG_INPUT = 2;
    private static final int STOP_SECONDS = 10;

    @Parameters(paramLabel = "FOLDER|TEMPLATE|FILE", description = "The factory.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path given;

    @Option(
            names = "--pipeline",
            paramLabel = "NAME",
            description = "The pipeline to run; not needed with a trigger that has one.")
    private String pipeline = "";

    @Option(
            names = "--trigger",
            paramLabel = "NAME",
            description = "Runs it as this trigger would, with the arguments that the trigger gives it.")
    private String trigger = "";

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "With a trigger: the scheduled time, or a time in the window (default: the latest one).")
    private @Nullable String at;

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "With a trigger on files: the file that came, e.g. container/folder/name.")
    private @Nullable String file;

    @Option(
            names = "--event",
            paramLabel = "FILE",
            description = "With a trigger on events: a file with the event that came, as JSON.")
    private @Nullable Path event;

    @Option(
            names = "--parameter",
            paramLabel = "K=V",
            description = "Value of a parameter, as JSON or plain text; may be given several times.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(
            names = "--parameters",
            paramLabel = "FILE",
            description = "Values for the parameters of a template, as ARM parameters files have them.")
    private @Nullable Path templateParameters;

    @Option(
            names = "--override",
            paramLabel = "FILE",
            description = "JSON file with typeProperties (hosts, users, secrets) per linked service, for this machine.")
    private @Nullable Path override;

    @Option(names = "--memory", paramLabel = "MB", defaultValue = "512", description = "Memory for buffers per copy.")
    private int memory = 512;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table (default) or json.")
    private RunReport.Form form = RunReport.Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private LocalMain() {}

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new LocalMain());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, at, parsed) -> {
            if (e instanceof ProblemException p) {
                RunReport.problems(at.getErr(), List.of(p.problem()));
            } else {
                at.getErr().println("error: " + e);
            }
            return WRONG_INPUT;
        });
        return line;
    }

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(commandLine().setOut(out).setErr(err).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        if (memory < 32 || memory > 65_536) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--memory " + memory + " is not 32 to 65536");
        }
        FactorySource factory = FactorySource.one(
                given, templateParameters == null ? Json.object() : TemplateParameters.read(templateParameters));
        List<Problem> wrong = RunnableFactory.problems(factory);
        if (!wrong.isEmpty()) {
            RunReport.problems(err, wrong);
            return WRONG_INPUT;
        }
        Overrides overrides = override == null ? Overrides.none() : Overrides.read(override);
        Definitions definitions = Definitions.of(overrides.apply(factory.runnable()));
        Clock clock = Clock.systemUTC();
        TriggeredStart start = start(factory, definitions, clock);
        Document document = definitions.find(DocumentKind.PIPELINE, start.pipeline());
        if (document == null) {
            throw DocumentFaults.REFERENCE_MISSING
                    .problem()
                    .at(given.toString())
                    .evidence("object", "pipeline")
                    .evidence("name", start.pipeline())
                    .evidence("existing", String.join(", ", RunnableFactory.names(factory, DocumentKind.PIPELINE)))
                    .exception();
        }
        RunRequest request = new RunRequest(start.identity(), document, start.arguments());
        return switch (Decider.admit(request, clock.instant())) {
            case Admission.Refused(List<Problem> problems) -> {
                RunReport.problems(err, problems);
                yield WRONG_INPUT;
            }
            case Admission.Accepted(Decision decision) -> execute(spec, form, memory, definitions, decision, clock);
        };
    }

    /// By hand, or as the trigger would; what is given by hand counts more than what the trigger gives.
    private TriggeredStart start(FactorySource factory, Definitions definitions, Clock clock) {
        if (trigger.isEmpty()) {
            if (pipeline.isEmpty() || at != null || file != null || event != null) {
                String what = pipeline.isEmpty()
                        ? "--pipeline or --trigger is needed"
                        : "--at, --file and --event belong to --trigger";
                throw new CommandLine.ParameterException(spec.commandLine(), what);
            }
            RunIdentity identity = RunIdentity.manual(
                    factory.name(), UUID.randomUUID().toString(), System.getProperty("user.name", ""), clock.instant());
            return new TriggeredStart(pipeline, identity, arguments());
        }
        TriggeredStart.Given given = new TriggeredStart.Given(time(), file, event == null ? null : event(event));
        TriggeredStart start = TriggeredStart.of(factory, definitions, trigger, pipeline, given, clock.instant());
        ObjectNode arguments = start.arguments();
        arguments().properties().forEach(own -> {
            arguments.properties().stream()
                    .map(Map.Entry::getKey)
                    .filter(own.getKey()::equalsIgnoreCase)
                    .toList()
                    .forEach(arguments::remove);
            arguments.set(own.getKey(), own.getValue());
        });
        return start;
    }

    private @Nullable Instant time() {
        String text = at;
        if (text == null) {
            return null;
        }
        return Timestamps.parse(text)
                .orElseThrow(() -> new CommandLine.ParameterException(
                        spec.commandLine(), "--at " + text + " is no time such as 2026-01-31T06:00:00Z"));
    }

    private static ObjectNode event(Path path) {
        try {
            return Json.parseObject(Files.readString(path));
        } catch (IOException e) {
            throw DocumentFaults.FILE_UNREADABLE.with("path", path, "detail", String.valueOf(e.getMessage()));
        }
    }

    /// Runs a pipeline of documents that a command made up.
    ///
    /// @return the exit code
    static int run(CommandSpec spec, RunReport.Form form, int memory, List<Document> documents, String pipeline)
            throws InterruptedException {
        Clock clock = Clock.systemUTC();
        Definitions definitions = Definitions.of(documents);
        return execute(spec, form, memory, definitions, admitted(definitions, pipeline, clock), clock);
    }

    /// The same for a pipeline of one activity: its output, or its error printed.
    static Optional<JsonNode> output(CommandSpec spec, int memory, List<Document> documents, String pipeline)
            throws InterruptedException {
        Clock clock = Clock.systemUTC();
        Definitions definitions = Definitions.of(documents);
        try (LocalRun run =
                new LocalRun(definitions, new JobsInProcess((long) memory << 20, clock), clock, new SecureRandom())) {
            PipelineRun end = run.execute(admitted(definitions, pipeline, clock));
            List<ActivityRun> activities = run.runs().getFirst().activities();
            if (end.status() == RunStatus.SUCCEEDED) {
                return Optional.of(activities.getLast().output());
            }
            new RunReport(spec.commandLine().getOut(), spec.commandLine().getErr(), RunReport.Form.TABLE)
                    .errors(activities);
            return Optional.empty();
        }
    }

    private static Decision admitted(Definitions definitions, String pipeline, Clock clock) {
        Document document = definitions.find(DocumentKind.PIPELINE, pipeline);
        if (document == null) {
            throw new IllegalStateException("there is no pipeline " + pipeline);
        }
        RunIdentity identity = RunIdentity.manual(
                "local", UUID.randomUUID().toString(), System.getProperty("user.name", ""), clock.instant());
        return switch (Decider.admit(new RunRequest(identity, document, Json.object()), clock.instant())) {
            case Admission.Refused(List<Problem> problems) -> throw new ProblemException(problems.getFirst());
            case Admission.Accepted(Decision decision) -> decision;
        };
    }

    private static int execute(
            CommandSpec spec, RunReport.Form form, int memory, Definitions definitions, Decision admitted, Clock clock)
            throws InterruptedException {
        Jobs jobs = new JobsInProcess((long) memory << 20, clock);
        try (LocalRun run = new LocalRun(definitions, jobs, clock, new SecureRandom())) {
            CountDownLatch over = new CountDownLatch(1);
            Thread interrupted = Thread.ofPlatform().unstarted(() -> stop(run, over));
            Runtime.getRuntime().addShutdownHook(interrupted);
            RunReport report = new RunReport(
                    spec.commandLine().getOut(), spec.commandLine().getErr(), form);
            try (AutoCloseable watching = report.watch(run)) {
                PipelineRun end = run.execute(admitted);
                over.countDown();
                removeHook(interrupted);
                watching.close();
                report.end(run.runs());
                return end.status() == RunStatus.SUCCEEDED ? 0 : FAILED;
            } catch (InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Ctrl-C: the run is cancelled, so that nothing half-written stays behind, and then the process ends.
    private static void stop(LocalRun run, CountDownLatch over) {
        run.cancel("Ctrl-C");
        try {
            if (!over.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("error: the run did not stop within " + STOP_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already; the hook is what waits for us.
            hook.setName("stopping");
        }
    }

    private ObjectNode arguments() {
        ObjectNode values = Json.object();
        parameters.forEach((name, typed) -> values.set(name, value(typed)));
        return values;
    }

    private static JsonNode value(String typed) {
        try {
            return Json.parse(typed);
        } catch (ProblemException e) {
            return Json.text(typed);
        }
    }
}
