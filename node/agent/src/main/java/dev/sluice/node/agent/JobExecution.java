package dev.sluice.node.agent;

import dev.sluice.data.spi.outbound.ProxyAddress;
import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.job.JobFailures;
import dev.sluice.node.agent.worker.Death;
import dev.sluice.node.agent.worker.Message;
import dev.sluice.node.agent.worker.Worker;
import dev.sluice.node.agent.worker.WorkerListener;
import dev.sluice.secrets.Redaction;
import dev.sluice.secrets.Secret;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.ReportRequest;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisStatistic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// One job on this node, from its offer to its report, on a thread of its own: wait for a slot, open the
/// secrets, wait until the service knows that the job is here, give it to a worker, wait for its end or for a
/// reason to end it. Whatever happens becomes an outcome. Before it is confirmed the service may give the job to
/// another node, so nothing of it is done, and nothing reported.
final class JobExecution implements WorkerListener {
    private static final Logger LOG = LoggerFactory.getLogger(JobExecution.class);

    private final JobOffer offer;
    private final JobSurroundings node;
    private final Instant leasedAt;
    private final long leasedNanos = System.nanoTime();
    private final long leasedSinceBoot;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile JobProgress progress;
    private volatile @Nullable StopReason stop;
    private volatile boolean confirmed;
    private volatile @Nullable Instant startedAt;
    private volatile long workerPid;
    private volatile boolean admitted;
    private volatile long admittedNanos;
    private volatile long startedNanos;
    private final String activityName;
    /// What the worker is to do.
    private JsonNode running;
    /// Of an execution of the SSIS catalog.
    private volatile @Nullable CatalogLine line;

    /// What happens to a job while it waits.
    private sealed interface Event {
        record Started() implements Event {}

        record Ended(JsonNode outcome) implements Event {}

        record Died(Death death) implements Event {}

        record Stop() implements Event {}

        /// Nothing happened in time.
        record Quiet() implements Event {}
    }

    /// @param leasedSinceBoot now, in [Clocks#sinceBootMillis()]
    JobExecution(JobOffer offer, JobSurroundings node, long leasedSinceBoot) {
        this.leasedSinceBoot = leasedSinceBoot;
        this.offer = offer;
        this.node = node;
        this.leasedAt = node.clock().instant();
        this.running = offer.spec();
        this.activityName = offer.spec().path("activityName").asString("");
        this.progress = JobProgress.at(offer.job(), "Queued");
    }

    JobRef job() {
        return offer.job();
    }

    JobProgress progress() {
        return progress;
    }

    String kind() {
        return offer.kind();
    }

    String activityName() {
        return activityName;
    }

    /// What log messages of its thread are about.
    Worker.About about() {
        return new Worker.About(
                JobFiles.name(job()), offer.spec().path("activityRunId").asString(""));
    }

    /// When it was leased, in [Clocks#sinceBootMillis()].
    long leasedSinceBoot() {
        return leasedSinceBoot;
    }

    long workerPid() {
        return workerPid;
    }

    /// Ends the job for that reason; the first reason stays.
    void stop(StopReason reason) {
        synchronized (this) {
            if (stop != null) {
                return;
            }
            stop = reason;
            notifyAll();
        }
        LOG.info("Job {} is to end: {}", JobFiles.name(job()), reason.words());
        events.add(new Event.Stop());
    }

    /// The service has heard that this node has the job.
    synchronized void confirmed() {
        confirmed = true;
        notifyAll();
    }

    boolean isConfirmed() {
        return confirmed;
    }

    /// Whether the service has given this attempt up, or this node has.
    boolean isLost() {
        return stop == StopReason.LOST;
    }

    /// Whether the job may begin; no when it is to end before.
    private synchronized boolean awaitConfirmed() throws InterruptedException {
        while (!confirmed && stop == null && !overdue()) {
            wait(100);
        }
        return confirmed && stop == null;
    }

    /// The job's whole life; the report, or empty when nobody wants one.
    Optional<ReportRequest> run() throws InterruptedException {
        JsonNode outcome = outcome();
        if (isLost() || !confirmed) {
            return Optional.empty();
        }
        Instant ended = node.clock().instant();
        Instant started = startedAt;
        progress = progress.as(job(), "Reporting");
        return Optional.of(new ReportRequest(job(), started == null ? leasedAt : started, ended, outcome));
    }

    private JsonNode outcome() throws InterruptedException {
        try {
            return awaitSlot() ? admitted() : stopped().toJson();
        } catch (ProblemException e) {
            LOG.info("Job {} failed on the node: {}", JobFiles.name(job()), e.getMessage());
            return onceConfirmed(failed(e.problem()));
        } catch (RuntimeException e) {
            LOG.error("Job {} met an unexpected error", JobFiles.name(job()), e);
            return onceConfirmed(failed(internal()));
        }
    }

