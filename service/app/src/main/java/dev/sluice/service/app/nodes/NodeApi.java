package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.Certificates;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.Sealing;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.nodes.Members.Member;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.ProgressBoard;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.RunTransition;
import dev.sluice.service.store.Store;
import dev.sluice.wire.HeartbeatRequest;
import dev.sluice.wire.HeartbeatResponse;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LeaseResponse;
import dev.sluice.wire.NodeOrders;
import dev.sluice.wire.RegisterRequest;
import dev.sluice.wire.RegisterResponse;
import dev.sluice.wire.ReportRequest;
import dev.sluice.wire.ReportResponse;
import dev.sluice.wire.Wire;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What nodes say: register, lease, heartbeat, report, unregister. Every request but the first is signed.
public final class NodeApi {
    private static final Logger LOG = LoggerFactory.getLogger(NodeApi.class);

    /// News may get lost between processes; then a look this often finds the work.
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final Store store;
    private final Dispatcher dispatcher;
    private final ProgressBoard board;
    private final Members members;
    private final Proof proof;
    private final Registration registration;
    private final CertificateAuthority authority;
    private final Sealing sealing;
    private final News news;
    private final Limits limits;
    private final InstantSource clock;
    private final Executor aside;

    NodeApi(
            Fleetwide parts,
            Registration registration,
            CertificateAuthority authority,
            Sealing sealing,
            Executor aside) {
        this.store = parts.store();
        this.dispatcher = parts.dispatcher();
        this.board = parts.board();
        this.members = parts.members();
        this.news = parts.news();
        this.limits = parts.limits();
        this.clock = parts.clock();
        this.proof = new Proof(members, clock);
        this.registration = registration;
        this.authority = authority;
        this.sealing = sealing;
        this.aside = aside;
    }

    void addTo(Routes routes) {
        routes.add("POST", Wire.REGISTER, Permission.NODE, this::register)
                .add("POST", Wire.LEASE, Permission.NODE, this::lease)
                .add("POST", Wire.HEARTBEAT, Permission.NODE, this::heartbeat)
                .add("POST", Wire.REPORT, Permission.NODE, this::report)
                .add("POST", Wire.UNREGISTER, Permission.NODE, this::unregister);
    }

    private static <T> T body(Call call, Class<T> type) {
        return Wire.decode(call.request().body(), type);
    }

    private static Answer answer(Object message) {
        return Answer.bytes(200, Wire.encode(message));
    }

    private Answer register(Call call) {
        Registration.Admitted admitted = registration.register(body(call, RegisterRequest.class));
        Member member = members.find(admitted.node().nodeId()).orElseThrow();
        LOG.info(
                "node {} registered with {}",
                admitted.node().name(),
                admitted.group().runtime());
        return answer(new RegisterResponse(
                admitted.node().nodeId(),
                admitted.node().name(),
                admitted.group().runtime(),
                admitted.group().factory(),
                admitted.node().certificate(),
                Certificates.toPem(authority.certificate()),
                orders(member, List.of())));
    }

    private NodeOrders orders(Member member, List<JobRef> cancel) {
        return new NodeOrders(
                cancel,
                false,
                member.node().jobsLimit(),
                limits.lease().toMillis(),
                limits.heartbeat().toMillis());
    }

    /// Hands out jobs, and waits for some while there are none. A cancellation also ends the wait.
    private Answer lease(Call call) {
        Member member = proof.require(call.request());
        LeaseRequest request = body(call, LeaseRequest.class);
        members.heard(member);
        String group = member.node().group();
        Instant end = clock.instant().plusMillis(Math.clamp(request.waitMillis(), 0L, Wire.MAX_WAIT_MILLIS));
        while (true) {
            long seen = news.count(group);
            List<QueuedJob> jobs = take(member, request.freeSlots());
            List<JobRef> cancel = store.jobs().cancelsFor(member.node().nodeId());
            Duration left = Duration.between(clock.instant(), end);
            if (!jobs.isEmpty() || !cancel.isEmpty() || !left.isPositive() || news.isClosed()) {
                members.heard(member);
                return answer(new LeaseResponse(
                        jobs.stream().map(job -> offer(job, member)).toList(), orders(member, cancel)));
            }
            news.await(group, seen, left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY);
            if (members.find(member.node().nodeId()).isEmpty()) {
                throw dev.sluice.diagnosis.NodeFaults.REQUEST_REFUSED.with(
                        "reason", "UNKNOWN_KEY", "detail", "The node has been deleted.");
            }
        }
    }

