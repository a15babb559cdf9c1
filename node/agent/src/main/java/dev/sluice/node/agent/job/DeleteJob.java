package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.copy.files.FileSelection;
import dev.sluice.data.copy.files.SelectedFile;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A Delete activity: the files that a copy with these settings would read, except that folders below are left alone
/// unless `recursive` is set, and that with it the folder named goes, too. A file or folder that is named and does not
/// exist fails the activity; wildcards and prefixes may find nothing. The first file that cannot be deleted ends it,
/// after the log is written.
final class DeleteJob {
    private final Connectors connectors;
    private final JobDocuments documents;
    private final Endpoint endpoint;
    private final boolean recursive;
    private final Optional<LogStore> log;
    private final StringBuilder lines = new StringBuilder("Name,Category,Status,Error\n");

    DeleteJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
        Settings properties = documents.properties();
        Settings store = properties.section("storeSettings");
        this.recursive = store.flag("recursive", properties.flag("recursive", false));
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        store.names().forEach(name -> settings.put(name, store.value(name).orElse(null)));
        settings.keySet().removeIf(name -> name.equalsIgnoreCase("recursive"));
        settings.put("recursive", recursive);
        this.endpoint = documents.endpoint(
                Kind.SOURCE,
                documents.only(documents.spec().inputs(), "typeProperties/dataset"),
                new Settings(properties.pointer(), Map.of("storeSettings", settings)));
        this.log = properties.flag("enableLogging", false) ? Optional.of(logStore(properties)) : Optional.empty();
    }

    private LogStore logStore(Settings properties) {
        Settings newer = properties.section("logSettings").section("logLocationSettings");
        return LogStore.of(documents, newer.names().isEmpty() ? properties.section("logStorageSettings") : newer);
    }

    ObjectNode run() {
        Instant start = documents.conditions().clock().instant();
        if (!connectors.isFiles(endpoint)) {
            throw DocumentFaults.TYPE_UNKNOWN
                    .problem()
                    .at(endpoint.datasetName())
                    .evidence("object", "dataset of a Delete")
                    .evidence("type", endpoint.datasetType())
                    .evidence("supported", "datasets of files")
                    .exception();
        }
        ObjectNode output = Stoppable.run(documents, endpoint, open -> {
            FileStore store = open.add(connectors.files(endpoint).open(endpoint, documents.context()));
            long deleted = 0;
            @Nullable ProblemException failure = null;
            try {
                deleted = delete(store);
            } catch (ProblemException e) {
                failure = e;
            }
            ObjectNode told = told(deleted);
            if (log.isPresent()) {
                String id = documents.spec().activityRunId();
                told.put("logPath", log.get().write(connectors, documents, id + "/" + id + ".csv", lines.toString()));
            }
            if (failure != null) {
                throw failure;
            }
            return told;
        });
        return JobOutput.completed(output, documents.conditions(), start, "PipelineActivity");
    }

    private long delete(FileStore store) throws IOException {
        FileSpot spot = FileSpot.of(endpoint);
        boolean search = searches();
        long deleted = 0;
        for (SelectedFile file : selected(store, spot, search)) {
            delete(store, file.entry().path());
            deleted++;
        }
        if (recursive && !search && spot.file().isEmpty() && !filtered()) {
            store.deleteFolder(spot.folder());
        }
        return deleted;
    }

    private List<SelectedFile> selected(FileStore store, FileSpot spot, boolean search) throws IOException {
        try {
            return FileSelection.of(store, endpoint);
        } catch (ProblemException e) {
            boolean empty =
                    search && !has("fileListPath") || spot.findFolder(store).isPresent();
            if (e.problem().fault() == DataFaults.FILE_MISSING && empty) {
                return List.of();
            }
            throw e;
        }
    }

    private void delete(FileStore store, String path) throws IOException {
        try {
            store.delete(path);
            line(path, "Deleted", "");
            documents.watch().progress(JobCounts.at("Deleting"));
        } catch (ProblemException e) {
            line(path, "Failed", e.problem().message());
            throw e;
        }
    }

    private void line(String path, String status, String error) {
        if (log.isPresent()) {
            lines.append(quoted(path))
                    .append(",File,")
                    .append(status)
                    .append(',')
                    .append(quoted(error))
                    .append('\n');
        }
    }

    private static String quoted(String text) {
        boolean needed = text.indexOf(',') >= 0 || text.indexOf('"') >= 0 || text.indexOf('\n') >= 0;
        return needed ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    private boolean has(String setting) {
        return endpoint.storeSettings().text(setting).filter(s -> !s.isBlank()).isPresent();
    }

    private boolean isWildcard() {
        return has("wildcardFolderPath") || has("wildcardFileName");
    }

    /// Whether the files are looked for and not named.
    private boolean searches() {
        return isWildcard() || has("prefix") || has("fileListPath");
    }

    private boolean filtered() {
        return has("modifiedDatetimeStart") || has("modifiedDatetimeEnd");
    }

    private ObjectNode told(long deleted) {
        ObjectNode output = Json.object();
        output.put("datasetName", endpoint.datasetName());
        output.put("type", endpoint.datasetType());
        Settings location = endpoint.location();
        location.text("container")
                .or(() -> location.text("fileSystem"))
                .or(() -> location.text("bucketName"))
                .ifPresent(name -> output.put(location.has("bucketName") ? "bucketName" : "container", name));
        FileSpot spot = FileSpot.of(endpoint);
        endpoint.storeSettings()
                .text("prefix")
                .filter(s -> !s.isBlank())
                .ifPresentOrElse(
                        prefix -> output.put("prefix", prefix),
                        () -> output.put("path", spot.file().orElse(spot.folder())));
        output.put("recursive", recursive);
        output.put("isWildcardUsed", isWildcard());
        if (isWildcard()) {
            String folder = endpoint.storeSettings().text("wildcardFolderPath").orElse("");
            String name = endpoint.storeSettings().text("wildcardFileName").orElse("*");
            output.put("wildcard", folder.isEmpty() ? name : folder + "/" + name);
        }
        endpoint.storeSettings()
                .number("maxConcurrentConnections", 1, Integer.MAX_VALUE)
                .ifPresent(most -> output.put("maxConcurrentConnections", most));
        output.put("filesDeleted", deleted);
        return output;
    }
}