    /// A failure is told like everything else: when the job is this node's.
    private JsonNode onceConfirmed(JobOutcome outcome) throws InterruptedException {
        return (confirmed || awaitConfirmed() ? outcome : stopped()).toJson();
    }

    /// Takes a slot if one is free; called before the thread starts, so that the next request for work counts it.
    void tryAdmit() {
        admitted = node.admission().tryAdmit();
    }

    private boolean awaitSlot() throws InterruptedException {
        while (!admitted && !node.admission().tryAdmit()) {
            if (stop != null || overdue()) {
                return false;
            }
            node.admission().awaitFree(200);
        }
        return true;
    }

    private JsonNode admitted() throws InterruptedException {
        List<Redaction.Registration> hidden = new ArrayList<>();
        Map<String, Secret> secrets = Map.of();
        admittedNanos = System.nanoTime();
        JobSpec spec = readable();
        JsonNode outcome = Json.nothing();
        boolean entered = false;
        try {
            Optional<Problem> refusal = node.breakers().admit(JobFiles.name(job()), spec);
            if (refusal.isPresent()) {
                return onceConfirmed(failed(refusal.get()));
            }
            entered = true;
            if (CatalogProjects.concerns(spec)) {
                if (!awaitConfirmed()) {
                    return stopped().toJson();
                }
                CatalogProjects.Fetched fetched = new CatalogProjects(node.service(), node.retries())
                        .fetch(job(), spec, node.scratch().make(job()));
                spec = fetched.spec();
                running = spec.toJson();
                line = new CatalogLine(node, job(), fetched.executionId());
            }
            secrets = node.secrets().open(spec);
            for (Secret secret : secrets.values()) {
                hidden.add(node.redaction().register(secret));
            }
            outcome = inWorker(secrets);
            return outcome;
        } finally {
            CatalogLine told = line;
            if (told != null) {
                told.close();
            }
            if (entered) {
                node.breakers().ended(JobFiles.name(job()), spec, outcome);
            }
            node.scratch().remove(job());
            node.admission().release();
            secrets.values().forEach(Secret::close);
            hidden.forEach(Redaction.Registration::close);
        }
    }

    /// The job's spec; when it is none, the slot is free again.
    private JobSpec readable() {
        try {
            return JobSpec.fromJson(offer.spec());
        } catch (RuntimeException e) {
            node.admission().release();
            throw e;
        }
    }