    private List<QueuedJob> take(Member member, int freeSlots) {
        String nodeId = member.node().nodeId();
        List<QueuedJob> held = store.jobs().heldBy(nodeId);
        List<QueuedJob> jobs = new ArrayList<>(unheardOf(member, held));
        int slots = Math.min(freeSlots, member.node().jobsLimit() - held.size());
        if (slots > 0 && !news.isClosed()) {
            List<QueuedJob> fresh = store.jobs()
                    .lease(member.node().group(), nodeId, slots, clock.instant(), limits.lease(), fit(member));
            jobs.addAll(fresh);
            fresh.forEach(job -> aside.execute(() -> started(job, member)));
        }
        return jobs;
    }

    private SecretsFit fit(Member member) {
        Instant silent = clock.instant().minus(limits.online());
        List<Fleet.Node> others = store.fleet().nodes(member.node().group()).stream()
                .filter(n -> !n.nodeId().equals(member.node().nodeId()))
                .filter(n -> members.heard(n).isAfter(silent))
                .toList();
        return new SecretsFit(member.node(), others, sealing::holds);
    }

    /// Jobs whose answer seems to have been lost on the way: handed out two heartbeats ago and never mentioned since.
    /// Offering them again is safe, because a node knows a job by its attempt.
    private List<QueuedJob> unheardOf(Member member, List<QueuedJob> held) {
        Instant before = clock.instant().minus(limits.heartbeat().multipliedBy(2));
        return held.stream()
                .filter(job -> !job.cancelled() && job.leased().isBefore(before))
                .filter(job -> !member.mentioned().contains(job.job()))
                .toList();
    }

    private void started(QueuedJob job, Member member) {
        try {
            dispatcher.started(job, member.node().name());
        } catch (RuntimeException e) {
            // The run goes on without it: a report may overtake the start anyway.
            LOG.warn("the start of job {} could not be noted", job.job().jobId(), e);
        }
    }

    private JobOffer offer(QueuedJob job, Member member) {
        var spec =
                sealing.forNode(job.spec(), Certificates.fromPem(member.node().certificate()));
        return new JobOffer(job.job(), job.kind(), spec, job.timeoutMillis());
    }

    private Answer heartbeat(Call call) {
        Member member = proof.require(call.request());
        HeartbeatRequest request = body(call, HeartbeatRequest.class);
        List<JobRef> running = request.jobs().stream()
                .map(JobProgress::job)
                .filter(Objects::nonNull)
                .toList();
        Set<JobRef> held = new HashSet<>(store.jobs()
                .renew(member.node().nodeId(), running, clock.instant().plus(limits.lease())));
        members.heard(member, request.facts());
        member.mentioned().retainAll(running);
        member.mentioned().addAll(running);
        request.jobs().stream().filter(p -> held.contains(p.job())).forEach(board::put);
        List<JobRef> lost = running.stream().filter(job -> !held.contains(job)).toList();
        return answer(new HeartbeatResponse(
                orders(member, store.jobs().cancelsFor(member.node().nodeId())), lost));
    }

    /// Takes a job's end. Whatever the answer, the node may forget it: so what cannot be read counts as a failure.
    private Answer report(Call call) {
        Member member = proof.require(call.request());
        ReportRequest request = body(call, ReportRequest.class);
        if (request.job() == null) {
            throw DocumentFaults.MEMBER_MISSING.with("member", "job");
        }
        members.heard(member);
        String nodeId = member.node().nodeId();
        Optional<QueuedJob> job =
                store.jobs().find(request.job()).filter(j -> j.node().equals(nodeId));
        board.remove(request.job());
        member.mentioned().remove(request.job());
        if (job.isPresent()
                && dispatcher.ended(job.get(), nodeId, outcome(request, job.get())) == RunTransition.Result.APPLIED) {
            return answer(new ReportResponse(ReportResponse.Verdict.ACCEPTED));
        }
        boolean before = store.jobs()
                .endedBy(request.job(), nodeId)
                .filter("reported"::equals)
                .isPresent();
        return answer(
                new ReportResponse(before ? ReportResponse.Verdict.DUPLICATE : ReportResponse.Verdict.SUPERSEDED));
    }

    private static JobOutcome outcome(ReportRequest request, QueuedJob job) {
        try {
            return JobOutcome.fromJson(request.outcome());
        } catch (ProblemException e) {
            return new JobOutcome.Failed(ActivityError.of(e.problem(), job.activity()));
        }
    }

    /// The node leaves for good; what it held is lost at once.
    private Answer unregister(Call call) {
        Member member = proof.require(call.request());
        String nodeId = member.node().nodeId();
        List<QueuedJob> held = store.jobs().heldBy(nodeId);
        store.fleet().remove(nodeId, "node " + member.node().name(), clock.instant());
        members.forget(nodeId);
        for (QueuedJob job : held) {
            dispatcher.lost(job, member.node().name(), limits.lease());
        }
        LOG.info("node {} unregistered", member.node().name());
        return Answer.empty(200);
    }
}
