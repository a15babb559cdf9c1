package dev.sluice.local.factory;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a workspace of Fabric in Git says beside its pipelines. Items are folders there, `NAME.DataPipeline` with its
/// `pipeline-content.json`; the id by which others name an item stands in its `.platform` (`config.logicalId`), and in
/// pipelines that were exported in `objectId`. Values that pipelines share stand in variable libraries
/// (`NAME.VariableLibrary/variables.json`). For one thread.
final class FabricWorkspace {
    private static final String ITEM = "(?i).+\\.DataPipeline";

    /// Most bytes of one of these files; they have a few hundred.
    private static final long MAX_BYTES = 1 << 20;

    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, Map<String, JsonNode>> libraries = new HashMap<>();
    private final Map<String, @Nullable Path> roots = new HashMap<>();

    private FabricWorkspace() {}

    /// What is known of the pipelines among these documents.
    static FabricWorkspace of(Iterable<FactoryDocument> documents) {
        FabricWorkspace workspace = new FabricWorkspace();
        for (FactoryDocument each : documents) {
            Document document = each.document();
            if (document.kind() == DocumentKind.PIPELINE && each.alone()) {
                Place root = document.root();
                workspace.id(root.member("objectId").json().asString(""), document.name());
                Path content = each.file().path();
                if (isContent(content)) {
                    String id = read(content.resolveSibling(".platform"))
                            .at("config", "logicalId")
                            .json()
                            .asString("");
                    workspace.id(id, document.name());
                    workspace.roots.put(
                            document.name(), content.toAbsolutePath().getParent());
                }
            }
        }
        return workspace;
    }

    private void id(String id, String pipeline) {
        if (!id.isEmpty()) {
            ids.putIfAbsent(id.toLowerCase(Locale.ROOT), pipeline);
        }
    }

    /// Whether a file is the content of a pipeline in a workspace.
    static boolean isContent(Path file) {
        Path item = file.toAbsolutePath().getParent();
        return file.getFileName().toString().equalsIgnoreCase("pipeline-content.json")
                && item != null
                && item.getFileName() != null
                && item.getFileName().toString().matches(ITEM);
    }

    /// The folder of the workspace that a pipeline's content belongs to: workspaces have folders of their own, so it is
    /// the highest one, from the given one down, that holds an item.
    static Path root(Path content, Path top) {
        Path end = top.toAbsolutePath().normalize();
        Path item = content.toAbsolutePath().normalize().getParent();
        Path found = item;
        for (Path at = item; at != null && !at.equals(end) && at.getParent() != null; at = at.getParent()) {
            if (holdsItem(at.getParent())) {
                found = at.getParent();
            }
        }
        return found == null ? end : found;
    }

    private static boolean holdsItem(Path folder) {
        try (DirectoryStream<Path> items =
                Files.newDirectoryStream(folder, p -> Files.isRegularFile(p.resolve(".platform")) || isItem(p))) {
            return items.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isItem(Path folder) {
        return folder.getFileName().toString().matches(ITEM) && Files.isDirectory(folder);
    }

    /// The pipelines by the ids, in lower case, by which others may name them.
    Map<String, String> ids() {
        return Map.copyOf(ids);
    }

    /// The value of a variable of a library, as the workspace's pipelines see it; the library is looked for beside the
    /// pipeline and in the folders above it.
    Optional<JsonNode> variable(String pipeline, String library, String variable) {
        for (Path at = roots.get(pipeline); at != null; at = at.getParent()) {
            Path file = at.resolve(library + ".VariableLibrary").resolve("variables.json");
            if (Files.isRegularFile(file)) {
                return Optional.ofNullable(libraries
                        .computeIfAbsent(file.toString(), f -> variables(file))
                        .get(variable));
            }
        }
        return Optional.empty();
    }

    private static Map<String, JsonNode> variables(Path file) {
        Map<String, JsonNode> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Place list = read(file).member("variables");
        if (list.json().isArray()) {
            list.items()
                    .forEach(v -> values.put(
                            v.member("name").json().asString(""),
                            v.member("value").json()));
        }
        return values;
    }

    /// Nothing, where there is no such file or it is something else: what cannot be resolved is said where it is used.
    private static Place read(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES) {
                return Place.root(Json.parse(Files.readAllBytes(file)));
            }
        } catch (IOException | ProblemException e) {
            // As if it were not there.
        }
        return Place.root(Json.object());
    }
}
