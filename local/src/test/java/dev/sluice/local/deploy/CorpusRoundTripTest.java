package dev.sluice.local.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.TemplateParameters;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Public factories and templates: written as a template and as a folder and read again, they mean the same.
class CorpusRoundTripTest {
    private static final Path CORPUS = Path.of("..", "..", "shared", "corpus", "adf-dev");

    @TempDir
    Path out;

    @Test
    void what_is_written_as_a_template_or_folder_and_read_again_means_the_same() throws IOException {
        if (!Files.isDirectory(CORPUS)) {
            System.err.println("SKIPPED: no collection of public factories at " + CORPUS.toAbsolutePath());
        }
        assumeTrue(Files.isDirectory(CORPUS), "no collection of public factories at " + CORPUS);
        int documents = 0;
        try (Stream<Path> units = Files.list(CORPUS)) {
            for (Path unit : units.filter(Files::isDirectory).sorted().toList()) {
                for (FactorySource factory : FactorySource.all(unit, Json.object())) {
                    List<Document> read = documents(factory);
                    if (read.isEmpty()) {
                        continue;
                    }
                    documents += read.size();
                    Map<String, ObjectNode> meant = meant(read);
                    Path to = out.resolve(String.valueOf(documents));
                    assertThat(throughTemplate(factory.name(), read, to))
                            .as("%s %s", unit, factory.root())
                            .isEqualTo(meant);
                    assertThat(throughFolder(read, to))
                            .as("%s %s", unit, factory.root())
                            .isEqualTo(meant);
                }
            }
        }
        System.out.println(documents + " documents of public factories written and read again");
        assertThat(documents).isGreaterThan(1_500);
    }

    /// Those with names that documents can have, once each, and something in them.
    private static List<Document> documents(FactorySource factory) {
        Map<String, Document> byKey = new LinkedHashMap<>();
        for (Document document : factory.plain()) {
            boolean own = switch (document.kind()) {
                case FACTORY, GLOBAL_PARAMETER -> false;
                case INTEGRATION_RUNTIME,
                        LINKED_SERVICE,
                        DATASET,
                        PIPELINE,
                        TRIGGER,
                        DATA_FLOW,
                        CREDENTIAL,
                        MANAGED_VIRTUAL_NETWORK,
                        MANAGED_PRIVATE_ENDPOINT,
                        CHANGE_DATA_CAPTURE -> true;
            };
            if (own
                    && document.kind().nameProblem(document.name()).isEmpty()
                    && document.properties().json().isObject()
                    && !document.name().endsWith(" ")) {
                byKey.putIfAbsent(Resource.key(document), new Document(document.kind(), document.name(), (ObjectNode)
                        Content.masked(document)));
            }
        }
        return DependencyOrder.of(byKey.values());
    }

    private static Map<String, ObjectNode> meant(List<Document> documents) {
        Map<String, ObjectNode> meant = new LinkedHashMap<>();
        documents.stream()
                .sorted(java.util.Comparator.comparing(Resource::key))
                .forEach(d -> meant.put(Resource.key(d), Content.of(d)));
        return meant;
    }

    private static Map<String, ObjectNode> throughTemplate(String name, List<Document> documents, Path to) {
        TemplateWriter.Written written = TemplateWriter.of(name, documents);
        Path template = to.resolve("arm").resolve(ExportCommand.TEMPLATE);
        Path parameters = to.resolve("arm").resolve(ExportCommand.PARAMETERS);
        FolderWriter.write(template, Json.pretty(written.template()));
        FolderWriter.write(parameters, Json.pretty(written.parameters()));
        return meant(withoutFactory(
                FactorySource.one(template, TemplateParameters.read(parameters)).plain()));
    }

    private static Map<String, ObjectNode> throughFolder(List<Document> documents, Path to) {
        Path folder = to.resolve("git");
        new FolderWriter(folder, documents).write(new Selection(List.of(), List.of()), false);
        return meant(withoutFactory(FactorySource.one(folder, Json.object()).plain()));
    }

    private static List<Document> withoutFactory(List<Document> documents) {
        List<Document> all = new ArrayList<>(documents);
        all.removeIf(d -> d.kind() == DocumentKind.FACTORY);
        return all;
    }
}
