package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Documents that people wrote, where a collection of them lies beside the project.
class CorpusTest {
    private static final Path CORPUS = Path.of("..", "..", "shared", "corpus", "adf-dev");

    @Test
    void every_document_of_the_collection_survives_the_round_trip() throws IOException {
        List<Path> files = files();
        for (Path file : files) {
            var json = Json.parse(Files.readAllBytes(file));
            assertThat(Json.parse(Json.bytes(json))).as(file.toString()).isEqualTo(json);
            assertThat(Json.parse(Json.pretty(json))).as(file.toString()).isEqualTo(json);
        }
        assertThat(files).hasSizeGreaterThan(1_000);
    }

    @Test
    void documents_in_git_folders_are_valid_and_their_views_can_be_read() throws IOException {
        List<String> refused = new ArrayList<>();
        Set<String> codes = new TreeSet<>();
        int read = 0;
        for (Path file : files()) {
            DocumentKind kind = kind(file);
            if (kind == null || !Json.parse(Files.readAllBytes(file)).has("properties")) {
                continue;
            }
            String stem = file.getFileName().toString().replaceFirst("\\.json$", "");
            Document document = Document.parseFile(kind, stem, Files.readAllBytes(file));
            var problems = Validation.problems(document);
            if (problems.isEmpty()) {
                view(document);
                read++;
            } else {
                refused.add(CORPUS.relativize(file) + " " + problems);
                problems.forEach(p -> codes.add(p.code()));
            }
        }
        assertThat(read).isGreaterThan(1_000);
        // Drafts kept in Git (copies without sink, activities without name, dangling dependencies) and templates whose
        // names are placeholders; nothing that Data Factory would have published.
        assertThat(refused).hasSizeLessThan(read / 50);
        assertThat(codes).isSubsetOf("MemberRequired", "NameInvalid", "ReferenceNotFound");
    }

    private static void view(Document document) {
        switch (document.kind()) {
            case PIPELINE -> Pipeline.of(document);
            case DATASET -> Dataset.of(document);
            case LINKED_SERVICE -> LinkedService.of(document);
            case INTEGRATION_RUNTIME -> IntegrationRuntime.of(document);
            case FACTORY -> Factory.of(document);
            case TRIGGER,
                    DATA_FLOW,
                    CREDENTIAL,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    MANAGED_PRIVATE_ENDPOINT,
                    CHANGE_DATA_CAPTURE -> document.type();
        }
    }

    private static DocumentKind kind(Path file) {
        String folder = file.getParent().getFileName().toString().toLowerCase(Locale.ROOT);
        for (DocumentKind kind : DocumentKind.values()) {
            if (kind != DocumentKind.GLOBAL_PARAMETER
                    && kind.folder().toLowerCase(Locale.ROOT).equals(folder)) {
                return kind;
            }
        }
        return null;
    }

    private static List<Path> files() throws IOException {
        if (!Files.isDirectory(CORPUS)) {
            System.err.println("SKIPPED: there is no collection of documents at " + CORPUS.toAbsolutePath());
        }
        assumeTrue(Files.isDirectory(CORPUS), "no collection of documents at " + CORPUS);
        try (Stream<Path> walk = Files.walk(CORPUS)) {
            return walk.filter(p -> p.toString().endsWith(".json")).sorted().toList();
        }
    }
}
