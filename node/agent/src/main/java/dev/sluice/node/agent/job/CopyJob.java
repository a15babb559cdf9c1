package dev.sluice.node.agent.job;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.copy.Connectors;
import dev.sluice.data.copy.Copy;
import dev.sluice.data.copy.CopyResult;
import dev.sluice.data.copy.CopySpec;
import dev.sluice.data.copy.Progress;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/// A Copy activity: its spec as the copy engine wants it, its result as Data Factory shows it.
final class CopyJob {
    private static final long WATCH_MILLIS = 250;

    private final Connectors connectors;
    private final JobSpec spec;
    private final JobSettings settings;
    private final JobConditions conditions;
    private final JobWatch watch;

    CopyJob(Connectors connectors, JobSpec spec, SecretOpener secrets, JobConditions conditions, JobWatch watch) {
        this.connectors = connectors;
        this.spec = spec;
        this.settings = new JobSettings(secrets);
        this.conditions = conditions;
        this.watch = watch;
    }

    /// Copies; the activity's output.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException for what cannot be copied
    ObjectNode run() {
        CopySpec copy = copySpec();
        CountDownLatch done = new CountDownLatch(1);
        try {
            CopyResult result =
                    Copy.run(copy, connectors, new Context(conditions, watch), progress -> follow(progress, done));
            return CopyOutput.of(result, conditions);
        } finally {
            done.countDown();
        }
    }

    private void follow(Progress progress, CountDownLatch done) {
        Thread.ofPlatform().name("progress").daemon().start(() -> {
            try {
                do {
                    watch.progress(counts(progress.snapshot()));
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
        String place = "activity/" + spec.activityName() + ":/typeProperties";
        Place properties = Place.root(spec.activity()).member("typeProperties");
        Endpoint source = endpoint(Kind.SOURCE, only(spec.inputs(), "inputs"), place, properties.member("source"));
        Endpoint sink = endpoint(Kind.SINK, only(spec.outputs(), "outputs"), place, properties.member("sink"));
        return CopySpec.of(source, sink, settings.of(place, properties.json()), spec.activityRunId());
    }

    private Endpoint endpoint(Kind side, JobSpec.Endpoint end, String place, Place activitySide) {
        JobSpec.Resource service = end.linkedService();
        JobSpec.Resource dataset = end.dataset();
        return new Endpoint(
                side,
                service.name(),
                service.type(),
                settings.of(
                        "linkedService/" + service.name() + ":/properties/typeProperties",
                        Place.root(service.properties())
                                .member("typeProperties")
                                .json()),
                dataset.name(),
                dataset.type(),
                settings.of(
                        "dataset/" + dataset.name() + ":/properties/typeProperties",
                        Place.root(dataset.properties())
                                .member("typeProperties")
                                .json()),
                settings.of(place + (side == Kind.SOURCE ? "/source" : "/sink"), activitySide.json()));
    }

    private JobSpec.Endpoint only(List<JobSpec.Endpoint> ends, String member) {
        if (ends.size() != 1) {
            throw DocumentFaults.MEMBER_INVALID
                    .problem()
                    .at("activity/" + spec.activityName() + ":/" + member)
                    .evidence("member", member)
                    .evidence("value", "an array of " + ends.size())
                    .evidence("expected", "an array of one dataset reference")
                    .exception();
        }
        return ends.getFirst();
    }

    private record Context(JobConditions conditions, JobWatch watch) implements JobContext {
        @Override
        public MemoryBudget memory() {
            return conditions.memory();
        }

        @Override
        public String attemptId() {
            return conditions.attemptId();
        }

        @Override
        public String jobId() {
            return conditions.jobId();
        }

        @Override
        public Path scratch() {
            return conditions.scratch();
        }

        @Override
        public InstantSource clock() {
            return conditions.clock();
        }

        @Override
        public boolean cancelled() {
            return watch.cancelled();
        }
    }
}
