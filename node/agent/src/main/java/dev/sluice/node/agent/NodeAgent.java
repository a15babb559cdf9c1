package dev.sluice.node.agent;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.diagnosis.Hop;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.NodeStateFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.breaker.Breakers;
import dev.sluice.node.agent.job.JobFailures;
import dev.sluice.node.agent.worker.WorkerCommand;
import dev.sluice.node.agent.worker.WorkerPool;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.secrets.Redaction;
import dev.sluice.wire.Announcement;
import dev.sluice.wire.HeartbeatRequest;
import dev.sluice.wire.HeartbeatResponse;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LeaseResponse;
import dev.sluice.wire.LogOrder;
import dev.sluice.wire.NodeCondition;
import dev.sluice.wire.NodeFacts;
import dev.sluice.wire.NodeOrders;
import dev.sluice.wire.NodePause;
import dev.sluice.wire.NodeUpdate;
import dev.sluice.wire.ReportRequest;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// A node at work: made, started, stopped once. Start it only while holding the data folder's lock: it takes
/// what an earlier process left in the folder as its own.
///
/// Threads: one each for leases, heartbeats and reports, one per job, one for what is due later. Leases are asked
/// for after the first acknowledged heartbeat, so that the service's orders are known.
public final class NodeAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);

    private static final long FIRST_RETRY_MILLIS = 250;
    private static final long LONGEST_RETRY_MILLIS = 15_000;
    private static final long WORKER_START_MILLIS = 60_000;
    private static final long EMPTY_NANOS = 200_000_000;
    private static final long LAST_REPORTS_MILLIS = 5_000;
    private static final long LAST_POLL_MILLIS = 2_000;
    private static final long TICK_MILLIS = 1_000;

    /// Offers beyond the free slots that are kept waiting; a service of our own makes none.
    private static final int MAX_JOBS_KNOWN = 200;

    private final AgentSettings settings;
    private final ServiceApi service;
    private final InstantSource clock;
    private final Instant startedAt;
    private final Consumer<AgentStatus> listener;

    private final ScheduledThreadPoolExecutor later;
    private final Orders orders = new Orders();
    private final RunningJobs running = new RunningJobs();
    private final MachineFacts machine;
    private final Admission admission;
    private final WorkerPool workers;
    private final JobFiles<LeasedJob> journal;
    private final Reports reports;
    private Contact contact;
    private final Pulse pulse = new Pulse();
    private final Pulse again = new Pulse();
    private final Resealer resealer;
    private final Backoff heartbeatBackoff;
    private final Backoff leaseBackoff;
    private final Breakers breakers;
    private final JobSurroundings surroundings;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;
    private volatile String upgradingTo = "";
    private volatile boolean paused;
    private volatile int ownLimit;
    private volatile int givenLimit;
    private volatile Consumer<NodeOrders> obeyed = orders -> {};
    private volatile Supplier<@Nullable NodeUpdate> update = () -> null;
    private volatile Consumer<List<LogOrder>> logs = orders -> {};
    private volatile Consumer<Announcement> coming = announcement -> {};
    private volatile @Nullable NodePause stoodStill;
    private volatile Clocks clocks;
    private ClockWatch watch;
    private volatile @Nullable NodeFacts measured;
    private volatile MachineFacts.@Nullable Reading reading;
    private final ReentrantLock beating = new ReentrantLock();

    /// What a node is made of.
    ///
    /// @param keys the node's own, registered
    /// @param proxies the rules that hold now, for connections of jobs
    /// @param redaction is told every opened secret as long as its job runs
    /// @param listener hears of every change of status, on the thread that made it; must not block
    public record Parts(
            ServiceApi service,
            NodeKeys keys,
            WorkerCommand worker,
            Redaction redaction,
            MachineFacts machine,
            InstantSource clock,
            RandomGenerator random,
            Supplier<ProxyRules> proxies,
            Consumer<AgentStatus> listener) {}

    /// Takes over what an earlier process left: reports not acknowledged, jobs that ended with it.
    public NodeAgent(AgentSettings settings, Parts parts) throws IOException {
        this.settings = settings;
        this.service = parts.service();
        this.clock = parts.clock();
        this.clocks = Clocks.of(Path.of("/proc"), clock);
        this.watch = new ClockWatch(clocks);
        this.startedAt = clock.instant();
        this.machine = parts.machine();
        this.listener = parts.listener();
        this.later = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("later").daemon().factory());
        this.admission = new Admission(
                settings.maxConcurrentJobs(), new MemoryBudget(settings.memoryMb() << 20), settings.grantMb());
        this.workers = new WorkerPool(
                parts.worker(),
                new WorkerPool.Limits(
                        settings.maxConcurrentJobs(),
                        settings.warmWorkers(),
                        settings.jobsPerWorker(),
                        WORKER_START_MILLIS,
                        settings.workerLeaveMillis()),
                later);
        this.journal = new JobFiles<>(settings.folder().resolve("jobs"), LeasedJob.class);
        JobFiles<ReportRequest> spool = new JobFiles<>(settings.folder().resolve("spool"), ReportRequest.class);
        this.reports = new Reports(spool, service, retries(parts));
        this.contact = new Contact(clock, clocks.sinceBootMillis());
        this.resealer = new Resealer(service, parts.keys(), clock);
        this.heartbeatBackoff = retries(parts);
        this.leaseBackoff = retries(parts);
        this.breakers = new Breakers(clock, parts.random());
        this.surroundings = new JobSurroundings(
                settings,
                admission,
                workers,
                new SealedSecrets(parts.keys()),
                parts.redaction(),
                new Scratch(settings.folder().resolve("scratch")),
                orders,
                parts.worker().jobBytes(),
                clock,
                parts.proxies(),
                breakers,
                service,
                () -> retries(parts),
                this::begun);
        recover();
    }

    private static Backoff retries(Parts parts) {
        return new Backoff(FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS, parts.random());
    }

    /// Jobs that an earlier process of this node had, and that ended with it: said at once instead of letting
    /// their leases run out.
    private void recover() throws IOException {
        for (LeasedJob lost : journal.all()) {
            if (!reports.has(lost.job())) {
                Problem problem = NodeFaults.NODE_STOPPED
                        .problem()
                        .evidence("node", settings.nodeName())
                        .evidence("how", "ended unexpectedly")
                        .evidence("leasedAt", lost.leasedAt())
                        .build();
                LOG.warn("Job {} had been running when this node ended", JobFiles.name(lost.job()));
                reports.add(new ReportRequest(
                        lost.job(),
                        lost.leasedAt(),
                        clock.instant(),
                        JobFailures.of(lost.kind(), lost.activityName(), problem)
                                .toJson()));
            }
            journal.delete(lost.job());
        }
    }

    /// Starts the workers and the loops, and returns.
    public void start() {
        workers.start();
        thread("heartbeat", this::heartbeats);
        thread("reports", reports::sendAll);
        thread("lease", this::leases);
        watch = new ClockWatch(clocks);
        later.scheduleWithFixedDelay(this::endOverdueLeases, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Something has changed that may let the service be reached again: ends the waits after failures.
    public void retryNow() {
        pulse.now();
        again.now();
    }

    /// Lets somebody else see the service's orders, and say how the node's last update went. Called before [#start].
    ///
    /// @param heard hears of every answer's orders, on a thread of the agent; must not block
    /// @param said asked for each heartbeat
    public void updatedBy(Consumer<NodeOrders> heard, Supplier<@Nullable NodeUpdate> said) {
        obeyed = heard;
        update = said;
    }

    /// Lets somebody else send the logs that the service asks for. Called before [#start].
    ///
    /// @param asked hears of every heartbeat's orders, on a thread of the agent; must not block
    public void logsBy(Consumer<List<LogOrder>> asked) {
        logs = asked;
    }

    /// Has someone hear of the addresses that the service is going to have.
    ///
    /// @param told hears with every heartbeat, on a thread of the agent; must not block
    public void announcementsBy(Consumer<Announcement> told) {
        coming = told;
    }

    /// Other clocks than the machine's. Called before [#start].
    void clocks(Clocks other) {
        clocks = other;
        contact = new Contact(clock, other.sinceBootMillis());
    }

    /// Takes no new jobs, because another version is to be run, or goes on taking them.
    ///
    /// @param version to be run; empty to go on
    public void upgrade(String version) {
        upgradingTo = version;
        orders.hold(paused || !version.isEmpty());
        pulse.now();
        changed();
    }

    /// Takes no new jobs because its owner says so, or takes them again; running ones go on.
    public void pause(boolean now) {
        paused = now;
        orders.hold(now || !upgradingTo.isEmpty());
        pulse.now();
        changed();
    }

    /// Runs at most so many jobs at once, whatever the service allows; 0 for as many as it allows.
    ///
    /// @throws IllegalArgumentException when it is less than 0 or more than the node was started for
    public void limit(int jobs) {
        if (jobs < 0 || jobs > settings.maxConcurrentJobs()) {
            throw new IllegalArgumentException("concurrent jobs " + jobs);
        }
        ownLimit = jobs;
        admit();
        changed();
    }

    /// The most jobs at once that the node was started for.
    public int mostJobs() {
        return settings.maxConcurrentJobs();
    }

    private void admit() {
        int given = givenLimit > 0 ? givenLimit : settings.maxConcurrentJobs();
        admission.limit(ownLimit > 0 ? Math.min(ownLimit, given) : given);
    }

    /// Does a job that the service knows nothing of, in a worker as any other, on the caller's thread.
    ///
    /// @param spec with its secrets sealed to this node
    /// @return its outcome; empty when it was stopped with the node
    public Optional<JsonNode> runHere(JobSpec spec, long timeoutMillis) throws InterruptedException {
        JobRef ref = new JobRef("here-" + spec.activityRunId(), 1);
        JobExecution job = new JobExecution(
                new JobOffer(ref, spec.kind(), spec.toJson(), timeoutMillis), surroundings, clocks.sinceBootMillis());
        job.tryAdmit();
        job.confirmed();
        try {
            return job.run().map(ReportRequest::outcome);
        } finally {
            forget(ref);
        }
    }

    /// Waits until no job runs.
    ///
    /// @return whether that came true in time
    public boolean awaitIdle(long millis) throws InterruptedException {
        return running.awaitNone(millis);
    }

    /// Whether the service answers and a worker process waits for a job: the node can do its work.
    public boolean isFit() {
        return contact.answered()
                && workers.problem().isEmpty()
                && !workers.idlePids().isEmpty();
    }

    /// Waits until the service has acknowledged the first heartbeat.
    public void awaitOnline() throws InterruptedException {
        contact.awaitFirst();
    }

    private interface Loop {
        void run() throws InterruptedException;
    }

    private void thread(String name, Loop loop) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                loop.run();
            } catch (InterruptedException e) {
                LOG.debug("{} ends", name);
            }
        }));
    }

    // --- heartbeats

    private void heartbeats() throws InterruptedException {
        while (true) {
            long began = System.nanoTime();
            try {
                beating.lockInterruptibly();
                try {
                    MachineFacts.Reading now = machine.read();
                    reading = now;
                    beat(now);
                } finally {
                    beating.unlock();
                }
                heartbeatBackoff.reset();
                long passed = (System.nanoTime() - began) / 1_000_000;
                pulse.await(Math.max(1, orders.heartbeatMillis() - passed));
            } catch (ProblemException e) {
                contact.failed(e);
                changed();
                pulse.await(Math.min(patience(), heartbeatBackoff.nextMillis()));
            }
        }
    }

    /// How long the next try to be heard may wait: a job's lease has to be held, a node without jobs has time.
    private long patience() {
        return running.all().isEmpty()
                ? LONGEST_RETRY_MILLIS
                : contact.patienceMillis(clocks.sinceBootMillis(), orders.leaseMillis(), orders.heartbeatMillis());
    }

    /// Says that offered jobs are here, so that they may begin, before more are asked for: both at once
    /// would be in each other's way. What cannot be said now is the next heartbeat's business.
    private void confirm() throws InterruptedException {
        MachineFacts.Reading last = reading;
        if (last == null || !beating.tryLock()) {
            pulse.now();
            return;
        }
        try {
            beat(last);
        } catch (ProblemException e) {
            LOG.debug("Not confirmed yet: {}", e.getMessage());
            pulse.now();
        } finally {
            beating.unlock();
        }
    }

    /// One at a time: what an older one says of the node's jobs must not come after a newer one.
    private void beat(MachineFacts.Reading facts) throws InterruptedException {
        long sent = clocks.sinceBootMillis();
        HeartbeatRequest request = heartbeat(facts);
        heard(request, service.heartbeat(request));
        contact.acknowledged(sent);
        changed();
    }

    /// What the service holds against none of the jobs is this node's: those that were only offered may begin.
    private void heard(HeartbeatRequest request, HeartbeatResponse answer) {
        answer.lost().forEach(job -> stop(job, StopReason.LOST));
        for (JobProgress mentioned : request.jobs()) {
            JobExecution job = running.get(mentioned.job());
            if (job != null && !answer.lost().contains(mentioned.job())) {
                job.confirmed();
            }
        }
        obey(answer.orders());
        resealer.take(answer.reseal());
        if (!answer.logs().isEmpty()) {
            logs.accept(answer.logs());
        }
        coming.accept(answer.coming());
    }

    private HeartbeatRequest heartbeat(MachineFacts.Reading reading) {
        List<JobProgress> jobs = new ArrayList<>();
        running.all().forEach(job -> jobs.add(job.progress()));
        // A job whose report is not yet answered is still this node's: its lease must not run out meanwhile.
        for (JobRef job : reports.jobs()) {
            if (running.get(job) == null) {
                jobs.add(JobProgress.at(job, "Reporting"));
            }
        }
        MachineFacts.Network network = reading.network();
        NodeFacts facts = new NodeFacts(
                settings.version(),
                reading.availableMemoryMb(),
                reading.cpuUtilization(),
                running.all().size(),
                settings.maxConcurrentJobs(),
                network.sent(),
                network.received(),
                network.sentPerSecond(),
                network.receivedPerSecond(),
                condition(),
                breakers.states(),
                update.get(),
                stoodStill);
        measured = facts;
        return new HeartbeatRequest(facts, jobs);
    }

    /// Whatever keeps the service away is not told to it.
    private NodeCondition condition() {
        String version = upgradingTo;
        if (!version.isEmpty()) {
            return new NodeCondition(NodeCondition.UPGRADING, "", version);
        }
        if (stopping) {
            return new NodeCondition(NodeCondition.STOPPING, "", "");
        }
        String problem = workers.problem();
        if (!problem.isEmpty()) {
            return new NodeCondition(NodeCondition.AILING, NodeStateFaults.WORKERS_FAIL.code(), problem);
        }
        return orders.drain() || paused ? new NodeCondition(NodeCondition.DRAINING, "", "") : NodeCondition.FINE;
    }

    private void obey(NodeOrders given) {
        orders.take(given);
        givenLimit = given.concurrentJobsLimit();
        admit();
        given.cancel().forEach(job -> stop(job, StopReason.CANCELLED));
        obeyed.accept(given);
    }

    private void stop(JobRef job, StopReason reason) {
        JobExecution execution = running.get(job);
        if (execution != null) {
            execution.stop(reason);
        }
    }

    /// A job whose lease is over may already run on another node; it must not go on writing here.
    private void endOverdueLeases() {
        Optional<NodePause> pause = watch.look(TICK_MILLIS, running.all().size());
        long limit = clocks.sinceBootMillis() - orders.leaseMillis();
        for (JobExecution job : running.all()) {
            // One that is not confirmed has not begun and cannot: the next answer says whose it is.
            if (job.isConfirmed() && contact.lastSinceBoot() < limit && job.leasedSinceBoot() < limit) {
                job.stop(StopReason.LEASE_OVER);
            }
        }
        pause.ifPresent(this::wake);
    }

    /// The node stood still, or its clock jumped: says so, and asks the service at once which jobs are still its own.
    private void wake(NodePause pause) {
        stoodStill = pause;
        Problem problem = pause.problem(settings.nodeName());
        LOG.warn("{} {}", problem.message(), String.join(" ", problem.resolution()));
        retryNow();
        changed();
    }

    // --- leases

    private void leases() throws InterruptedException {
        contact.awaitFirst();
        while (!stopping) {
            orders.awaitNoDrain();
            if (!admission.awaitFree(LONGEST_RETRY_MILLIS)) {
                continue;
            }
            if (!workers.problem().isEmpty()) {
                // A job would only fail here; another node may have better luck.
                TimeUnit.MILLISECONDS.sleep(FIRST_RETRY_MILLIS);
                continue;
            }
            long asked = System.nanoTime();
            try {
                LeaseResponse answer = service.lease(new LeaseRequest(
                        admission.freeSlots(), admission.freeMemoryMb(), Wire.MAX_WAIT_MILLIS, known(), true));
                leaseBackoff.reset();
                answer.jobs().forEach(this::begin);
                obey(answer.orders());
                if (!answer.jobs().isEmpty()) {
                    confirm();
                }
                if (answer.jobs().isEmpty() && System.nanoTime() - asked < EMPTY_NANOS) {
                    // Orders are repeated until they are fulfilled, and end the wait each time.
                    TimeUnit.NANOSECONDS.sleep(EMPTY_NANOS);
                }
            } catch (ProblemException e) {
                LOG.debug("No lease: {}", e.getMessage());
                again.await(leaseBackoff.nextMillis());
            }
        }
    }

    /// The jobs this node knows of. A job that ends meanwhile is among the reports before it is no longer running.
    private List<JobRef> known() {
        Set<JobRef> known = new LinkedHashSet<>();
        running.all().stream().filter(job -> !job.isLost()).forEach(job -> known.add(job.job()));
        known.addAll(reports.jobs());
        return List.copyOf(known);
    }

    /// A poll that was abandoned may be answered with a job all the same: says that it never came, so that
    /// others get it at once and not when its lease runs out. Jobs that were only offered go back the same way.
    private void leave() throws InterruptedException {
        for (Thread lease : threads) {
            if (lease.getName().equals("lease")) {
                lease.interrupt();
                lease.join(LAST_POLL_MILLIS);
            }
        }
        running.all().stream().filter(job -> !job.isConfirmed()).forEach(job -> job.stop(StopReason.LOST));
        if (!contact.answered()) {
            return;
        }
        briefly("last-lease", () -> service.lease(new LeaseRequest(0, 0, 0, known())));
    }

    /// Takes a job; one that is already here, because an answer was lost on the way, is not taken twice.
    private void begin(JobOffer offer) {
        if (reports.has(offer.job()) || running.all().size() >= MAX_JOBS_KNOWN) {
            return;
        }
        for (JobExecution other : running.all()) {
            if (other.job().jobId().equals(offer.job().jobId()) && !other.job().equals(offer.job())) {
                other.stop(StopReason.LOST);
            }
        }
        JobExecution job = new JobExecution(offer, surroundings, clocks.sinceBootMillis());
        if (running.add(job)) {
            job.tryAdmit();
            Thread.ofPlatform()
                    .name("job-" + JobFiles.name(offer.job()))
                    .daemon()
                    .start(() -> live(job));
        }
    }

    private void live(JobExecution job) {
        job.about().apply();
        try {
            Optional<ReportRequest> report = job.run();
            if (report.isEmpty() || reports.add(report.get())) {
                forget(job.job());
            }
        } catch (InterruptedException e) {
            LOG.warn("Job {} was abandoned", JobFiles.name(job.job()));
        } finally {
            running.remove(job.job());
            changed();
        }
    }

    /// The journal is written after the worker has begun, so that it costs no start time: should the node die
    /// before, the service learns it from the next process, which does not know of a job that this one confirmed.
    private void begun(JobExecution job) {
        try {
            journal.writeFast(job.job(), job.journalLine());
        } catch (IOException e) {
            LOG.warn("The journal of job {} cannot be written: {}", JobFiles.name(job.job()), e.getMessage());
        }
        changed();
    }

    private void forget(JobRef job) {
        try {
            journal.delete(job);
        } catch (IOException e) {
            LOG.warn("The journal of job {} cannot be removed: {}", JobFiles.name(job), e.getMessage());
        }
    }

    // --- status, end

    private void changed() {
        listener.accept(status());
    }

    /// The node's view of itself now.
    public AgentStatus status() {
        List<AgentStatus.Job> jobs = running.all().stream()
                .map(j -> new AgentStatus.Job(j.kind(), j.activityName(), j.workerPid(), j.progress()))
                .toList();
        String code = !contact.code().isEmpty()
                ? contact.code()
                : workers.problem().isEmpty() ? "" : NodeStateFaults.WORKERS_FAIL.code();
        return new AgentStatus(
                state(),
                ProcessHandle.current().pid(),
                settings.nodeName(),
                settings.runtimeName(),
                startedAt,
                contact.last(),
                contact.problem().isEmpty() ? workers.problem() : contact.problem(),
                code,
                Hop.of(code).map(Hop::word).orElse(""),
                admission.limit(),
                jobs,
                workers.idlePids(),
                reports.jobs().size(),
                measured,
                orders.expiryMillis());
    }

    private AgentStatus.State state() {
        if (stopping) {
            return AgentStatus.State.STOPPING;
        }
        if (!upgradingTo.isEmpty()) {
            return AgentStatus.State.UPGRADING;
        }
        if (contact.refused()) {
            return AgentStatus.State.REFUSED;
        }
        if (!contact.answered()) {
            return contact.last() == null ? AgentStatus.State.STARTING : AgentStatus.State.OFFLINE;
        }
        if (!workers.problem().isEmpty()) {
            return AgentStatus.State.LIMITED;
        }
        return orders.drain() || paused ? AgentStatus.State.DRAINING : AgentStatus.State.ONLINE;
    }

    /// Takes no new jobs, lets the running ones end, then ends.
    ///
    /// @param drainMillis how long running jobs may go on; those that are left are stopped and reported as that
    public void stop(long drainMillis) throws InterruptedException {
        stopping = true;
        changed();
        pulse.now();
        leave();
        if (!running.awaitNone(drainMillis)) {
            running.all().forEach(job -> job.stop(StopReason.NODE_STOPPING));
            running.awaitNone(settings.cancelGraceMillis() + LAST_REPORTS_MILLIS);
        }
        if (!reports.awaitNone(contact.answered() ? LAST_REPORTS_MILLIS : 0)) {
            LOG.warn(
                    "{} report(s) stay in the spool for the next start",
                    reports.jobs().size());
        }
        farewell();
        close();
    }

    /// Says that nothing runs here any more, so that the service need not wait for silence to know it.
    private void farewell() throws InterruptedException {
        if (!contact.answered()) {
            return;
        }
        for (Thread beats : threads) {
            if (beats.getName().equals("heartbeat")) {
                beats.interrupt();
                beats.join(LAST_POLL_MILLIS);
            }
        }
        briefly("last-heartbeat", () -> service.heartbeat(heartbeat(machine.read())));
    }

    private interface LastWord {
        void say() throws InterruptedException;
    }

    /// What is said at the end must not keep the node: after a while it goes without.
    private static void briefly(String name, LastWord word) throws InterruptedException {
        Thread last = Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                word.say();
            } catch (ProblemException e) {
                LOG.debug("{}: the service does not hear it: {}", name, e.getMessage());
            } catch (InterruptedException e) {
                LOG.debug("{} ends", name);
            }
        });
        last.join(LAST_POLL_MILLIS);
        last.interrupt();
    }

    /// Ends at once: workers are stopped, unfinished jobs are told by the next start.
    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
        workers.close();
        later.shutdownNow();
        service.close();
    }
}
