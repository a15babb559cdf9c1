package dev.sluice.local;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.local.factory.FactoryDocument;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Overrides;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice test-connection`: whether a linked service leads to its store.
@Command(
        name = "sluice test-connection",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Finds out whether a linked service of a factory's folder leads to its store, from this machine.",
            "Of a service's linked services: sluice linked-service test."
        },
        footer = {
            "",
            "Example: sluice test-connection ./my-factory OrdersDb --override local.json",
            "",
            "Exit codes: 0 it does, 1 it does not, 2 wrong usage or documents."
        })
final class TestConnectionCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FOLDER", description = "The factory.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Parameters(index = "1", paramLabel = "LINKED SERVICE", description = "Its name.")
    private String name = "";

    @Option(
            names = "--parameter",
            paramLabel = "K=V",
            description = "Value of a parameter of the linked service; may be given several times.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(
            names = "--override",
            paramLabel = "FILE",
            description = "JSON file with typeProperties (hosts, users, secrets) per linked service, for this machine.")
    private @Nullable Path override;

    @Option(names = "--memory", paramLabel = "MB", defaultValue = "64", description = "Memory for buffers.")
    private int memory = 64;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        FactorySource factory = FactorySource.one(folder, Json.object());
        Overrides overrides = override == null ? Overrides.none() : Overrides.read(override);
        Document service = factory.find(DocumentKind.LINKED_SERVICE, name)
                .map(FactoryDocument::document)
                .orElseThrow(() -> DocumentFaults.REFERENCE_MISSING
                        .problem()
                        .at(folder.resolve("linkedService").toString())
                        .evidence("object", "linked service")
                        .evidence("name", name)
                        .evidence(
                                "existing",
                                String.join(", ", RunnableFactory.names(factory, DocumentKind.LINKED_SERVICE)))
                        .exception());
        List<Document> services = overrides.apply(factory.plain()).stream()
                .filter(d -> d.kind() == DocumentKind.LINKED_SERVICE)
                .toList();
        ObjectNode activity = Json.object();
        activity.put("type", "ConnectionTest");
        ObjectNode reference = OneActivity.reference(service.name(), "LinkedServiceReference");
        ObjectNode arguments = reference.putObject("parameters");
        parameters.forEach(arguments::put);
        activity.set("linkedServiceName", reference);
        activity.putObject("typeProperties");
        Optional<JsonNode> output = LocalMain.output(
                spec, memory, new OneActivity().with(services).of("Test", activity), OneActivity.PIPELINE);
        output.ifPresent(told -> spec.commandLine()
                .getOut()
                .println(service.name() + ": connected ("
                        + told.path("connector").asString("") + ")"));
        spec.commandLine().getOut().flush();
        return output.isPresent() ? 0 : Program.NOT_IN_ORDER;
    }
}
