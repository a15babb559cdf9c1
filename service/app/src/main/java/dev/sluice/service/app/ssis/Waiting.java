package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.Json;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.app.ssis.PackageLimits.PackageRuntime;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.JobQueue;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.SsisExecutions.Execution;
import dev.sluice.service.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import tools.jackson.databind.node.ObjectNode;

/// Where executions stand that no node has begun: the place, what runs, and how many can run at once: the sum over the
/// nodes of what each runs in parallel (nodes × parallel per node where all are alike). A runtime with a limit of its
/// own (`maxParallelExecutionsPerNode`) has a queue of its own: its packages are counted, and no other jobs.
final class Waiting {
    /// A node that was silent for so long takes nothing.
    private static final Duration SILENT = Duration.ofMinutes(2);

    /// By how many of the last executions the wait is worked out.
    private static final int LATELY = 50;

    private final Store store;
    private final Groups groups;
    private final PackageLimits limits;
    private final InstantSource clock;

    Waiting(Store store, Groups groups, InstantSource clock) {
        this.store = store;
        this.groups = groups;
        this.limits = new PackageLimits(store);
        this.clock = clock;
    }

    ObjectNode shown(Execution e) {
        ObjectNode json = Json.object();
        Instant now = clock.instant();
        json.put(
                "waitingInSeconds",
                Math.max(0, Duration.between(e.created(), now).toSeconds()));
        List<Fleet.Node> nodes = store
                .fleet()
                .nodes(groups.of(e.factory(), e.runtime()).groupId())
                .stream()
                .filter(n -> n.lastContact().plus(SILENT).isAfter(now))
                .toList();
        PackageRuntime runtime = new PackageRuntime(e.factory(), e.runtime());
        OptionalInt limit = limits.of(runtime);
        ToIntFunction<Fleet.Node> each = n -> Math.min(n.jobsLimit(), limit.orElse(Integer.MAX_VALUE));
        int most = nodes.stream().mapToInt(each).sum();
        place(e, runtime, limit.isPresent(), now).ifPresent(p -> {
            json.put("position", p.position());
            json.put("waiting", p.waiting());
            expected(p, e, limit.isPresent(), most)
                    .ifPresent(wait -> json.put("expectedWaitInSeconds", wait.toSeconds()));
        });
        json.put("nodes", nodes.size());
        json.put("maxParallel", most);
        json.put(
                "running",
                nodes.stream()
                        .flatMap(n -> store.jobs().heldBy(n.nodeId()).stream())
                        .filter(job -> limit.isEmpty() || asks(job, runtime))
                        .count());
        json.put("formula", formula(nodes, each));
        if (most == 0) {
            json.set("diagnosis", noWorker(e, nodes));
        }
        return json;
    }

    private ObjectNode noWorker(Execution e, List<Fleet.Node> online) {
        String detail = !online.isEmpty()
                ? "it is stopped"
                : "none of the nodes that it runs on was heard of in the last " + SILENT.toMinutes() + " minutes";
        Problem problem = SsisCatalogFaults.NO_WORKER
                .problem()
                .evidence("runtime", e.runtime())
                .evidence("detail", detail)
                .build();
        ObjectNode json = Json.object();
        json.put("code", problem.code());
        json.put("message", problem.message());
        problem.resolution().forEach(json.putArray("resolution")::add);
        return json;
    }

    private static boolean asks(QueuedJob job, PackageRuntime runtime) {
        return PackageLimits.runtime(job).filter(runtime::equals).isPresent();
    }

    private Optional<JobQueue.Place> place(Execution e, PackageRuntime runtime, boolean own, Instant now) {
        return store.jobs().ofRun(e.runId()).stream()
                .findFirst()
                .flatMap(job -> own
                        ? store.jobs().placeAmong(job.job(), other -> asks(other, runtime))
                        : store.jobs().place(job.job(), now));
    }

    /// Of a runtime with a limit: by how long its last executions took, so many at once.
    private Optional<Duration> expected(JobQueue.Place place, Execution e, boolean own, int most) {
        if (!own || most == 0) {
            return place.expected();
        }
        var took = store.ssisExecutions().list(e.factory(), 0, "", "", "", Long.MAX_VALUE, LATELY).stream()
                .filter(other -> other.runtime().equalsIgnoreCase(e.runtime()))
                .filter(other -> other.started().isAfter(Instant.EPOCH))
                .filter(other -> other.ended().isAfter(other.started()))
                .mapToLong(other ->
                        Duration.between(other.started(), other.ended()).toMillis())
                .average();
        return took.isPresent()
                ? Optional.of(Duration.ofMillis((long) (took.getAsDouble() * place.position() / most)))
                : Optional.empty();
    }

    private static String formula(List<Fleet.Node> nodes, ToIntFunction<Fleet.Node> each) {
        if (nodes.isEmpty()) {
            return "no node is online";
        }
        int first = each.applyAsInt(nodes.getFirst());
        boolean alike = nodes.stream().allMatch(n -> each.applyAsInt(n) == first);
        return alike
                ? "max parallel = " + nodes.size() + " nodes × " + first + " parallel per node"
                : "max parallel = "
                        + String.join(
                                " + ",
                                nodes.stream()
                                        .map(n -> each.applyAsInt(n) + " (" + n.name() + ")")
                                        .toList());
    }
}
