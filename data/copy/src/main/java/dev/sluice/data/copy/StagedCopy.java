package dev.sluice.data.copy;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A copy in two hops (`enableStaging`): all rows into Parquet files of another store, mapped and named as the sink's
/// columns, then from there into the sink, which converts them. Whoever reads the sink sees nothing of it before the
/// end. The files lie in a folder of the job's own, `sluice-staging/JOB`; whatever an earlier attempt has left there is
/// removed first, and all of it at the end, however the copy ends.
final class StagedCopy {
    private static final System.Logger LOG = System.getLogger(StagedCopy.class.getName());
    private static final Set<Fault> ABSENT = Set.of(DataFaults.FILE_MISSING, DataFaults.CONTAINER_MISSING);
    private static final String FORMAT = "Parquet";
    private static final long ROWS_PER_FILE = 1_000_000;

    private final CopySpec spec;
    private final Staging staging;
    private final Connectors connectors;
    private final JobContext job;
    private final String folder;

    StagedCopy(CopySpec spec, Staging staging, Connectors connectors, JobContext job) {
        this.spec = spec;
        this.staging = staging;
        this.connectors = connectors;
        this.job = job;
        String own = "sluice-staging/" + job.jobId().replaceAll("[^A-Za-z0-9._-]", "_");
        this.folder = staging.folder().isEmpty() ? own : staging.folder() + "/" + own;
    }

    /// Runs one hop.
    interface Hop {
        CopyResult run(CopySpec hop);
    }

    CopyResult run(Hop hop) {
        refuse();
        clean();
        CopyResult there;
        CopyResult on;
        try {
            there = hop.run(into());
            // The source may have not even columns: then there is nothing to keep on the way.
            on = hop.run(there.filesWritten() == 0 ? spec.direct() : from());
        } catch (RuntimeException | Error e) {
            cleanAfter();
            throw e;
        }
        List<Problem> left = cleanAfter();
        return there.filesWritten() == 0 ? on : CopyResult.staged(there, on, left);
    }

    private void refuse() {
        boolean binary = Connectors.isBinary(spec.source());
        if (binary || connectors.isFiles(spec.sink()) || connectors.isTrees(spec.sink())) {
            throw DocumentFaults.SETTING_UNSUPPORTED
                    .problem()
                    .at(spec.translator().pointer().replaceAll("/translator$", "") + "/enableStaging")
                    .evidence("member", "enableStaging")
                    .evidence(
                            "detail",
                            binary
                                    ? "files that are not parsed are not staged"
                                    : "only copies into tables are staged, not into "
                                            + spec.sink().datasetType())
                    .evidence("advice", "copy without staging")
                    .exception();
        }
    }

    private Map<String, Object> dataset() {
        Map<String, Object> location = new LinkedHashMap<>();
        Settings root = staging.endpoint().location();
        root.names().forEach(n -> root.value(n).ifPresent(v -> location.put(n, v)));
        location.put("folderPath", folder);
        return Map.of("location", location, "compressionCodec", staging.compress() ? "zstd" : "none");
    }

    private Endpoint side(Kind side, Map<String, Object> activity) {
        Endpoint store = staging.endpoint();
        return new Endpoint(
                side,
                store.linkedServiceName(),
                store.linkedServiceType(),
                store.linkedService(),
                "staging of " + spec.sink().datasetName(),
                FORMAT,
                new Settings("/stagingSettings", dataset()),
                new Settings("/stagingSettings", activity));
    }

    /// Files of a limited number of rows, so that several can be written and read at once.
    private CopySpec into() {
        Map<String, Object> format =
                Map.of("maxRowsPerFile", java.math.BigDecimal.valueOf(ROWS_PER_FILE), "fileNamePrefix", "staged");
        return spec.hop(spec.source(), side(Kind.SINK, Map.of("formatSettings", format)), spec.translator(), false);
    }

    /// The columns are named as the sink's by now; how values are converted is still the activity's to say.
    private CopySpec from() {
        Settings conversion = spec.translator()
                .without("mappings", "columnMappings", "schemaMapping", "collectionReference", "schema");
        return spec.hop(
                side(Kind.SOURCE, Map.of("storeSettings", Map.of("recursive", true))),
                spec.sink(),
                conversion,
                MappingPlanner.isByPosition(spec));
    }

    /// What an attempt before this one may have left.
    private void clean() {
        try (FileStore store = connectors.files(staging.endpoint()).open(staging.endpoint(), job)) {
            List<String> left;
            try (Stream<FileEntry> files = store.list(folder, true)) {
                left = files.map(FileEntry::path).toList();
            }
            for (String path : left) {
                store.delete(path);
            }
            store.deleteFolder(folder);
        } catch (ProblemException e) {
            if (!ABSENT.contains(e.problem().fault())) {
                throw e;
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new FailureNaming(job.memory()).name(e, staging.endpoint(), folder);
        }
    }

    /// The rows are where they belong, or the copy has failed for a reason of its own: what cannot be removed does not
    /// change that. A cancel must not keep it from being removed.
    ///
    /// @return what could not be removed, and why
    private List<Problem> cleanAfter() {
        boolean interrupted = Thread.interrupted();
        try {
            clean();
            return List.of();
        } catch (RuntimeException e) {
            Problem problem = DataFaults.STAGED_FILES_LEFT
                    .problem()
                    .evidence("folder", folder)
                    .evidence("store", staging.endpoint().linkedServiceName())
                    .evidence(
                            "detail",
                            e instanceof ProblemException p ? p.problem().message() : String.valueOf(e.getMessage()))
                    .build();
            LOG.log(System.Logger.Level.WARNING, problem.message());
            return List.of(problem);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