    private JsonNode inWorker(Map<String, Secret> secrets) throws InterruptedException {
        Worker worker = node.workers().take();
        workerPid = worker.pid();
        boolean clean = false;
        try {
            Map<String, String> plain = new LinkedHashMap<>();
            secrets.forEach((envelope, secret) -> plain.put(envelope, secret.reveal()));
            worker.prepare(
                    new Message.Run(
                            JobFiles.name(job()),
                            offer.kind(),
                            running,
                            plain,
                            node.jobBytes(),
                            node.scratch().make(job()).toString(),
                            surroundings(),
                            way()),
                    node.redaction()::mask,
                    this);
            if (!awaitConfirmed()) {
                worker.withdraw();
                clean = true;
                return stopped().toJson();
            }
            worker.begin(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - leasedNanos));
            JsonNode outcome = await(worker);
            clean = stop == null;
            return outcome;
        } finally {
            workerPid = 0;
            node.workers().giveBack(worker, clean);
            node.scratch().remove(job());
        }
    }

    private Message.Way way() {
        ProxyRules rules = node.proxies().get();
        return new Message.Way(
                rules.https().map(ProxyAddress::reveal).orElse(""),
                rules.http().map(ProxyAddress::reveal).orElse(""),
                rules.direct());
    }

    private Message.Surroundings surroundings() {
        AgentSettings of = node.settings();
        return new Message.Surroundings(
                of.nodeName(), of.runtimeName(), !of.factoryName().isEmpty(), 0, Worker.verbose());
    }

    /// Waits for the end of the job, asking for it and then enforcing it when there is a reason to.
    private JsonNode await(Worker worker) throws InterruptedException {
        long killAt = Long.MAX_VALUE;
        while (true) {
            switch (next(killAt)) {
                case Event.Started started -> {
                    startedAt = node.clock().instant();
                    startedNanos = System.nanoTime();
                    LOG.info(
                            "Job {} ({}) began in worker {}, {} ms after its lease",
                            JobFiles.name(job()),
                            activityName,
                            worker.pid(),
                            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - leasedNanos));
                    node.started().accept(this);
                }
                case Event.Stop asked -> {
                    worker.cancel(stop == null ? "" : stop.words());
                    killAt = System.nanoTime()
                            + TimeUnit.MILLISECONDS.toNanos(node.settings().cancelGraceMillis());
                }
                case Event.Quiet quiet -> {
                    if (stop != null) {
                        LOG.warn(
                                "Job {} did not end when asked; worker {} is killed",
                                JobFiles.name(job()),
                                worker.pid());
                        worker.kill();
                        killAt = Long.MAX_VALUE;
                    } else if (overdue()) {
                        stop(StopReason.TIMED_OUT);
                    }
                }
                case Event.Ended ended -> {
                    return settled(ended.outcome());
                }
                case Event.Died died -> {
                    return stop == null
                            ? failed(deathOf(died.death())).toJson()
                            : stopped().toJson();
                }
            }
        }
    }

    private Event next(long killAt) throws InterruptedException {
        long limit = stop == null ? deadlineNanos() : killAt;
        long left = limit == Long.MAX_VALUE ? Long.MAX_VALUE : limit - System.nanoTime();
        Event event = events.poll(left, TimeUnit.NANOSECONDS);
        return event == null ? new Event.Quiet() : event;
    }

    private boolean overdue() {
        long deadline = deadlineNanos();
        return deadline != Long.MAX_VALUE && System.nanoTime() - deadline >= 0;
    }

    private long deadlineNanos() {
        long millis = offer.timeoutMillis();
        return millis <= 0 || millis > TimeUnit.DAYS.toMillis(365)
                ? Long.MAX_VALUE
                : leasedNanos + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /// A job that was to be stopped and ended by itself before that: if it succeeded, then that is the truth.
    private JsonNode settled(JsonNode outcome) {
        boolean succeeded = outcome.path("status").asString("").equals("Succeeded");
        JsonNode told = stop == null || succeeded ? outcome : stopped().toJson();
        return Timings.added(Outcomes.redacted(told, node.redaction()), timings());
    }

    private Timings timings() {
        long begun = startedNanos == 0 ? System.nanoTime() : startedNanos;
        return new Timings(
                leasedAt,
                TimeUnit.NANOSECONDS.toMillis(admittedNanos - leasedNanos),
                TimeUnit.NANOSECONDS.toMillis(begun - admittedNanos),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }

    private JobOutcome stopped() {
        StopReason reason = stop == null ? StopReason.TIMED_OUT : stop;
        return switch (reason) {
            case CANCELLED, LOST -> new JobOutcome.Cancelled();
            case TIMED_OUT ->
                failed(RunFaults.ACTIVITY_TIMED_OUT
                        .problem()
                        .evidence("activity", activityName)
                        .evidence("timeout", Outcomes.span(Duration.ofMillis(offer.timeoutMillis())))
                        .build());
            case LEASE_OVER ->
                failed(RunFaults.LEASE_LOST
                        .problem()
                        .evidence("node", node.settings().nodeName())
                        .evidence("attempt", job().attempt())
                        .evidence("seconds", node.orders().leaseMillis() / 1000)
                        .build());
            case NODE_STOPPING ->
                failed(NodeFaults.NODE_STOPPED
                        .problem()
                        .evidence("node", node.settings().nodeName())
                        .evidence("how", "was stopped")
                        .build());
        };
    }

    private Problem deathOf(Death death) {
        Problem.Builder problem = death.outOfMemory()
                ? NodeFaults.OUT_OF_MEMORY
                        .problem()
                        .evidence("grant", node.settings().grantMb())
                : NodeFaults.WORKER_DIED.problem();
        return problem.evidence("pid", death.pid())
                .evidence("exit", death.exit())
                .evidence("log", node.redaction().mask(String.join("\n", death.lastLines())))
                .build();
    }

    private Problem internal() {
        return NodeFaults.INTERNAL
                .problem()
                .evidence("reference", JobFiles.name(job()))
                .build();
    }

    private JobOutcome.Failed failed(Problem problem) {
        return JobFailures.of(offer.kind(), activityName, problem);
    }

    LeasedJob journalLine() {
        return new LeasedJob(job(), offer.kind(), activityName, leasedAt);
    }

    @Override
    public void started() {
        progress = JobProgress.at(job(), "Starting");
        events.add(new Event.Started());
    }

    @Override
    public void progress(JobProgress said) {
        progress = said.as(job(), said.phase());
    }

    @Override
    public void said(List<SsisMessage> messages, List<SsisStatistic> statistics) {
        CatalogLine told = line;
        if (told != null) {
            told.said(messages, statistics);
        }
    }

    @Override
    public void ended(JsonNode outcome) {
        events.add(new Event.Ended(outcome));
    }

    @Override
    public void died(Death death) {
        events.add(new Event.Died(death));
    }
}
