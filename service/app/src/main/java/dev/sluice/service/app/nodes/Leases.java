package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.secrets.Certificates;
import dev.sluice.service.app.documents.Sealing;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Line;
import dev.sluice.service.app.nodes.Members.Member;
import dev.sluice.service.app.runs.Callbacks;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.ssis.PackageLimits;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.JobQueue;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.Store;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LeaseResponse;
import dev.sluice.wire.NodeCondition;
import dev.sluice.wire.NodeOrders;
import dev.sluice.wire.Wire;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands out jobs to nodes that ask and wait. Of several requests of one node only the newest is given any:
/// whoever sent the older ones has stopped listening. Thread-safe.
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    /// News may get lost between processes; then a look this often finds the work.
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /// Most waiting packages that are looked behind.
    private static final int MOST_PACKAGES = 1_000;

    private final Store store;
    private final Dispatcher dispatcher;
    private final Members members;
    private final News news;
    private final Limits limits;
    private final InstantSource clock;
    private final Sealing sealing;
    private final Callbacks callbacks;
    private final Executor aside;
    private final Rollouts rollouts;
    private final PackageLimits packageLimits;

    /// @param aside runs what an answer need not wait for
    Leases(Fleetwide parts, Callbacks callbacks, Executor aside, Rollouts rollouts) {
        this.rollouts = rollouts;
        this.store = parts.store();
        this.packageLimits = new PackageLimits(store);
        this.dispatcher = parts.dispatcher();
        this.members = parts.members();
        this.news = parts.news();
        this.limits = parts.limits();
        this.clock = parts.clock();
        this.sealing = parts.sealing();
        this.callbacks = callbacks;
        this.aside = aside;
    }

    NodeOrders orders(Member member, List<JobRef> cancel) {
        return new NodeOrders(
                cancel,
                false,
                member.node().jobsLimit(),
                limits.lease().toMillis(),
                limits.heartbeat().toMillis(),
                rollouts.order(member.node()).orElse(null),
                limits.expiry().toMillis());
    }

    /// Hands out jobs, and waits for some while there are none. A cancellation also ends the wait, and so does a
    /// newer request of the same node.
    ///
    /// @param line the connection the request came by: nothing is handed to a node that hung up while it waited
    Answer lease(Member member, LeaseRequest request, Line line) {
        // The number first: who is seen to have been heard of has its place before any later request.
        long poll = member.newPoll();
        members.heard(member);
        String group = member.node().group();
        news.nudge(group);
        Instant end = clock.instant().plusMillis(Math.clamp(request.waitMillis(), 0L, Wire.MAX_WAIT_MILLIS));
        while (true) {
            long seen = news.count(group);
            boolean there = line.isOpen();
            Taken taken = there ? takeIfNewest(member, poll, request) : Taken.NOTHING;
            taken.tooLarge().forEach((job, bytes) -> fail(job, member, bytes));
            List<JobRef> cancel = store.jobs().cancelsFor(member.node().nodeId());
            Duration left = Duration.between(clock.instant(), end);
            boolean over = !left.isPositive() || news.isClosed() || !member.isNewest(poll);
            if (!there) {
                return answer(member, poll, request, taken, List.of());
            }
            if (!taken.offers().isEmpty() || !cancel.isEmpty() || over) {
                members.heard(member);
                return answer(member, poll, request, taken, cancel);
            }
            if (taken.tooLarge().isEmpty()) {
                Duration longest = left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY;
                news.await(group, seen, longest, () -> !member.isNewest(poll));
            }
            if (members.find(member.node().nodeId()).isEmpty()) {
                throw members.gone(member.node().nodeId());
            }
        }
    }

    /// Jobs that are the node's from now on, with what it is told of them.
    ///
    /// @param tooLarge jobs that no message can carry, with the sizes of their offers in bytes
    private record Taken(List<QueuedJob> jobs, List<JobOffer> offers, Map<QueuedJob, Integer> tooLarge) {
        static final Taken NOTHING = new Taken(List.of(), List.of(), Map.of());
    }

    private Taken takeIfNewest(Member member, long poll, LeaseRequest request) {
        member.taking().lock();
        try {
            return member.isNewest(poll) ? carried(member, take(member, request)) : Taken.NOTHING;
        } finally {
            member.taking().unlock();
        }
    }

    private List<QueuedJob> take(Member member, LeaseRequest request) {
        String nodeId = member.node().nodeId();
        List<QueuedJob> held = store.jobs().heldBy(nodeId);
        List<QueuedJob> unknown = unheardOf(member, request, held);
        if (request.confirms()) {
            List<QueuedJob> begun =
                    unknown.stream().filter(QueuedJob::confirmed).toList();
            begun.forEach(job -> forgotten(job, member));
            member.circuit()
                    .died(
                            refs(begun, true),
                            begun.stream().map(Leases::activity).findFirst().orElse(""),
                            clock.instant());
            unknown = unknown.stream().filter(job -> !job.confirmed()).toList();
        }
        if (request.freeSlots() <= 0 && request.holds() != null) {
            giveBack(member, unknown);
            return List.of();
        }
        List<QueuedJob> jobs = new ArrayList<>(unknown);
        Instant now = clock.instant();
        store.jobs().offerAgain(nodeId, unknown.stream().map(QueuedJob::job).toList(), now.plus(limits.confirm()));
        int slots = Math.min(request.freeSlots(), member.node().jobsLimit() - held.size());
        slots = member.circuit()
                .slots(
                        slots,
                        othersWork(member),
                        held.stream().map(QueuedJob::job).toList(),
                        now);
        // A node that is about to run another version gets no more; a lease request may be older than its decision.
        if (slots > 0 && !news.isClosed() && !members.isUpgrading(member.node())) {
            List<QueuedJob> fresh = fresh(member, request, slots, now, held);
            member.circuit().given(fresh.stream().map(QueuedJob::job).toList());
            jobs.addAll(fresh);
        }
        return jobs;
    }

    /// A node that has confirmed a job and does not know it any more is another process than the one that did:
    /// that one may have done the job, or any part of it, before it died. So the attempt is over.
    private void forgotten(QueuedJob job, Member member) {
        LOG.warn(
                "node {} does not know job {} attempt {} any more, which it had confirmed",
                member.node().name(),
                job.job().jobId(),
                job.job().attempt());
        Problem problem = NodeFaults.NODE_STOPPED
                .problem()
                .evidence("node", member.node().name())
                .evidence("how", "ended unexpectedly")
                .evidence("leasedAt", job.leased())
                .build();
        dispatcher.ended(
                job,
                member.node().nodeId(),
                new JobOutcome.Failed(ActivityError.of(job.kind(), problem, job.activity())));
    }

    /// Tells activities of runs apart, whatever their attempts.
    static String activity(QueuedJob job) {
        return job.runId() + "/" + job.activity();
    }

    /// Whether another node of the group takes jobs. Looked up only for a node that has failed.
    private boolean othersWork(Member member) {
        Fleet.Node node = member.node();
        if (members.circuit(node).filter(NodeCircuit.Shown::aside).isEmpty()) {
            return true;
        }
        Instant silent = clock.instant().minus(limits.online());
        return store.fleet().nodes(node.group()).stream()
                .filter(n -> !n.nodeId().equals(node.nodeId()))
                .filter(n -> members.heard(n).isAfter(silent) && !members.isUpgrading(n))
                .filter(this::isWorking)
                .anyMatch(
                        n -> members.circuit(n).filter(NodeCircuit.Shown::aside).isEmpty());
    }

    private boolean isWorking(Fleet.Node node) {
        NodeCondition said = members.facts(node).condition();
        return said == null || said.state().equals(NodeCondition.WORKING);
    }

    private List<QueuedJob> fresh(Member member, LeaseRequest request, int slots, Instant now, List<QueuedJob> held) {
        JobQueue queue = store.jobs();
        String group = member.node().group();
        String nodeId = member.node().nodeId();
        // Documents are read before jobs are taken: that is one transaction, which others wait for.
        PackageLimits.Waiting packages = packageLimits.waiting(group);
        // The lane of bulk jobs comes last: it counts what passes as taken.
        Predicate<QueuedJob> fits = fit(member)
                .and(new PackageLane(packages.limits(), held))
                .and(new BulkLane(member.node().jobsLimit(), slots));
        // However many packages wait for a runtime that is full, there may be work for others behind them.
        int behind =
                JobQueue.LOOK_BEHIND + (packages.limits().isEmpty() ? 0 : Math.min(packages.packages(), MOST_PACKAGES));
        return request.confirms()
                ? queue.offer(
                        group,
                        nodeId,
                        slots,
                        now,
                        job -> limits.confirm(job.job().offer()),
                        fits,
                        behind)
                : queue.lease(group, nodeId, slots, now, job -> limits.lease(), fits, behind);
    }

    /// As many as one message carries, in their order; those behind go back to the queue.
    private Taken carried(Member member, List<QueuedJob> jobs) {
        Taken taken = new Taken(new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
        long bytes = 0;
        for (int i = 0; i < jobs.size(); i++) {
            QueuedJob job = jobs.get(i);
            JobOffer offer = offer(job, member);
            int size = Wire.encode(offer).length;
            if (size > limits.offerBytes()) {
                taken.tooLarge().put(job, size);
            } else if (bytes + size > limits.offerBytes()) {
                giveBack(member, jobs.subList(i, jobs.size()));
                return taken;
            } else {
                bytes += size;
                taken.jobs().add(job);
                taken.offers().add(offer);
            }
        }
        return taken;
    }

    private void fail(QueuedJob job, Member member, int bytes) {
        Problem problem = DocumentFaults.LIMIT_EXCEEDED
                .problem()
                .at("activity/" + job.activity())
                .evidence(
                        "what",
                        "The size in bytes of activity '" + job.activity()
                                + "' together with the datasets and linked services it uses")
                .evidence("value", bytes)
                .evidence("limit", limits.offerBytes())
                .build();
        ActivityError error = ActivityError.of(job.kind(), problem, job.activity());
        dispatcher.ended(job, member.node().nodeId(), new JobOutcome.Failed(error));
    }

    /// What the node has confirmed since stays with it.
    private void giveBack(Member member, List<QueuedJob> jobs) {
        String nodeId = member.node().nodeId();
        List<JobRef> back = new ArrayList<>(store.jobs().takeBack(nodeId, refs(jobs, false)));
        back.addAll(store.jobs().giveBack(nodeId, refs(jobs, true)));
        if (!back.isEmpty()) {
            LOG.info(
                    "{} job(s) did not go to node {} and wait again",
                    back.size(),
                    member.node().name());
        }
    }

    private static List<JobRef> refs(List<QueuedJob> jobs, boolean confirmed) {
        return jobs.stream()
                .filter(job -> job.confirmed() == confirmed)
                .map(QueuedJob::job)
                .toList();
    }

    private SecretsFit fit(Member member) {
        Instant silent = clock.instant().minus(limits.online());
        List<Fleet.Node> others = store.fleet().nodes(member.node().group()).stream()
                .filter(n -> !n.nodeId().equals(member.node().nodeId()))
                .filter(n -> members.heard(n).isAfter(silent))
                .toList();
        return new SecretsFit(member.node(), others, sealing::holds);
    }

    /// Jobs whose answer was lost on the way: the node says that it does not hold them; or, when it does not say
    /// what it holds, they were handed out two heartbeats ago and never mentioned since. Offering them again is
    /// safe, because a node knows a job by its attempt; but not those that the node has confirmed ([#forgotten]).
    private List<QueuedJob> unheardOf(Member member, LeaseRequest request, List<QueuedJob> held) {
        List<JobRef> known = request.holds();
        Instant before = clock.instant().minus(limits.heartbeat().multipliedBy(2));
        return held.stream()
                .filter(job -> !job.cancelled())
                .filter(job -> known != null
                        ? !known.contains(job.job())
                        : job.leased().isBefore(before) && !member.mentioned().contains(job.job()))
                .toList();
    }

    private Answer answer(Member member, long poll, LeaseRequest request, Taken taken, List<JobRef> cancel) {
        List<QueuedJob> jobs = taken.jobs();
        Answer answer = Answer.bytes(200, Wire.encode(new LeaseResponse(taken.offers(), orders(member, cancel))));
        return jobs.isEmpty()
                ? answer
                : answer.with(new Answer.Fate() {
                    @Override
                    public void written() {
                        if (!request.confirms()) {
                            begun(member, jobs.stream().map(QueuedJob::job).toList());
                        }
                    }

                    @Override
                    public void lost() {
                        aside.execute(() -> undelivered(member, poll, jobs));
                    }
                });
    }

    private JobOffer offer(QueuedJob job, Member member) {
        var spec =
                sealing.forNode(job.spec(), Certificates.fromPem(member.node().certificate()));
        return new JobOffer(job.job(), job.kind(), callbacks.addressed(job, spec), job.timeoutMillis());
    }

    /// Notes that a node has these jobs from now on.
    void begun(Member member, List<JobRef> jobs) {
        jobs.forEach(job -> aside.execute(() -> started(job, member)));
    }

    private void started(JobRef job, Member member) {
        try {
            store.jobs()
                    .find(job)
                    .ifPresent(found -> dispatcher.started(found, member.node().name()));
        } catch (RuntimeException e) {
            // The run goes on without it: a report may overtake the start anyway.
            LOG.warn("the start of job {} could not be noted", job.jobId(), e);
        }
    }

    /// The connection was gone before the offers were written. A newer request of the node may have been offered
    /// them already; then they are its.
    private void undelivered(Member member, long poll, List<QueuedJob> jobs) {
        member.taking().lock();
        try {
            if (member.isNewest(poll)) {
                giveBack(
                        member,
                        jobs.stream()
                                .filter(job -> !member.mentioned().contains(job.job()))
                                .toList());
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "undelivered jobs of node {} wait for the end of their leases",
                    member.node().name(),
                    e);
        } finally {
            member.taking().unlock();
        }
    }
}
