package dev.sluice.local.deploy;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceOptions;
import dev.sluice.diagnosis.DeployFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.local.check.FactoryCheck;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Finding;
import dev.sluice.local.factory.Overrides;
import dev.sluice.local.factory.TemplateParameters;
import dev.sluice.model.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// `sluice deploy`.
@Command(
        name = "sluice deploy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Brings a factory's documents into a service: compares what they mean, writes what differs in the order of",
            "dependencies, stops and starts the triggers concerned, and refuses to overwrite what others changed.",
            "",
            "Given may be a Git folder of Data Factory, Synapse or Fabric, or an ARM template with its parameters."
        },
        footer = {
            "",
            "Examples:",
            "  sluice deploy ./my-factory -f test --what-if             what would be done, and nothing else",
            "  sluice deploy ./my-factory -f test --override test.json  hosts and secrets of this environment",
            "  sluice deploy ./my-factory -f test --include 'pipeline.Copy*' --include 'dataset.*'",
            "  sluice deploy ./my-factory -f test --delete              also delete what is gone from the folder",
            "  sluice deploy ARMTemplateForFactory.json -f test --parameters ARMTemplateParametersForFactory.json",
            "",
            "Secrets that the service holds are never shown and never lost: what the folder does not say stays as it is.",
            "",
            "Exit codes: 0 done (or, with --what-if, could be done), 1 refused or failed, 2 wrong usage or documents."
        })
public final class DeployCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER|TEMPLATE", description = "What to deploy.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path given;

    @Option(
            names = {"-f", "--factory", "--factory-name"},
            required = true,
            paramLabel = "NAME",
            description = "The factory of the service; made when it is not there.")
    private String factory = "";

    @Option(names = "--what-if", description = "Only show what would be done.")
    private boolean whatIf;

    @Option(
            names = "--include",
            paramLabel = "TYPE.NAME",
            description = "Only these, e.g. pipeline.Copy* or trigger.*; may be given several times.")
    private List<String> include = new ArrayList<>();

    @Option(names = "--exclude", paramLabel = "TYPE.NAME", description = "Not these; may be given several times.")
    private List<String> exclude = new ArrayList<>();

    @Option(
            names = "--delete",
            description =
                    "Delete in the service what is gone from here (runtimes, credentials and private endpoints only"
                            + " where an --include names their type).")
    private boolean delete;

    @Option(names = "--force", description = "Overwrite what was changed in the service since the last deployment.")
    private boolean force;

    @Option(
            names = "--triggers",
            paramLabel = "HOW",
            defaultValue = "as-given",
            description =
                    "as-given (default): started or stopped as their documents say, else as before; as-before; stopped.")
    private String triggers = "as-given";

    @Option(
            names = "--parameters",
            paramLabel = "FILE",
            description =
                    "Values for the parameters of a template, as ARM parameters files have them; may be given several"
                            + " times, the last one counts.")
    private List<Path> parameters = new ArrayList<>();

    @Option(
            names = "--override",
            paramLabel = "FILE",
            description =
                    "JSON file with typeProperties (hosts, users, secrets) per linked service, for this environment.")
    private @Nullable Path override;

    @Option(names = "--secrets", description = "Write again what holds secrets, so that changed ones arrive.")
    private boolean secrets;

    @Option(names = "--no-check", description = "Send documents even if 'sluice validate' finds errors.")
    private boolean unchecked;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table (default) or json.")
    private DeployReport.Form form = DeployReport.Form.TABLE;

    @Mixin
    private ServiceOptions service = new ServiceOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Planning.Wish wish = new Planning.Wish(new Selection(include, exclude), delete, secrets, triggers(triggers));
        ObjectNode values = Json.object();
        parameters.forEach(file -> values.setAll(TemplateParameters.read(file)));
        FactorySource source = FactorySource.one(given, values);
        List<Finding> errors = errors(source, wish.selection());
        DeployReport report = new DeployReport(
                factory,
                whatIf,
                form,
                spec.commandLine().getOut(),
                spec.commandLine().getErr());
        if (!errors.isEmpty() && !unchecked) {
            report.findings(errors);
            throw DeployFaults.NOT_IN_ORDER.with("count", errors.size());
        }
        Overrides overrides = override == null ? Overrides.none() : Overrides.read(override);
        Wanted wanted = Wanted.of(factory, overrides.apply(source.runnable()));
        try (ServiceClient client = service.client()) {
            return deploy(new RemoteFactory(client, service.factory(factory)), wanted, wish, report);
        }
    }

    private int deploy(RemoteFactory remote, Wanted wanted, Planning.Wish wish, DeployReport report) {
        Optional<ObjectNode> there = remote.factory();
        Deployed last = there.map(Deployed::of).orElse(Deployed.none());
        List<Resource> resources = there.isPresent() ? remote.resources() : List.of();
        List<Resource> all = new ArrayList<>(resources);
        there.ifPresent(own -> all.add(Wanted.parametersOf(factory, own)));
        Plan plan = Planning.plan(wanted.documents(), all, last, wish);
        List<Problem> refused = new ArrayList<>(plan.problems());
        if (!force) {
            plan.drift()
                    .forEach(c -> refused.add(DeployFaults.DRIFT
                            .problem()
                            .evidence("object", c.kind().word())
                            .evidence("name", c.name())
                            .evidence("what", c.drift())
                            .build()));
        }
        report.plan(plan, there.isEmpty());
        if (!refused.isEmpty()) {
            report.refused(plan, refused);
            return DeployReport.FAILED;
        }
        if (whatIf) {
            report.whatIf(plan);
            return 0;
        }
        if (there.isEmpty()) {
            remote.create(Execution.body(wanted.factory()));
        }
        return report.end(plan, new Execution(remote, last, force, report::step).execute(plan));
    }

    private static Planning.Triggers triggers(String how) {
        return switch (how.toLowerCase(java.util.Locale.ROOT)) {
            case "as-given" -> Planning.Triggers.AS_GIVEN;
            case "as-before" -> Planning.Triggers.AS_BEFORE;
            case "stopped" -> Planning.Triggers.STOPPED;
            default ->
                throw new IllegalArgumentException("--triggers " + how + " is not as-given, as-before or stopped");
        };
    }

    /// Errors in what is to be sent; what could not be read at all counts always.
    private static List<Finding> errors(FactorySource source, Selection selection) {
        List<Finding> all = FactoryCheck.of(source).stream()
                .filter(f -> f.severity() == Finding.Severity.ERROR)
                .toList();
        return all.stream()
                .filter(f -> source.documents().stream()
                        .filter(d ->
                                d.file().shown().equals(f.file()) && (f.pointer() + "/").startsWith(d.base() + "/"))
                        .map(d -> d.document())
                        .findFirst()
                        .map(selection::covers)
                        .orElse(true))
                .toList();
    }
}
