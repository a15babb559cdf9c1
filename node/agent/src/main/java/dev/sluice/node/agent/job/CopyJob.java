package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.copy.Copy;
import dev.sluice.data.copy.CopyResult;
import dev.sluice.data.copy.CopySpec;
import dev.sluice.data.copy.Progress;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.job.JobSpec;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/// A Copy activity: its spec as the copy engine wants it, its result as Data Factory shows it.
final class CopyJob {
    private static final long WATCH_MILLIS = 250;

    private final Connectors connectors;
    private final JobDocuments documents;

    CopyJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
    }

    /// Copies; the activity's output.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException for what cannot be copied
    ObjectNode run() {
        CopySpec copy = copySpec();
        CountDownLatch done = new CountDownLatch(1);
        try {
            CopyResult result = Copy.run(copy, connectors, documents.context(), progress -> follow(progress, done));
            return CopyOutput.of(result, documents.conditions());
        } finally {
            done.countDown();
        }
    }

    private void follow(Progress progress, CountDownLatch done) {
        Thread.ofPlatform().name("progress").daemon().start(() -> {
            try {
                do {
                    documents.watch().progress(counts(progress.snapshot()));
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
                now.estimatedRows());
    }

    CopySpec copySpec() {
        JobSpec spec = documents.spec();
        Settings properties = documents.properties();
        Endpoint source =
                documents.endpoint(Kind.SOURCE, documents.only(spec.inputs(), "inputs"), properties.section("source"));
        Endpoint sink =
                documents.endpoint(Kind.SINK, documents.only(spec.outputs(), "outputs"), properties.section("sink"));
        return CopySpec.of(source, sink, properties, spec.activityRunId());
    }
}
