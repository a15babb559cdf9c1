package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.copy.Copy;
import dev.sluice.data.copy.CopyResult;
import dev.sluice.data.copy.CopySpec;
import dev.sluice.data.copy.LogTarget;
import dev.sluice.data.copy.Progress;
import dev.sluice.data.copy.Staging;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.limit.StoreLimits;
import dev.sluice.node.agent.limit.StoreUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A Copy activity: its spec as the copy engine wants it, its result as Data Factory shows it.
final class CopyJob {
    private static final long WATCH_MILLIS = 250;
    private static final int MOST_STREAMS = 256;

    private final Connectors connectors;
    private final JobDocuments documents;
    private final AtomicReference<@Nullable Progress> followed = new AtomicReference<>();

    CopyJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
    }

    /// Copies; the activity's output.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException for what cannot be copied
    ObjectNode run() {
        JobSpec spec = documents.spec();
        StoreLimits source = StoreLimits.of(
                spec.factoryName(), documents.only(spec.inputs(), "inputs").linkedService());
        StoreLimits sink = StoreLimits.of(
                spec.factoryName(), documents.only(spec.outputs(), "outputs").linkedService());
        int streams = documents
                .properties()
                .number("parallelCopies", 1, MOST_STREAMS)
                .map(Long::intValue)
                .orElse(Runtime.getRuntime().availableProcessors());
        Optional<KeptManifest> kept = KeptManifest.of(connectors, documents);
        CountDownLatch done = new CountDownLatch(1);
        try (StoreUse use = StoreUse.begin(
                source,
                sink,
                streams,
                documents.conditions().clock(),
                () -> documents.watch().cancelled())) {
            CopySpec copy = copySpec(from -> use.limited(from, source, sink), to -> use.limited(to, sink, source));
            CopyResult result =
                    Copy.run(copy, connectors, documents.context(use::pace), progress -> follow(progress, done));
            ObjectNode output = CopyOutput.of(result, documents.conditions());
            kept.ifPresent(place -> place.keep(result.manifest(), output));
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a connection to a store");
        } catch (IOException e) {
            throw new UncheckedIOException("the limits of stores cannot be shared: " + e.getMessage(), e);
        } finally {
            done.countDown();
        }
    }

    /// A staged copy begins twice: the counters of its second way take the place of those of the first.
    private void follow(Progress progress, CountDownLatch done) {
        if (followed.getAndSet(progress) != null) {
            return;
        }
        Thread.ofPlatform().name("progress").daemon().start(() -> {
            try {
                do {
                    documents
                            .watch()
                            .progress(counts(
                                    Objects.requireNonNull(followed.get()).snapshot()));
                } while (!done.await(WATCH_MILLIS, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static JobCounts counts(Progress.Snapshot now) {
        return new JobCounts(
                now.bytesRead() > 0 || now.rowsRead() > 0 ? "Copying" : "Starting",
                now.rowsRead(),
                now.rowsWritten(),
                now.bytesRead(),
                now.bytesWritten(),
                now.estimatedRows(),
                now.estimatedBytes(),
                now.copyingMillis());
    }

    /// The log that the activity asks for: `logSettings`, the older `logStorageSettings`, or, where rows are skipped,
    /// the oldest `redirectIncompatibleRowSettings`.
    private Optional<LogTarget> log(Settings properties) {
        String activity =
                documents.spec().activityName() + "/" + documents.spec().activityRunId();
        Settings newest = properties.section("logSettings");
        if (!newest.names().isEmpty()) {
            return newest.flag("enableCopyActivityLog", true)
                    ? Optional.of(log(
                            newest.section("logLocationSettings"),
                            newest.section("copyActivityLogSettings"),
                            "copyactivity-logs/" + activity,
                            "logFilePath"))
                    : Optional.empty();
        }
        Settings older = properties.section("logStorageSettings");
        if (!older.names().isEmpty()) {
            return Optional.of(log(older, older, "copyactivity-logs/" + activity, "logFilePath"));
        }
        Settings oldest = properties.section("redirectIncompatibleRowSettings");
        return oldest.names().isEmpty() || !properties.flag("enableSkipIncompatibleRow", false)
                ? Optional.empty()
                : Optional.of(log(oldest, oldest, documents.spec().activityRunId(), "redirectRowPath"));
    }

    private Optional<Staging> staging(Settings properties) {
        if (!properties.flag("enableStaging", false)) {
            return Optional.empty();
        }
        if (!properties.has("stagingSettings")) {
            throw properties.missing("stagingSettings");
        }
        Settings settings = properties.section("stagingSettings");
        LogStore store = LogStore.of(documents, settings);
        return Optional.of(new Staging(store.endpoint(), store.path(), settings.flag("enableCompression", false)));
    }

    private LogTarget log(Settings location, Settings options, String folder, String member) {
        LogStore store = LogStore.of(documents, location);
        return new LogTarget(
                store.endpoint(),
                store.container(),
                store.path().isEmpty() ? folder : store.path() + "/" + folder,
                options.text("logLevel").orElse("Warning").equalsIgnoreCase("Info"),
                member);
    }

    private CopySpec copySpec(UnaryOperator<Endpoint> from, UnaryOperator<Endpoint> to) {
        JobSpec spec = documents.spec();
        Settings properties = documents.properties();
        Endpoint source =
                documents.endpoint(Kind.SOURCE, documents.only(spec.inputs(), "inputs"), properties.section("source"));
        Endpoint sink =
                documents.endpoint(Kind.SINK, documents.only(spec.outputs(), "outputs"), properties.section("sink"));
        return CopySpec.of(
                from.apply(source),
                to.apply(sink),
                properties,
                log(properties),
                staging(properties),
                spec.activityRunId());
    }
}
