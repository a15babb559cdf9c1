package dev.sluice.local;

import dev.sluice.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// `sluice copy SOURCE SINK`.
@Command(
        name = "sluice copy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copies data from one place to another, with the engine of the Copy activity.",
            "A place is a path (file:PATH), postgres://USER@HOST:PORT/DATABASE/SCHEMA.TABLE (mysql, mariadb, sqlserver)",
            "or azblob://ACCOUNT/CONTAINER/PATH. A file's extension says what it holds: .csv, .tsv, .json, .xml,",
            ".parquet, .avro, .orc, .xlsx, with .gz, .bz2, .zip … behind text; all else is copied as it is."
        },
        footer = {
            "",
            "Passwords: SLUICE_SOURCE_PASSWORD, SLUICE_SINK_PASSWORD; blobs: AZURE_STORAGE_KEY or",
            "AZURE_STORAGE_CONNECTION_STRING. A table that does not exist is created.",
            "",
            "Example: sluice copy 'data/*.csv.gz' postgres://me@localhost/shop/public.orders",
            "",
            "Exit codes: 0 copied, 1 failed, 2 wrong usage."
        })
final class CopyCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SOURCE")
    private String source = "";

    @Parameters(index = "1", paramLabel = "SINK")
    private String sink = "";

    @Option(names = "--parallel", paramLabel = "N", description = "Streams at once; without it the engine decides.")
    private Optional<Integer> parallel = Optional.empty();

    @Option(names = "--skip-rows", description = "Leave rows out that do not convert, and count them.")
    private boolean skipRows;

    @Option(
            names = "--manifest",
            paramLabel = "FOLDER",
            description = "Keep what was written, summed up, as a file in this folder; for sluice verify.")
    private @Nullable Path manifest;

    @Option(names = "--memory", paramLabel = "MB", defaultValue = "512", description = "Memory for buffers.")
    private int memory = 512;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table (default) or json.")
    private RunReport.Form form = RunReport.Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        ShortForm from = ShortForm.source(source, System::getenv);
        ShortForm to = ShortForm.sink(sink, System::getenv);
        if (from.isBinary() != to.isBinary()) {
            throw new IllegalArgumentException("what '" + (from.isBinary() ? source : sink)
                    + "' holds is not told by its extension; name a file with one, or copy files as they are");
        }
        ObjectNode activity = Json.object();
        activity.put("type", "Copy");
        activity.putArray("inputs").add(OneActivity.reference("Source", "DatasetReference"));
        activity.putArray("outputs").add(OneActivity.reference("Sink", "DatasetReference"));
        ObjectNode properties = activity.putObject("typeProperties");
        properties.set("source", from.side());
        properties.set("sink", to.side());
        parallel.ifPresent(n -> properties.put("parallelCopies", n));
        if (skipRows) {
            properties.put("enableSkipIncompatibleRow", true);
        }
        OneActivity documents = new OneActivity().with("Source", from).with("Sink", to);
        Path folder = manifest;
        if (folder != null) {
            documents.withFolder("Manifests", made(folder));
            ObjectNode location = properties.putObject("manifestLocation");
            location.set("linkedServiceName", OneActivity.reference("Manifests", "LinkedServiceReference"));
        }
        return LocalMain.run(spec, form, memory, documents.of("Copy", activity), OneActivity.PIPELINE);
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " for manifests cannot be made", e);
        }
    }
}
