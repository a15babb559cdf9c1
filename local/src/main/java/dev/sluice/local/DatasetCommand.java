package dev.sluice.local;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.local.factory.FactoryDocument;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Overrides;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the commands that look at one dataset have in common: a dataset of a factory's folder, or a place
/// as `sluice copy` takes it. Read in this process; nothing goes to a service.
abstract class DatasetCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..2",
            paramLabel = "FOLDER DATASET | PLACE",
            description = "A factory's folder and a dataset of it, or a place: a file or table.")
    private List<String> what = List.of();

    @Option(
            names = "--override",
            paramLabel = "FILE",
            description = "JSON file with typeProperties (hosts, users, secrets) per linked service, for this machine.")
    private @Nullable Path override;

    @Option(names = "--memory", paramLabel = "MB", defaultValue = "512", description = "Memory for buffers.")
    private int memory = 512;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table (default) or json.")
    RunReport.Form form = RunReport.Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    /// The activity that looks, without its name.
    ///
    /// @param dataset a reference to it
    /// @param source of the activity, with its type
    abstract ObjectNode activity(ObjectNode dataset, ObjectNode source);

    abstract void show(JsonNode output);

    @Override
    public Integer call() throws InterruptedException {
        Optional<JsonNode> output = LocalMain.output(spec, memory, documents(), OneActivity.PIPELINE);
        output.ifPresent(this::show);
        spec.commandLine().getOut().flush();
        return output.isPresent() ? 0 : Program.NOT_IN_ORDER;
    }

    private List<Document> documents() {
        if (what.size() == 1) {
            ShortForm place = ShortForm.source(what.getFirst(), System::getenv);
            return new OneActivity()
                    .with("Data", place)
                    .of("Look", activity(OneActivity.reference("Data", "DatasetReference"), place.side()));
        }
        Path folder = Path.of(what.getFirst());
        FactorySource factory = FactorySource.one(folder, Json.object());
        Overrides overrides = override == null ? Overrides.none() : Overrides.read(override);
        String name = what.get(1);
        Document dataset = factory.find(DocumentKind.DATASET, name)
                .map(FactoryDocument::document)
                .orElseThrow(() -> DocumentFaults.REFERENCE_MISSING
                        .problem()
                        .at(folder.resolve("dataset").toString())
                        .evidence("object", "dataset")
                        .evidence("name", name)
                        .evidence("existing", String.join(", ", RunnableFactory.names(factory, DocumentKind.DATASET)))
                        .exception());
        ObjectNode source = Json.object();
        source.put("type", dataset.properties().json().path("type").asString("").replaceAll("Table$", "") + "Source");
        List<Document> needed = overrides.apply(factory.plain()).stream()
                .filter(d -> d.kind() == DocumentKind.DATASET || d.kind() == DocumentKind.LINKED_SERVICE)
                .toList();
        return new OneActivity()
                .with(needed)
                .of("Look", activity(OneActivity.reference(dataset.name(), "DatasetReference"), source));
    }
}
