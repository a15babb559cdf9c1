package dev.sluice.local;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.expression.Expressions;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// A factory as Data Factory keeps it in Git: a folder per kind (`pipeline`, `dataset`, `linkedService`,
/// `integrationRuntime`, `trigger`, `factory` …), a file per resource.
///
/// @param name the factory's: of `factory/NAME.json` where there is one, else the folder's own
/// @param documents all that could be read
/// @param problems what could not be read or is not valid, each located by file and JSON pointer
record FactoryFolder(String name, List<Document> documents, List<Problem> problems) {
    /// Most files read; a factory has a few hundred.
    static final int MAX_FILES = 20_000;

    /// Reads a folder; only the folder itself missing or unusable is an error, all else is among the problems.
    static FactoryFolder read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw unreadable(folder, "it is not a folder");
        }
        List<Document> documents = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (DocumentKind kind : DocumentKind.values()) {
            for (Path file : files(folder.resolve(kind.folder()))) {
                if (documents.size() + problems.size() >= MAX_FILES) {
                    throw DocumentFaults.LIMIT_EXCEEDED.with(
                            "what", "the number of files in " + folder, "value", "larger", "limit", MAX_FILES);
                }
                read(folder, kind, file, documents, problems);
            }
        }
        String name = documents.stream()
                .filter(d -> d.kind() == DocumentKind.FACTORY)
                .map(Document::name)
                .findFirst()
                .orElse(folder.toAbsolutePath().normalize().getFileName().toString());
        return new FactoryFolder(name, documents, problems);
    }

    private static void read(
            Path folder, DocumentKind kind, Path file, List<Document> documents, List<Problem> problems) {
        String shown = folder.relativize(file).toString();
        try {
            String stem = file.getFileName().toString().replaceFirst("(?i)\\.json$", "");
            Document document = Document.parseFile(kind, stem, Files.readAllBytes(file));
            Validation.problems(document).forEach(p -> problems.add(in(shown, p)));
            if (kind == DocumentKind.PIPELINE || kind == DocumentKind.DATASET) {
                Expressions.check(document.properties().json(), "/properties");
            }
            documents.add(document);
        } catch (ProblemException e) {
            problems.add(in(shown, e.problem()));
        } catch (IOException e) {
            problems.add(unreadable(file, String.valueOf(e.getMessage())).problem());
        }
    }

    private static List<Path> files(Path kind) {
        if (!Files.isDirectory(kind)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(kind)) {
            return files.filter(f -> f.toString().toLowerCase(Locale.ROOT).endsWith(".json"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(kind, String.valueOf(e.getMessage()));
        }
    }

    /// The document of that kind and name, whatever the case of the name.
    Optional<Document> find(DocumentKind kind, String wanted) {
        return documents.stream()
                .filter(d -> d.kind() == kind && d.name().equalsIgnoreCase(wanted))
                .findFirst();
    }

    /// Names of a kind, for a message.
    List<String> names(DocumentKind kind) {
        return documents.stream()
                .filter(d -> d.kind() == kind)
                .map(Document::name)
                .sorted()
                .toList();
    }

    private static Problem in(String file, Problem p) {
        String place = p.location().isEmpty() ? file : file + " " + p.location();
        return new Problem(p.fault(), p.kind(), place, p.evidence());
    }

    private static ProblemException unreadable(Path path, String detail) {
        return DocumentFaults.FILE_UNREADABLE.with("path", path, "detail", detail);
    }
}
