package dev.sluice.local.factory;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.FolderFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One factory as it was found.
///
/// @param name of its factory document where there is one, else the folder's
/// @param root the folder that holds its kinds' folders, or the template; for people, empty for what was given itself
/// @param documents all that could be read, in the order of kinds and names of files
/// @param findings what could not be read
/// @param whole whether references to what is not here are wrong: not so for a single document or loose files
public record FactorySource(
        String name, String root, List<FactoryDocument> documents, List<Finding> findings, boolean whole) {
    /// Most files looked at; a factory has a few hundred.
    static final int MAX_FILES = 50_000;

    /// Deepest folder looked into.
    private static final int MAX_DEPTH = 20;

    /// Folders that never hold documents of a factory.
    private static final Set<String> SKIPPED = Set.of("node_modules", "target", "build", "bin", "obj", "test", "tests");

    public FactorySource {
        documents = List.copyOf(documents);
        findings = List.copyOf(findings);
    }

    /// Reads what is given as one factory.
    ///
    /// @param parameters values for the parameters of a template, by name; passed over for folders
    /// @throws ProblemException when it is no factory at all, or several
    public static FactorySource one(Path given, ObjectNode parameters) {
        List<FactorySource> all = all(given, parameters);
        if (all.size() != 1) {
            throw DocumentFaults.FILE_UNREADABLE.with(
                    "path",
                    given,
                    "detail",
                    "it holds " + all.size() + " factories ("
                            + String.join(
                                    ", ",
                                    all.stream()
                                            .map(FactorySource::root)
                                            .limit(5)
                                            .toList())
                            + " …); give one of them");
        }
        return all.getFirst();
    }

    /// Reads everything that a folder holds, a factory for every folder that holds folders of kinds; or a template; or
    /// one document. Only nothing at all is an exception, all else is among the findings.
    public static List<FactorySource> all(Path given, ObjectNode parameters) {
        if (Files.isRegularFile(given)) {
            return List.of(new Reading(around(given), parameters).single(given));
        }
        if (!Files.isDirectory(given)) {
            throw unreadable(given, "there is no such file or folder");
        }
        return new Reading(given, parameters).folder();
    }

    /// The documents alone.
    public List<Document> plain() {
        return documents.stream().map(FactoryDocument::document).toList();
    }

    /// The documents as they can be run and deployed: what Fabric writes differently is as Data Factory has it.
    public List<Document> runnable() {
        return InlineDatasets.outside(FabricPipelines.converted(documents));
    }

    /// Names of pipelines by the ids, in lower case, that Fabric gave them.
    public Map<String, String> pipelineIds() {
        return FabricWorkspace.of(documents).ids();
    }

    /// The document of that kind and name, whatever the case of the name.
    public Optional<FactoryDocument> find(DocumentKind kind, String wanted) {
        return documents.stream()
                .filter(d -> d.document().kind() == kind && d.document().name().equalsIgnoreCase(wanted))
                .findFirst();
    }

    /// The folder that something lies in; the root lies in itself.
    private static Path around(Path path) {
        Path absolute = path.toAbsolutePath();
        return Objects.requireNonNullElse(absolute.getParent(), absolute);
    }

    static ProblemException unreadable(Path path, String detail) {
        return DocumentFaults.FILE_UNREADABLE.with("path", path, "detail", detail);
    }

    /// One reading of a folder or file.
    private static final class Reading {
        private final Path top;
        private final ObjectNode parameters;
        private final Map<String, Unit> units = new TreeMap<>();

        Reading(Path top, ObjectNode parameters) {
            this.top = top;
            this.parameters = parameters;
        }

        FactorySource single(Path file) {
            Unit unit = new Unit("", false);
            FactoryFile read = load(file);
            try {
                JsonNode json = Json.parse(read.bytes());
                if (Kinds.isTemplate(json)) {
                    Unit whole = new Unit("", true);
                    template(read, json, whole);
                    return whole.source(stem(file));
                }
                DocumentKind kind = Kinds.ofFolder(around(file).getFileName())
                        .or(() -> Kinds.ofContent(json))
                        .orElseThrow(() -> FolderFaults.NOTHING_FOUND.with("path", file));
                add(unit, kind, read, json);
            } catch (ProblemException e) {
                if (e.problem().fault() == FolderFaults.NOTHING_FOUND) {
                    throw e;
                }
                unit.findings.add(read.finding(Finding.Severity.ERROR, "", e.problem()));
            }
            return unit.source(stem(file));
        }

        List<FactorySource> folder() {
            List<Path> files = files();
            for (Path file : files) {
                read(file);
            }
            List<FactorySource> found = new ArrayList<>();
            units.values().forEach(unit -> {
                Path at = top.resolve(unit.root).toAbsolutePath().normalize();
                found.add(unit.source(
                        at.getFileName() == null ? "factory" : at.getFileName().toString()));
            });
            if (found.isEmpty()) {
                throw FolderFaults.NOTHING_FOUND.with("path", top);
            }
            return found;
        }

        private void read(Path file) {
            Path kindFolder = kindFolder(file);
            FactoryFile read = load(file);
            JsonNode json;
            try {
                json = Json.parse(read.bytes());
            } catch (ProblemException e) {
                // Files beside a factory may be anything; in the folder of a kind it must be JSON.
                if (kindFolder != null) {
                    unit(around(kindFolder), true).findings.add(read.finding(Finding.Severity.ERROR, "", e.problem()));
                }
                return;
            }
            if (Kinds.isTemplate(json)) {
                if (TemplateReader.holdsFactory(json) && !linked(file)) {
                    template(read, json, unit(file, true));
                }
            } else if (kindFolder != null) {
                DocumentKind kind = Kinds.ofFolder(kindFolder.getFileName()).orElseThrow();
                Path root = around(kindFolder);
                if (kind == DocumentKind.MANAGED_PRIVATE_ENDPOINT
                        && Kinds.ofFolder(around(root).getFileName()).isPresent()) {
                    // managedVirtualNetwork/NETWORK/managedPrivateEndpoint/NAME.json
                    root = around(around(root));
                }
                if (json.has("properties")
                        || kind == DocumentKind.FACTORY
                        || Kinds.ofContent(json).isPresent()) {
                    add(unit(root, true), kind, read, json);
                }
            } else {
                Path root = FabricWorkspace.isContent(file) ? FabricWorkspace.root(file, top) : around(file);
                Kinds.ofContent(json).ifPresent(kind -> add(unit(root, false), kind, read, json));
            }
        }

        /// The folder of a kind that a file lies in, at any depth; null when there is none.
        private @org.jspecify.annotations.Nullable Path kindFolder(Path file) {
            Path at = file.getParent();
            while (at != null) {
                if (Kinds.ofFolder(at.getFileName()).isPresent()) {
                    return at;
                }
                if (at.equals(top)) {
                    return null;
                }
                at = at.getParent();
            }
            return null;
        }

        /// Whether a template is one of the parts that a master template puts together.
        private static boolean linked(Path file) {
            String name = file.getFileName().toString();
            return name.matches("(?i)ArmTemplate_\\d+\\.json")
                    && Files.exists(file.resolveSibling("ArmTemplate_master.json"));
        }

        private void add(Unit unit, DocumentKind kind, FactoryFile file, JsonNode json) {
            try {
                if (!(json instanceof ObjectNode object)) {
                    throw dev.sluice.model.Place.root(json).invalid("an object");
                }
                String name =
                        object.path("name").isString() ? object.path("name").stringValue() : "";
                String last = name.substring(name.lastIndexOf('/') + 1);
                String own = last.isEmpty() ? stem(file.path()) : last;
                if (kind == DocumentKind.PIPELINE && name.isEmpty() && own.equals("pipeline-content")) {
                    // Fabric keeps the name beside the content.
                    own = fabricName(file.path());
                }
                if (kind == DocumentKind.MANAGED_PRIVATE_ENDPOINT) {
                    own = around(around(file.path())).getFileName() + "/" + own;
                }
                unit.documents.add(new FactoryDocument(new Document(kind, own, object), file, ""));
            } catch (ProblemException e) {
                unit.findings.add(file.finding(Finding.Severity.ERROR, "", e.problem()));
            }
        }

        private static String fabricName(Path content) {
            Path folder = content.toAbsolutePath().getParent();
            String name = folder == null ? "pipeline" : folder.getFileName().toString();
            return name.replaceFirst("(?i)\\.DataPipeline$", "");
        }

        private void template(FactoryFile file, JsonNode json, Unit unit) {
            TemplateReader reader = new TemplateReader(parameters, this::load);
            reader.read(file, json);
            unit.documents.addAll(reader.documents());
            unit.findings.addAll(reader.findings());
            unit.name = reader.factoryName();
        }

        private Unit unit(Path at, boolean whole) {
            String root = shown(at);
            Unit unit = units.computeIfAbsent(root, r -> new Unit(r, whole));
            unit.whole |= whole;
            return unit;
        }

        private FactoryFile load(Path file) {
            try {
                if (Files.size(file) > Json.MAX_BYTES) {
                    throw DocumentFaults.LIMIT_EXCEEDED.with(
                            "what", "The size of " + file, "value", Files.size(file), "limit", Json.MAX_BYTES);
                }
                return new FactoryFile(file, shown(file), Files.readAllBytes(file));
            } catch (IOException e) {
                throw unreadable(file, String.valueOf(e.getMessage()));
            }
        }

        private String shown(Path file) {
            return top.toAbsolutePath()
                    .normalize()
                    .relativize(file.toAbsolutePath().normalize())
                    .toString();
        }

        private static String stem(Path file) {
            return file.getFileName().toString().replaceFirst("(?i)\\.json$", "");
        }

        private List<Path> files() {
            List<Path> files = new ArrayList<>();
            try {
                Files.walkFileTree(top, Set.of(), MAX_DEPTH, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                        String name = folder.getFileName() == null
                                ? ""
                                : folder.getFileName().toString();
                        boolean skip = !folder.equals(top)
                                && (name.startsWith(".") || SKIPPED.contains(name.toLowerCase(Locale.ROOT)));
                        return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()
                                && file.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
                            files.add(file);
                        }
                        if (files.size() > MAX_FILES) {
                            throw DocumentFaults.LIMIT_EXCEEDED.with(
                                    "what",
                                    "The number of JSON files in " + top,
                                    "value",
                                    "larger",
                                    "limit",
                                    MAX_FILES);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
            } catch (IOException e) {
                throw unreadable(top, String.valueOf(e.getMessage()));
            }
            files.sort(null);
            return files;
        }
    }

    /// A factory being read.
    private static final class Unit {
        private final String root;
        private boolean whole;
        private String name = "";
        private final List<FactoryDocument> documents = new ArrayList<>();
        private final List<Finding> findings = new ArrayList<>();

        Unit(String root, boolean whole) {
            this.root = root;
            this.whole = whole;
        }

        FactorySource source(String fallback) {
            Map<DocumentKind, List<FactoryDocument>> byKind = new LinkedHashMap<>();
            for (DocumentKind kind : DocumentKind.values()) {
                byKind.put(
                        kind,
                        documents.stream()
                                .filter(d -> d.document().kind() == kind)
                                .toList());
            }
            String named = documents.stream()
                    .filter(d -> d.document().kind() == DocumentKind.FACTORY)
                    .map(d -> d.document().name())
                    .findFirst()
                    .orElse(name.isEmpty() ? fallback : name);
            return new FactorySource(
                    named, root, byKind.values().stream().flatMap(List::stream).toList(), findings, whole);
        }
    }
}
