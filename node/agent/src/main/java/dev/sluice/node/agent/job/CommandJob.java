package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.secret.SecretPlaces;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A Custom activity: a command of the pipeline's author in a folder of its own, where the owner of the node allows
/// that. The folder holds `activity.json`, `linkedServices.json` and `datasets.json`, secrets masked, and the files of
/// `folderPath` in `resourceLinkedService`. An exit code other than 0 fails the activity. What the command writes to
/// `outputs.json` becomes `customOutput`.
final class CommandJob {
    private static final int MOST_TEXT = 64 << 10;
    private static final long MOST_RESOURCES = 512L << 20;
    private static final int MOST_COMMAND = 32_000;

    private final Connectors connectors;
    private final JobDocuments documents;
    private final Settings properties;
    private final boolean allowed;

    CommandJob(Connectors connectors, JobDocuments documents, OwnersRules rules) {
        this.connectors = connectors;
        this.documents = documents;
        this.properties = documents.properties();
        this.allowed = rules.commands();
    }

    ObjectNode run() {
        if (!allowed) {
            throw ActivityFaults.COMMAND_FORBIDDEN.with();
        }
        String command = properties.requiredText("command");
        if (command.length() > MOST_COMMAND) {
            throw properties.wrong("command", command.length() + " characters", "at most " + MOST_COMMAND);
        }
        Instant start = documents.conditions().clock().instant();
        Endpoint nobody = new Endpoint(
                Kind.USER, "", "", Settings.EMPTY, documents.spec().activityName(), "", Settings.EMPTY, properties);
        ObjectNode output = Stoppable.run(documents, nobody, open -> {
            Path folder =
                    Files.createDirectories(documents.conditions().scratch().resolve("command"));
            describe(folder);
            fetch(open, folder);
            return executed(open, command, folder);
        });
        return JobOutput.completed(output, documents.conditions(), start, "ExternalActivity");
    }

    private void describe(Path folder) throws IOException {
        Files.write(
                folder.resolve("activity.json"),
                Json.bytes(SecretPlaces.masked(documents.spec().activity())));
        ArrayNode services = Json.array();
        documents.spec().linkedServices().values().forEach(s -> services.add(shown(s)));
        Files.write(folder.resolve("linkedServices.json"), Json.bytes(services));
        ArrayNode datasets = Json.array();
        documents.spec().inputs().forEach(end -> datasets.add(shown(end.dataset())));
        Files.write(folder.resolve("datasets.json"), Json.bytes(datasets));
    }

    private static ObjectNode shown(JobSpec.Resource resource) {
        ObjectNode json = Json.object();
        json.put("name", resource.name());
        json.set("properties", SecretPlaces.masked(resource.properties()));
        return json;
    }

    /// Brings the files that the command works with.
    private void fetch(Stoppable open, Path folder) throws IOException {
        Settings reference = properties.section("resourceLinkedService");
        if (reference.names().isEmpty()) {
            return;
        }
        LogStore place = LogStore.of(
                documents,
                new Settings(
                        properties.pointer(),
                        java.util.Map.of(
                                "linkedServiceName",
                                java.util.Map.of("referenceName", reference.requiredText("referenceName")),
                                "path",
                                properties.requiredText("folderPath"))));
        FileStore store = open.add(connectors.files(place.endpoint()).open(place.endpoint(), documents.context()));
        long total = 0;
        List<FileEntry> files;
        try (Stream<FileEntry> all = store.list(place.path(), true)) {
            files = all.toList();
        }
        for (FileEntry file : files) {
            total += file.size();
            if (total > MOST_RESOURCES) {
                throw DocumentFaults.LIMIT_EXCEEDED
                        .problem()
                        .at(properties.pointer() + "/folderPath")
                        .evidence("what", "The size of the files in folderPath")
                        .evidence("value", total)
                        .evidence("limit", MOST_RESOURCES)
                        .exception();
            }
            String relative = place.path().isEmpty()
                    ? file.path()
                    : file.path().substring(place.path().length() + 1);
            Path target = folder.resolve(relative).normalize();
            if (!target.startsWith(folder)) {
                continue;
            }
            Files.createDirectories(java.util.Objects.requireNonNull(target.getParent()));
            try (FileInput in = store.open(file);
                    InputStream stream = in.stream(0, file.size())) {
                Files.copy(stream, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private ObjectNode executed(Stoppable open, String command, Path folder) throws IOException, InterruptedException {
        Path out = folder.resolve("stdout.txt");
        Path err = folder.resolve("stderr.txt");
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // The worker's own variables are not the command's.
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/local/bin:/usr/bin:/bin" : path);
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().put("AZ_BATCH_TASK_WORKING_DIR", folder.toString());
        Process process = builder.start();
        open.add(() -> end(process));
        int exit = process.waitFor();
        String said = tail(out);
        String complained = tail(err);
        if (exit != 0) {
            throw ActivityFaults.COMMAND_FAILED
                    .problem()
                    .evidence("exit", exit)
                    .evidence("detail", complained.isBlank() ? lastOf(said) : lastOf(complained))
                    .exception();
        }
        ObjectNode output = Json.object();
        output.put("exitcode", exit);
        output.put("stdout", said);
        output.put("stderr", complained);
        Path custom = folder.resolve("outputs.json");
        if (Files.isRegularFile(custom) && Files.size(custom) <= JobOutput.MOST_BYTES) {
            output.set("customOutput", Json.parse(Files.readAllBytes(custom)));
        }
        return output;
    }

    /// With everything that it has started.
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String lastOf(String text) {
        String end = text.strip();
        return end.length() > 1_000 ? "…" + end.substring(end.length() - 1_000) : end;
    }

    /// The end of a file, which may be long.
    private static String tail(Path file) throws IOException {
        try (var channel = java.nio.channels.FileChannel.open(file)) {
            long from = Math.max(0, channel.size() - MOST_TEXT);
            var buffer = java.nio.ByteBuffer.allocate((int) (channel.size() - from));
            channel.position(from);
            boolean more = true;
            while (more && buffer.hasRemaining()) {
                more = channel.read(buffer) >= 0;
            }
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        }
    }
}
