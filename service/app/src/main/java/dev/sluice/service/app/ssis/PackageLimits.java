package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Place;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.Store;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// How many packages a node runs at once for each Azure-SSIS runtime (`maxParallelExecutionsPerNode`). Such runtimes
/// share the nodes of one group, and each has a limit of its own. Thread-safe.
public final class PackageLimits {
    private static final int MOST_RUNTIMES = 1_000;

    private final Store store;

    public PackageLimits(Store store) {
        this.store = store;
    }

    /// A runtime of a factory, both in lower case.
    public record PackageRuntime(String factory, String name) {
        public PackageRuntime {
            factory = factory.toLowerCase(Locale.ROOT);
            name = name.toLowerCase(Locale.ROOT);
        }
    }

    /// The runtime that a job asks for; empty when it is none of a package.
    public static Optional<PackageRuntime> runtime(QueuedJob job) {
        return job.kind().equalsIgnoreCase(Executions.TYPE)
                ? Place.root(job.spec())
                        .at("activity", "typeProperties", "connectVia", "referenceName")
                        .text()
                        .map(name -> new PackageRuntime(job.factory(), name))
                : Optional.empty();
    }

    /// Whether somebody stopped an Azure-SSIS runtime: packages for it wait until it is started.
    boolean stopped(String factory, String runtime) {
        return store.runtimes()
                .state(factory, runtime)
                .filter("Stopped"::equals)
                .isPresent();
    }

    /// The limit of one runtime; 0 for one that is stopped, empty for one that has none of its own.
    OptionalInt of(PackageRuntime runtime) {
        return store.documents().find(runtime.factory(), DocumentKind.INTEGRATION_RUNTIME, runtime.name()).stream()
                .flatMapToInt(found -> limit(runtime.factory(), IntegrationRuntime.of(found.document())).stream())
                .findFirst();
    }

    /// The limits of those runtimes for which packages may wait in a group, and how many packages wait there.
    public record Waiting(Map<PackageRuntime, Integer> limits, int packages) {
        public Waiting {
            limits = Map.copyOf(limits);
        }
    }

    public Waiting waiting(String group) {
        Map<String, Integer> waiting = store.jobs().waitingPackages(group);
        Map<PackageRuntime, Integer> limits = new HashMap<>();
        waiting.keySet()
                .forEach(factory ->
                        store.documents().list(factory, DocumentKind.INTEGRATION_RUNTIME, "", MOST_RUNTIMES).stream()
                                .map(stored -> IntegrationRuntime.of(stored.document()))
                                .forEach(runtime -> limit(factory, runtime)
                                        .ifPresent(most ->
                                                limits.put(new PackageRuntime(factory, runtime.name()), most))));
        return new Waiting(
                limits, waiting.values().stream().mapToInt(Integer::intValue).sum());
    }

    private OptionalInt limit(String factory, IntegrationRuntime runtime) {
        return runtime.ssis() && stopped(factory, runtime.name()) ? OptionalInt.of(0) : parallel(runtime);
    }

    /// What a factory kept before limits were checked must not hold up its jobs.
    private static OptionalInt parallel(IntegrationRuntime runtime) {
        try {
            return runtime.parallelPackages();
        } catch (ProblemException e) {
            return OptionalInt.empty();
        }
    }
}
