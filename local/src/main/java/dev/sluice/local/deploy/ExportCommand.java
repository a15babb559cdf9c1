package dev.sluice.local.deploy;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceOptions;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Finding;
import dev.sluice.local.factory.TemplateParameters;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice export`.
@Command(
        name = "sluice export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes a factory as a Git folder (--folder) or as an ARM template with its parameters (--template), from"
                    + " a",
            "service or, with --from, from another folder or template. What is written can be deployed again.",
            "",
            "Secrets are never written: in a folder a mask stands for them, in a template a parameter without a value."
        },
        footer = {
            "",
            "Examples:",
            "  sluice export -f my-factory --folder ./my-factory",
            "  sluice export -f my-factory --template ./arm       ARMTemplateForFactory.json and its parameters",
            "  sluice export --from ./my-factory --template ./arm without a service",
            "",
            "A template that is too large for Azure is written a second time as linked templates: a master and its"
                    + " parts,",
            "in linkedTemplates. Put these where Azure can read them, and give the place as containerUri.",
            "",
            "Exit codes: 0 written, 1 the service said no, 2 wrong usage, or something that cannot be read or written."
        })
public final class ExportCommand implements Callable<Integer> {
    /// The names that Data Factory gives to what it exports.
    static final String TEMPLATE = "ARMTemplateForFactory.json";

    static final String PARAMETERS = "ARMTemplateParametersForFactory.json";

    @Option(
            names = {"-f", "--factory", "--factory-name"},
            paramLabel = "NAME",
            description = "The factory of the service; with --from: how the template's factory is called.")
    private @Nullable String factory;

    @Option(
            names = "--from",
            paramLabel = "FOLDER|TEMPLATE",
            description = "Read documents from here instead of a service.")
    private @Nullable Path from;

    @Option(
            names = "--parameters",
            paramLabel = "FILE",
            description = "With --from: values for the parameters of the template.")
    private @Nullable Path parameters;

    @Option(names = "--folder", paramLabel = "DIR", description = "Write a Git folder here.")
    private @Nullable Path folder;

    @Option(names = "--template", paramLabel = "DIR", description = "Write an ARM template and its parameters here.")
    private @Nullable Path template;

    @Option(names = "--include", paramLabel = "TYPE.NAME", description = "Only these; may be given several times.")
    private List<String> include = new ArrayList<>();

    @Option(names = "--exclude", paramLabel = "TYPE.NAME", description = "Not these; may be given several times.")
    private List<String> exclude = new ArrayList<>();

    @Option(names = "--delete", description = "Delete files of documents that the factory does not have (any more).")
    private boolean delete;

    @Mixin
    private ServiceOptions service = new ServiceOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /// A factory that was read.
    private record Factory(String name, List<Document> documents) {}

    @Override
    public Integer call() {
        if (folder == null && template == null) {
            throw new ParameterException(spec.commandLine(), "--folder DIR or --template DIR is required");
        }
        Selection selection = new Selection(include, exclude);
        Factory read = from == null ? ofService() : ofFiles(from);
        List<Document> documents = DependencyOrder.of(read.documents().stream()
                .filter(selection::covers)
                .map(ExportCommand::shown)
                .toList());
        var out = spec.commandLine().getOut();
        if (folder != null) {
            int deleted = new FolderWriter(folder, documents).write(selection, delete);
            out.println(folder + ": " + documents.size() + " documents"
                    + (deleted > 0 ? ", " + deleted + " files deleted" : ""));
        }
        if (template != null) {
            TemplateWriter.Written written = TemplateWriter.of(read.name(), documents);
            FolderWriter.write(template.resolve(TEMPLATE), Json.pretty(written.template()) + "\n");
            FolderWriter.write(template.resolve(PARAMETERS), Json.pretty(written.parameters()) + "\n");
            int count = written.template().path("parameters").size();
            out.println(template.resolve(TEMPLATE) + ": "
                    + written.template().path("resources").size() + " resources, " + count + " parameters");
            if (LinkedTemplates.needed(written.template())) {
                writeLinked(written, template.resolve(LinkedTemplates.FOLDER));
            }
        }
        out.flush();
        return 0;
    }

    private void writeLinked(TemplateWriter.Written written, Path into) {
        LinkedTemplates.Written linked = LinkedTemplates.of(written, LinkedTemplates.Limits.PART);
        for (int i = 0; i < linked.parts().size(); i++) {
            FolderWriter.write(
                    into.resolve(LinkedTemplates.Written.fileOf(i)),
                    Json.pretty(linked.parts().get(i)) + "\n");
        }
        FolderWriter.write(into.resolve(LinkedTemplates.MASTER), Json.pretty(linked.master()) + "\n");
        FolderWriter.write(into.resolve(LinkedTemplates.MASTER_PARAMETERS), Json.pretty(linked.parameters()) + "\n");
        spec.commandLine()
                .getOut()
                .println(into.resolve(LinkedTemplates.MASTER) + ": "
                        + linked.parts().size()
                        + " linked templates, because Azure takes at most 256 parameters, 800 resources and 4"
                        + " MB in one");
    }

    private Factory ofService() {
        if (factory == null) {
            throw new ParameterException(spec.commandLine(), "--factory NAME or --from FOLDER is required");
        }
        try (ServiceClient client = service.client()) {
            RemoteFactory remote = new RemoteFactory(client, service.factory(factory));
            ObjectNode own = remote.factory()
                    .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "factory", "name", remote.name()));
            List<Document> documents = new ArrayList<>();
            documents.add(new Document(DocumentKind.FACTORY, own.path("name").asString(factory), own));
            remote.resources().forEach(r -> documents.add(r.document()));
            return new Factory(own.path("name").asString(factory), documents);
        }
    }

    private Factory ofFiles(Path given) {
        FactorySource source =
                FactorySource.one(given, parameters == null ? Json.object() : TemplateParameters.read(parameters));
        for (Finding finding : source.findings()) {
            if (finding.severity() == Finding.Severity.ERROR) {
                throw new IllegalArgumentException(finding.place() + ": " + finding.message());
            }
        }
        String name = factory == null ? source.name() : factory;
        Wanted wanted = Wanted.of(name, source.plain());
        List<Document> documents = new ArrayList<>();
        for (Document document : wanted.documents()) {
            ObjectNode own = wanted.factory();
            documents.add(
                    document.kind() == DocumentKind.FACTORY && own != null
                            ? withGlobals(name, own, document)
                            : document);
        }
        return new Factory(name, documents);
    }

    private static Document withGlobals(String name, ObjectNode own, Document globals) {
        ObjectNode json = Execution.body(own);
        json.set("properties", globals.properties().json());
        return new Document(DocumentKind.FACTORY, name, json);
    }

    /// A document as it may be written: secrets masked, without what only a service says, a trigger with its state.
    private static Document shown(Document document) {
        ObjectNode masked = (ObjectNode) Content.masked(document);
        ObjectNode properties = Content.properties(new Document(document.kind(), document.name(), masked));
        JsonNode state = document.properties().member("runtimeState").json();
        if (document.kind() == DocumentKind.TRIGGER && state.isString()) {
            properties.set("runtimeState", state);
        }
        ObjectNode json = Json.object();
        json.set("properties", properties);
        if (document.kind() == DocumentKind.FACTORY) {
            for (String member : List.of("location", "identity", "tags")) {
                JsonNode value = Place.root(masked).member(member).json();
                if (!value.isMissingNode()) {
                    json.set(member, value);
                }
            }
        }
        return new Document(document.kind(), document.name(), json);
    }
}
