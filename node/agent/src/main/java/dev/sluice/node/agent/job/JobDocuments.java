package dev.sluice.node.agent.job;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.Activity;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/// A job's documents as connectors take them, its secrets opened, and what the job offers to connectors.
final class JobDocuments {
    private final JobSpec spec;
    private final JobSettings settings;
    private final JobConditions conditions;
    private final JobWatch watch;

    JobDocuments(JobSpec spec, SecretOpener secrets, KeyVault vault, JobConditions conditions, JobWatch watch) {
        this.spec = spec;
        this.settings = new JobSettings(secrets, vault);
        this.conditions = conditions;
        this.watch = watch;
    }

    JobSpec spec() {
        return spec;
    }

    JobConditions conditions() {
        return conditions;
    }

    JobWatch watch() {
        return watch;
    }

    JobContext context() {
        return new Context(conditions, watch, rows -> {});
    }

    /// The same for a source that may be read only so fast.
    ///
    /// @param pace waits after so many rows
    JobContext context(LongConsumer pace) {
        return new Context(conditions, watch, pace);
    }

    /// The activity's type properties as JSON, for what is passed on as it is.
    Place json() {
        return new Place(
                Place.root(spec.activity()).member("typeProperties").json(),
                "activity/" + spec.activityName() + ":/typeProperties");
    }

    /// The activity's type properties.
    Settings properties() {
        return settings.of(json().pointer(), json().json());
    }

    /// The one dataset of an activity that has one.
    JobSpec.Endpoint only(List<JobSpec.Endpoint> ends, String member) {
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

    /// A dataset with the linked service it lies behind.
    ///
    /// @param activity what the activity says of it
    Endpoint endpoint(Kind side, JobSpec.Endpoint end, Settings activity) {
        return new Endpoint(
                side,
                end.linkedService().name(),
                end.linkedService().type(),
                typeProperties("linkedService", end.linkedService()),
                end.dataset().name(),
                end.dataset().type(),
                typeProperties("dataset", end.dataset()),
                activity);
    }

    /// A linked service alone.
    Endpoint endpoint(Kind side, JobSpec.Resource service) {
        return new Endpoint(
                side,
                service.name(),
                service.type(),
                typeProperties("linkedService", service),
                "",
                "",
                Settings.EMPTY,
                Settings.EMPTY);
    }

    /// A linked service with files, at a folder of it.
    ///
    /// @param dataset a name for messages
    Endpoint files(Kind side, JobSpec.Resource service, String dataset, Map<String, Object> location) {
        return new Endpoint(
                side,
                service.name(),
                service.type(),
                typeProperties("linkedService", service),
                dataset,
                "Binary",
                new Settings(dataset, Map.of("location", location)),
                Settings.EMPTY);
    }

    Settings typeProperties(String kind, JobSpec.Resource resource) {
        return settings.of(
                kind + "/" + resource.name() + ":/properties/typeProperties",
                Place.root(resource.properties()).member("typeProperties").json());
    }

    /// The linked service that the activity itself names.
    JobSpec.Resource service() {
        return Activity.of(Place.root(spec.activity()))
                .linkedService()
                .map(reference -> service(reference.name()))
                .orElseThrow(() ->
                        Place.root(spec.activity()).member("linkedServiceName").missing());
    }

    /// A linked service that the activity refers to.
    JobSpec.Resource service(String name) {
        return spec.linkedServices().entrySet().stream()
                .filter(e -> e.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> DocumentFaults.REFERENCE_MISSING
                        .problem()
                        .at("activity/" + spec.activityName())
                        .evidence("object", "linked service")
                        .evidence("name", name)
                        .exception());
    }

    private record Context(JobConditions conditions, JobWatch watch, LongConsumer paced) implements JobContext {
        @Override
        public void pace(long rows) {
            paced.accept(rows);
        }

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
