package dev.sluice.local.deploy;

import dev.sluice.diagnosis.DeployFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes documents as Data Factory keeps them in Git: a folder for every kind, a `NAME.json` for every
/// document. A file appears when it is complete.
final class FolderWriter {
    private static final int SHOWN = 5;

    private final Path folder;
    private final Map<Path, Document> files = new LinkedHashMap<>();

    /// @param documents secrets masked
    FolderWriter(Path folder, List<Document> documents) {
        this.folder = folder;
        documents.forEach(d -> files.put(path(d), d));
    }

    private Path path(Document document) {
        if (document.kind() == DocumentKind.MANAGED_PRIVATE_ENDPOINT) {
            int slash = document.name().indexOf('/');
            return folder.resolve(DocumentKind.MANAGED_VIRTUAL_NETWORK.folder())
                    .resolve(document.name().substring(0, slash))
                    .resolve(document.kind().folder())
                    .resolve(document.name().substring(slash + 1) + ".json");
        }
        return folder.resolve(document.kind().folder()).resolve(document.name() + ".json");
    }

    /// @param selection what was exported; other files are left alone
    /// @param delete whether files of documents that are gone are deleted; otherwise they are an error
    /// @return how many files were deleted
    int write(Selection selection, boolean delete) {
        List<Path> gone = gone(selection);
        if (!gone.isEmpty() && !delete) {
            throw DeployFaults.TARGET_NOT_EMPTY.with(
                    "path",
                    folder,
                    "files",
                    String.join(
                                    ", ",
                                    gone.stream()
                                            .limit(SHOWN)
                                            .map(f -> folder.relativize(f).toString())
                                            .toList())
                            + (gone.size() > SHOWN ? " …" : ""));
        }
        files.forEach((path, document) -> write(path, Json.pretty(json(document)) + "\n"));
        gone.forEach(FolderWriter::delete);
        return gone.size();
    }

    private List<Path> gone(Selection selection) {
        List<Path> gone = new ArrayList<>();
        for (DocumentKind kind : DocumentKind.values()) {
            Path of = folder.resolve(kind.folder());
            if (!Files.isDirectory(of)) {
                continue;
            }
            try (Stream<Path> found = Files.list(of)) {
                found.filter(f -> f.getFileName().toString().endsWith(".json"))
                        .filter(f -> !files.containsKey(f))
                        .filter(f -> selection.covers(
                                kind, f.getFileName().toString().replaceFirst("\\.json$", "")))
                        .sorted()
                        .forEach(gone::add);
            } catch (IOException e) {
                throw failed(of, e);
            }
        }
        return gone;
    }

    private static ObjectNode json(Document document) {
        ObjectNode json = Json.object();
        String name = document.name();
        json.put("name", name.substring(name.lastIndexOf('/') + 1));
        json.set("properties", document.properties().json());
        if (document.kind() == DocumentKind.FACTORY) {
            for (String member : List.of("location", "identity", "tags")) {
                JsonNode value = document.root().member(member).json();
                if (!value.isMissingNode() && !value.isNull()) {
                    json.set(member, value);
                }
            }
        }
        return json;
    }

    /// Writes a file that appears when it is complete.
    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path part = file.resolveSibling("." + file.getFileName() + ".part");
            Files.write(part, text.getBytes(StandardCharsets.UTF_8));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static RuntimeException failed(Path path, IOException e) {
        return DocumentFaults.FILE_UNREADABLE
                .problem()
                .evidence("path", path)
                .evidence("detail", e.getMessage() == null ? e.toString() : e.getMessage())
                .from(e)
                .exception();
    }
}
