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
    public record Runtime(String factory, String name) {
        public Runtime {
            factory = factory.toLowerCase(Locale.ROOT);
            name = name.toLowerCase(Locale.ROOT);
        }
    }

    /// The runtime that a job asks for; empty when it is none of a package.
    public static Optional<Runtime> runtime(QueuedJob job) {
        return job.kind().equalsIgnoreCase(Executions.TYPE)
                ? Place.root(job.spec())
                        .at("activity", "typeProperties", "connectVia", "referenceName")
                        .text()
                        .map(name -> new Runtime(job.factory(), name))
                : Optional.empty();
    }

    /// The limit of one runtime; empty for one that has none of its own.
    OptionalInt of(Runtime runtime) {
        return store.documents().find(runtime.factory(), DocumentKind.INTEGRATION_RUNTIME, runtime.name()).stream()
                .flatMapToInt(found -> parallel(IntegrationRuntime.of(found.document())).stream())
                .findFirst();
    }

    /// The limits of those runtimes for which packages may wait in a group, and how many packages wait there.
    public record Waiting(Map<Runtime, Integer> limits, int packages) {
        public Waiting {
            limits = Map.copyOf(limits);
        }
    }

    public Waiting waiting(String group) {
        Map<String, Integer> waiting = store.jobs().waitingPackages(group);
        Map<Runtime, Integer> limits = new HashMap<>();
        waiting.keySet()
                .forEach(factory ->
                        store.documents().list(factory, DocumentKind.INTEGRATION_RUNTIME, "", MOST_RUNTIMES).stream()
                                .map(stored -> IntegrationRuntime.of(stored.document()))
                                .forEach(runtime -> parallel(runtime)
                                        .ifPresent(most -> limits.put(new Runtime(factory, runtime.name()), most))));
        return new Waiting(
                limits, waiting.values().stream().mapToInt(Integer::intValue).sum());
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
