package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.Certificates;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.Reseals;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.nodes.Members.Member;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.ProgressBoard;
import dev.sluice.service.app.ssis.Executions;
import dev.sluice.service.store.JobQueue;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.RunTransition;
import dev.sluice.service.store.Store;
import dev.sluice.wire.BundleRequest;
import dev.sluice.wire.HeartbeatRequest;
import dev.sluice.wire.HeartbeatResponse;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.KnownSecret;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LogPage;
import dev.sluice.wire.RegisterRequest;
import dev.sluice.wire.RegisterResponse;
import dev.sluice.wire.ReportRequest;
import dev.sluice.wire.ReportResponse;
import dev.sluice.wire.ResealRequest;
import dev.sluice.wire.Resealed;
import dev.sluice.wire.UnregisterResponse;
import dev.sluice.wire.Wire;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What nodes say: register, lease, heartbeat, report, unregister. Every request but the first is signed.
public final class NodeApi {
    private static final Logger LOG = LoggerFactory.getLogger(NodeApi.class);

    private final Store store;
    private final Dispatcher dispatcher;
    private final ProgressBoard board;
    private final Members members;
    private final Fleetwide parts;
    private final Reseals reseals;
    private final Proof proof;
    private final Registration registration;
    private final CertificateAuthority authority;
    private final Leases leases;
    private final Rollouts rollouts;
    private final LogDesk logs;
    private final ServiceUrls urls;
    private final Executions executions;
    private final Limits limits;
    private final InstantSource clock;

    NodeApi(
            Fleetwide parts,
            Proof proof,
            Registration registration,
            CertificateAuthority authority,
            Leases leases,
            Rollouts rollouts,
            LogDesk logs,
            ServiceUrls urls,
            Executions executions) {
        this.urls = urls;
        this.executions = executions;
        this.rollouts = rollouts;
        this.logs = logs;
        this.parts = parts;
        this.reseals = parts.reseals();
        this.store = parts.store();
        this.dispatcher = parts.dispatcher();
        this.board = parts.board();
        this.members = parts.members();
        this.limits = parts.limits();
        this.clock = parts.clock();
        this.proof = proof;
        this.registration = registration;
        this.authority = authority;
        this.leases = leases;
    }

    void addTo(Routes routes) {
        routes.add("POST", Wire.REGISTER, Permission.NODE, this::register)
                .add("POST", Wire.LEASE, Permission.NODE, this::lease)
                .add("POST", Wire.HEARTBEAT, Permission.NODE, this::heartbeat)
                .add("POST", Wire.REPORT, Permission.NODE, this::report)
                .add("POST", Wire.RESEAL, Permission.NODE, this::reseal)
                .add("POST", Wire.LOGS, Permission.NODE, this::logs)
                .add("POST", Wire.BUNDLE, Permission.NODE, this::bundle)
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
                leases.orders(member, List.of())));
    }

    private Answer lease(Call call) {
        Member member = proof.require(call.request());
        return leases.lease(
                member, body(call, LeaseRequest.class), call.request().line());
    }

    private Answer heartbeat(Call call) {
        Member member = proof.require(call.request());
        HeartbeatRequest request = body(call, HeartbeatRequest.class);
        List<JobRef> running = request.jobs().stream()
                .map(JobProgress::job)
                .filter(Objects::nonNull)
                .toList();
        JobQueue.Renewal renewal = store.jobs()
                .renew(member.node().nodeId(), running, clock.instant().plus(limits.lease()));
        Set<JobRef> held = new HashSet<>(renewal.held());
        members.heard(member, request.facts());
        member.mentioned().retainAll(running);
        member.mentioned().addAll(running);
        request.jobs().stream().filter(p -> held.contains(p.job())).forEach(board::put);
        List<JobRef> lost = running.stream().filter(job -> !held.contains(job)).toList();
        reseals.refresh();
        Answer answer = answer(new HeartbeatResponse(
                leases.orders(member, store.jobs().cancelsFor(member.node().nodeId())),
                lost,
                reseals.orders(member.certificate()),
                logs.orders(member.node().nodeId()),
                urls.announcement()));
        return renewal.begun().isEmpty() ? answer : answer.with(noted(member, renewal.begun()));
    }

    /// The jobs have begun, whether the answer arrives or not; it is noted behind the answer, for which they wait.
    private Answer.Fate noted(Member member, List<JobRef> begun) {
        return new Answer.Fate() {
            @Override
            public void written() {
                leases.begun(member, begun);
            }

            @Override
            public void lost() {
                leases.begun(member, begun);
            }
        };
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
        if (job.isPresent()) {
            JobOutcome outcome = outcome(request, job.get());
            // First: what the run makes of it may be seen at once, and its execution must have ended then.
            executions.ended(job.get(), outcome);
            member.circuit().ended(request.job(), Leases.activity(job.get()), outcome, clock.instant());
            if (dispatcher.ended(job.get(), nodeId, outcome) == RunTransition.Result.APPLIED) {
                return answer(new ReportResponse(ReportResponse.Verdict.ACCEPTED));
            }
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

    private Answer reseal(Call call) {
        Member member = proof.require(call.request());
        for (Resealed secret : body(call, ResealRequest.class).secrets()) {
            if (secret.id() != null && secret.sealed() != null) {
                reseals.accept(member.node().name(), secret);
            }
        }
        return Answer.empty(204);
    }

    private Answer logs(Call call) {
        Member member = proof.require(call.request());
        return answer(logs.take(member.node(), body(call, LogPage.class)));
    }

    private Answer bundle(Call call) {
        proof.require(call.request());
        BundleRequest request = body(call, BundleRequest.class);
        return Answer.bytes(200, rollouts.piece(String.valueOf(request.version()), request.offset()));
    }

    /// The node leaves for good; what it held is lost at once.
    private Answer unregister(Call call) {
        Member member = proof.require(call.request());
        String nodeId = member.node().nodeId();
        List<KnownSecret> known = store.fleet()
                .group(member.node().group())
                .map(group -> parts.sealing().known(group, member.certificate()))
                .orElse(List.of());
        List<QueuedJob> held = store.jobs().heldBy(nodeId);
        store.fleet().remove(nodeId, "unregistered", "node " + member.node().name(), clock.instant());
        members.forget(nodeId);
        for (QueuedJob job : held) {
            dispatcher.lost(job, member.node().name(), limits.lease());
        }
        LOG.info("node {} unregistered", member.node().name());
        return answer(new UnregisterResponse(known));
    }
}
