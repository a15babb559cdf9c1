package dev.sluice.local;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.local.factory.FactoryDocument;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Overrides;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

/// `sluice verify`: whether a place still holds what a copy wrote there. It reads the place anew and needs nothing of
/// the copy but its manifest.
@Command(
        name = "sluice verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares what a copy wrote with the manifest that it kept: rows, bytes, and the values of every column.",
            "",
            "The manifest is a file that 'sluice copy --manifest FOLDER' or manifestLocation of a Copy activity kept, the",
            "output of an activity run, or what 'sluice run -o json' printed (then --activity names the copy)."
        },
        footer = {
            "",
            "Example: sluice copy orders.csv postgres://me@localhost/shop/public.orders --manifest proofs",
            "         sluice verify proofs/Copy-….json postgres://me@localhost/shop/public.orders",
            "         sluice verify proofs/CopyOrders-….json ./my-factory Orders --override local.json",
            "",
            "Exit codes: 0 all is as it was written, 1 it is not or cannot be read, 2 wrong usage or documents."
        })
final class VerifyCommand implements Callable<Integer> {
    private static final String ACTIVITY = "Verify";

    @Parameters(index = "0", paramLabel = "MANIFEST", description = "The file with the manifest.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path manifest;

    @Parameters(
            index = "1..*",
            arity = "1..2",
            paramLabel = "PLACE | FOLDER [DATASET]",
            description =
                    "Where the copy wrote to: a place as sluice copy takes it, or a factory's folder and a dataset of"
                            + " it (default: the one that the manifest names).")
    private List<String> what = List.of();

    @Option(names = "--activity", paramLabel = "NAME", description = "Which copy, where the file tells of several.")
    private String activity = "";

    @Option(
            names = "--parameter",
            paramLabel = "K=V",
            description = "Value of a parameter of the dataset; may be given several times.")
    private Map<String, String> parameters = new LinkedHashMap<>();

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
    private RunReport.Form form = RunReport.Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Path file = manifest.toAbsolutePath().normalize();
        if (!Files.isRegularFile(file)) {
            throw DocumentFaults.FILE_UNREADABLE.with("path", manifest, "detail", "there is no such file");
        }
        Optional<JsonNode> output = LocalMain.output(spec, memory, documents(file), OneActivity.PIPELINE);
        output.ifPresent(this::show);
        spec.commandLine().getOut().flush();
        return output.filter(told -> told.path("differences").isEmpty()).isPresent() ? 0 : Program.NOT_IN_ORDER;
    }

    private List<Document> documents(Path file) {
        Path parent = file.getParent();
        Path name = file.getFileName();
        if (parent == null || name == null) {
            throw new IllegalArgumentException("'" + file + "' is no file");
        }
        boolean folder =
                what.size() == 2 || Files.isDirectory(Path.of(what.getFirst()).resolve("dataset"));
        OneActivity documents = new OneActivity().withFolder("Manifests", parent);
        ObjectNode dataset = folder ? ofFactory(documents, file) : ofPlace(documents);
        ObjectNode verify = Json.object().put("type", "VerifyCopy");
        ObjectNode properties = verify.putObject("typeProperties");
        properties.set("dataset", dataset);
        ObjectNode location = properties.putObject("manifestLocation");
        location.set("linkedServiceName", OneActivity.reference("Manifests", "LinkedServiceReference"));
        location.put("path", literal(name.toString()));
        properties.put("activity", literal(activity));
        properties.put("failOnDifference", false);
        return documents.of(ACTIVITY, verify);
    }

    /// A text in which nothing is an expression.
    private static String literal(String text) {
        String inside = text.replace("@{", "@@{");
        return inside.startsWith("@") && !inside.startsWith("@@") ? "@" + inside : inside;
    }

    private ObjectNode ofPlace(OneActivity documents) {
        documents.with("Sink", ShortForm.sink(what.getFirst(), System::getenv));
        return OneActivity.reference("Sink", "DatasetReference");
    }

    private ObjectNode ofFactory(OneActivity documents, Path file) {
        Path folder = Path.of(what.getFirst());
        FactorySource factory = FactorySource.one(folder, Json.object());
        String wanted = what.size() == 2 ? what.get(1) : named(file);
        Document dataset = factory.find(DocumentKind.DATASET, wanted)
                .map(FactoryDocument::document)
                .orElseThrow(() -> DocumentFaults.REFERENCE_MISSING
                        .problem()
                        .at(folder.resolve("dataset").toString())
                        .evidence("object", "dataset")
                        .evidence("name", wanted)
                        .evidence("existing", String.join(", ", RunnableFactory.names(factory, DocumentKind.DATASET)))
                        .exception());
        Overrides overrides = override == null ? Overrides.none() : Overrides.read(override);
        documents.with(overrides.apply(factory.plain()).stream()
                .filter(d -> d.kind() == DocumentKind.DATASET || d.kind() == DocumentKind.LINKED_SERVICE)
                .toList());
        ObjectNode reference = OneActivity.reference(dataset.name(), "DatasetReference");
        ObjectNode arguments = reference.putObject("parameters");
        parameters.forEach((key, value) -> arguments.put(key, literal(value)));
        return reference;
    }

    /// The dataset that the copy wrote to, as its manifest names it.
    private static String named(Path file) {
        try {
            String name =
                    Json.parseObject(Files.readAllBytes(file)).path("dataset").asString("");
            if (name.isEmpty()) {
                throw new IllegalArgumentException("'" + file + "' names no dataset: give one after the folder");
            }
            return name;
        } catch (IOException e) {
            throw DocumentFaults.FILE_UNREADABLE.with("path", file, "detail", String.valueOf(e.getMessage()));
        }
    }

    private void show(JsonNode output) {
        PrintWriter out = spec.commandLine().getOut();
        if (form == RunReport.Form.JSON) {
            ObjectNode told = Json.object();
            for (String member : List.of("verificationResult", "rowsWritten", "rowsRead", "filesRead", "differences")) {
                if (output.has(member)) {
                    told.set(member, output.path(member));
                }
            }
            out.println(Json.pretty(told));
            return;
        }
        JsonNode differences = output.path("differences");
        differences.forEach(d -> {
            String column = d.path("column").asString("");
            out.printf(
                    "%s%s: %s%n",
                    d.path("chunk").asString(""),
                    column.isEmpty() ? "" : ", column " + column,
                    d.path("detail").asString(""));
        });
        if (output.has("rowsRead")) {
            out.printf(Locale.ROOT, "%,d rows read", output.path("rowsRead").asLong(0));
        }
        if (output.has("filesRead")) {
            out.printf(
                    Locale.ROOT,
                    "%s%,d files read",
                    output.has("rowsRead") ? ", " : "",
                    output.path("filesRead").asLong(0));
        }
        out.println(differences.isEmpty() ? ": all as it was written" : ": not as it was written");
    }
}
