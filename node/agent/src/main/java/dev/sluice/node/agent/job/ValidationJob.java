package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.FolderEntry;
import dev.sluice.data.spi.Source;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A Validation activity: looks again and again whether the dataset's data is there as wanted, until it is or the
/// activity's time is over.
final class ValidationJob {
    private static final long MOST_SLEEP = 86_400;

    private final Connectors connectors;
    private final JobDocuments documents;
    private final Endpoint endpoint;
    private final long sleepMillis;
    private final long minimumSize;
    private final Optional<Boolean> childItems;

    ValidationJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
        var properties = documents.properties();
        this.endpoint = documents.endpoint(
                Kind.SOURCE, documents.only(documents.spec().inputs(), "typeProperties/dataset"), properties);
        this.sleepMillis = 1_000 * properties.number("sleep", 0, MOST_SLEEP).orElse(10L);
        this.minimumSize = properties.number("minimumSize", 0, Long.MAX_VALUE).orElse(0L);
        this.childItems =
                properties.has("childItems") ? Optional.of(properties.flag("childItems", false)) : Optional.empty();
    }

    ObjectNode run() {
        Instant start = documents.conditions().clock().instant();
        documents.watch().progress(JobCounts.at("Waiting"));
        ObjectNode output = Stoppable.run(documents, endpoint, open -> {
            while (true) {
                Optional<ObjectNode> found = look();
                if (found.isPresent()) {
                    return found.get();
                }
                // Interrupted when the job is cancelled.
                Thread.sleep(sleepMillis);
            }
        });
        return JobOutput.completed(output, documents.conditions(), start, "PipelineActivity");
    }

    private Optional<ObjectNode> look() throws IOException {
        try {
            if (connectors.isFiles(endpoint)) {
                try (FileStore store = connectors.files(endpoint).open(endpoint, documents.context())) {
                    FileSpot spot = FileSpot.of(endpoint);
                    Optional<FileEntry> file = spot.findFile(store);
                    if (file.isPresent()) {
                        return ofFile(file.get());
                    }
                    Optional<FolderEntry> folder = spot.findFolder(store);
                    return folder.isPresent() ? ofFolder(store, folder.get()) : Optional.empty();
                }
            }
            try (Source source = connectors.tables(endpoint).source(endpoint, documents.context())) {
                ObjectNode output = Json.object();
                output.put("exists", source.schema().size() >= 0);
                return Optional.of(output);
            }
        } catch (ProblemException e) {
            var fault = e.problem().fault();
            if (fault == DataFaults.FILE_MISSING
                    || fault == DataFaults.TABLE_MISSING
                    || fault == DataFaults.CONTAINER_MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Optional<ObjectNode> ofFile(FileEntry file) {
        if (file.size() < minimumSize) {
            return Optional.empty();
        }
        ObjectNode output = Json.object();
        output.put("exists", true);
        output.put("itemName", file.name());
        output.put("itemType", "File");
        output.put("size", file.size());
        output.put(
                "lastModified", file.modified().truncatedTo(ChronoUnit.SECONDS).toString());
        return Optional.of(output);
    }

    private Optional<ObjectNode> ofFolder(FileStore store, FolderEntry folder) throws IOException {
        ObjectNode output = Json.object();
        output.put("exists", true);
        output.put("itemName", folder.name());
        output.put("itemType", "Folder");
        folder.modified()
                .ifPresent(time -> output.put(
                        "lastModified", time.truncatedTo(ChronoUnit.SECONDS).toString()));
        if (childItems.isPresent()) {
            boolean any = hasChildren(store, folder.path());
            if (any != childItems.get()) {
                return Optional.empty();
            }
            ArrayNode children = output.putArray("childItems");
            try (Stream<FileEntry> files = store.list(folder.path(), false)) {
                files.limit(MOST_CHILDREN)
                        .forEach(f -> children.addObject().put("name", f.name()).put("type", "File"));
            }
        }
        return Optional.of(output);
    }

    /// Enough to see what is there; GetMetadata gives them all.
    private static final int MOST_CHILDREN = 1_000;

    private static boolean hasChildren(FileStore store, String folder) throws IOException {
        try (Stream<FileEntry> files = store.list(folder, false)) {
            if (files.findFirst().isPresent()) {
                return true;
            }
        }
        try (Stream<FolderEntry> folders = store.folders(folder)) {
            return folders.findFirst().isPresent();
        }
    }
}
