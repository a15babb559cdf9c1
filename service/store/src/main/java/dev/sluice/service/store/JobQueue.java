package dev.sluice.service.store;

import dev.sluice.model.Json;
import dev.sluice.wire.JobRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/// Jobs from the commit that queued them to the commit that ended them. A job is held by at most one node at a
/// time; whoever held it before can no longer end it, because each attempt is its own row, and each offer of an
/// attempt has a number of its own.
///
/// Order within a group: higher priority first, then first come first served within a factory; factories take
/// turns, so that a flood from one does not hold up another. Whose turn it is goes by the jobs that each factory
/// has running in the group, then by who was served longest ago (as this process remembers it), then by who waits
/// longest.
public final class JobQueue {
    private static final String COLUMNS =
            "SELECT job_id, attempt, offer, group_id, factory, run_id, activity, kind, timeout_millis, "
                    + "node_id, leased, lease_until, confirmed, cancelled, priority, spec FROM job ";

    /// One job as it was last offered.
    private static final String EXACTLY = "WHERE job_id = ? AND attempt = ? AND offer = ? ";

    /// Most factories that take turns in one batch.
    private static final int MAX_FACTORIES = 1_000;

    /// Most jobs that a node leaves for others and still gets one behind them.
    public static final int LOOK_BEHIND = 50;

    private static final AtomicLong LAST = new AtomicLong();

    private final Database database;

    JobQueue(Database database) {
        this.database = database;
    }

    private record Candidate(JobRef job, String factory, int priority, long queued, int turn, long served) {}

    private final Turns turns = new Turns();

    /// Hands waiting jobs to a node, at most `slots`; they are the node's when this returns.
    ///
    /// @param lasts how long the node has each without a word
    /// @param fits whether this node should take a job; those it should not are left for others, and at most
    ///     [#LOOK_BEHIND] of them are looked behind
    public List<QueuedJob> lease(
            String group,
            String node,
            int slots,
            Instant now,
            Function<QueuedJob, Duration> lasts,
            Predicate<QueuedJob> fits) {
        return lease(group, node, slots, now, lasts, fits, LOOK_BEHIND);
    }

    /// @param behind most jobs that are looked behind
    public List<QueuedJob> lease(
            String group,
            String node,
            int slots,
            Instant now,
            Function<QueuedJob, Duration> lasts,
            Predicate<QueuedJob> fits,
            int behind) {
        Taking taking = new Taking(group, node, slots, now, lasts, true, fits, behind);
        return slots <= 0 || !hasWork(group) ? List.of() : database.write(s -> take(s, taking));
    }

    /// Offers waiting jobs to a node, at most `slots`. It has to confirm each with [#renew] before it begins;
    /// until then they can be taken back.
    ///
    /// An offer is not brought to the disk. When the machine fails, offers that nothing followed are forgotten:
    /// their jobs wait again as if they had never been offered, and a node that confirms one is refused, because
    /// it does not hold it. Whatever follows an offer, a confirmation above all, brings it to the disk with
    /// itself.
    ///
    /// @param lasts how long the node has to confirm each
    /// @param fits as for [#lease]
    public List<QueuedJob> offer(
            String group,
            String node,
            int slots,
            Instant now,
            Function<QueuedJob, Duration> lasts,
            Predicate<QueuedJob> fits) {
        return offer(group, node, slots, now, lasts, fits, LOOK_BEHIND);
    }

    /// @param behind most jobs that are looked behind
    public List<QueuedJob> offer(
            String group,
            String node,
            int slots,
            Instant now,
            Function<QueuedJob, Duration> lasts,
            Predicate<QueuedJob> fits,
            int behind) {
        Taking taking = new Taking(group, node, slots, now, lasts, false, fits, behind);
        return slots <= 0 || !hasWork(group) ? List.of() : database.writeUnsynced(s -> take(s, taking));
    }

    private record Taking(
            String group,
            String node,
            int slots,
            Instant now,
            Function<QueuedJob, Duration> lasts,
            boolean confirmed,
            Predicate<QueuedJob> fits,
            int behind) {}

    private List<QueuedJob> take(Session s, Taking taking) throws SQLException {
        s.lockGroup(taking.group());
        List<QueuedJob> taken = new ArrayList<>();
        List<String> served = new ArrayList<>();
        for (Candidate candidate : candidates(s, taking.group(), taking.slots() + taking.behind())) {
            if (taken.size() == taking.slots()) {
                break;
            }
            Optional<QueuedJob> waiting = find(s, candidate.job()).filter(taking.fits());
            if (waiting.isPresent()) {
                take(s, waiting.get(), taking);
                find(s, candidate.job()).ifPresent(taken::add);
                served.add(candidate.factory());
            }
        }
        turns.served(taking.group(), served, taking.now());
        return taken;
    }

    private static void take(Session s, QueuedJob job, Taking taking) throws SQLException {
        s.update(
                "UPDATE job SET state = 'leased', node_id = ?, leased = ?, lease_until = ?, confirmed = ? " + EXACTLY,
                taking.node(),
                Micros.of(taking.now()),
                Micros.of(taking.now().plus(taking.lasts().apply(job))),
                taking.confirmed() ? 1 : 0,
                job.job().jobId(),
                job.job().attempt(),
                job.job().offer());
    }

    /// Whether a job waits; a look that takes no lock.
    public boolean hasWork(String group) {
        return database.read(s -> s.exists("SELECT 1 FROM job WHERE group_id = ? AND state = 'queued'", group));
    }

    /// How many packages wait in a group, by the factory they are of (in lower case); a look that takes no lock and
    /// passes over whatever else waits: an index of its own says it, which needs the kind as a constant.
    public Map<String, Integer> waitingPackages(String group) {
        return database.read(s -> {
            Map<String, Integer> counts = new HashMap<>();
            s.list(
                    r -> counts.put(r.getString(1), r.getInt(2)),
                    "SELECT factory, COUNT(*) FROM job WHERE group_id = ? AND state = 'queued' "
                            + "AND kind = 'ExecuteSSISPackage' GROUP BY factory",
                    group);
            return counts;
        });
    }

    private List<Candidate> candidates(Session s, String group, int slots) throws SQLException {
        List<String> factories = s.list(
                r -> r.getString(1),
                "SELECT DISTINCT factory FROM job WHERE group_id = ? AND state = 'queued' LIMIT " + MAX_FACTORIES,
                group);
        Map<String, Integer> running = new HashMap<>();
        if (factories.size() > 1) {
            s.list(
                    r -> running.put(r.getString(1), r.getInt(2)),
                    "SELECT factory, COUNT(*) FROM job WHERE state = 'leased' AND group_id = ? GROUP BY factory",
                    group);
        }
        List<Candidate> all = new ArrayList<>();
        for (String factory : factories) {
            int[] turn = {running.getOrDefault(factory, 0)};
            long last = turns.last(group, factory);
            all.addAll(s.list(
                    r -> new Candidate(
                            new JobRef(r.getString(1), r.getInt(2), r.getInt(3)),
                            factory,
                            r.getInt(4),
                            r.getLong(5),
                            turn[0]++,
                            last),
                    "SELECT job_id, attempt, offer, priority, queued FROM job WHERE group_id = ? AND factory = ? "
                            + "AND state = 'queued' "
                            + "ORDER BY priority DESC, queued, job_id LIMIT ?",
                    group,
                    factory,
                    slots));
        }
        return all.stream()
                .sorted(Comparator.comparingInt(Candidate::priority)
                        .reversed()
                        .thenComparingInt(Candidate::turn)
                        .thenComparingLong(Candidate::served)
                        .thenComparingLong(Candidate::queued))
                .limit(slots)
                .toList();
    }

    /// Where a waiting job stands.
    ///
    /// @param position from 1, in the order in which the group's jobs would be handed out now
    /// @param waiting jobs of the group, at most [#MOST_POSITIONS]
    /// @param expected wait, by how fast the group's jobs were handed out lately; empty while that is not known
    public record Place(int position, int waiting, int priority, Optional<Duration> expected) {}

    /// Waiting jobs whose order is worked out.
    static final int MOST_POSITIONS = 2_000;

    /// Where a job stands in its queue; empty when it does not wait, or stands behind [#MOST_POSITIONS] others.
    public Optional<Place> place(JobRef job, Instant now) {
        return database.read(s -> {
            Optional<QueuedJob> found = waiting(s, job);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            String group = found.get().group();
            return place(found.get(), candidates(s, group, MOST_POSITIONS), i -> turns.wait(group, i, now));
        });
    }

    /// Where a job stands among those of its queue that wait for the same; their pace is not known.
    ///
    /// @param beside whether a waiting job waits for the same
    public Optional<Place> placeAmong(JobRef job, Predicate<QueuedJob> beside) {
        return database.read(s -> {
            Optional<QueuedJob> found = waiting(s, job);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            List<Candidate> same = new ArrayList<>();
            for (Candidate candidate : candidates(s, found.get().group(), MOST_POSITIONS)) {
                if (find(s, candidate.job()).filter(beside).isPresent()) {
                    same.add(candidate);
                }
            }
            return place(found.get(), same, i -> Optional.empty());
        });
    }

    private static Optional<QueuedJob> waiting(Session s, JobRef job) throws SQLException {
        return current(s, job).filter(q -> q.node().isEmpty());
    }

    private static Optional<Place> place(
            QueuedJob job, List<Candidate> order, IntFunction<Optional<Duration>> expected) {
        for (int i = 0; i < order.size(); i++) {
            if (order.get(i).job().equals(job.job())) {
                return Optional.of(new Place(i + 1, order.size(), job.priority(), expected.apply(i + 1)));
            }
        }
        return Optional.empty();
    }

    /// What a node's word on its jobs came to.
    ///
    /// @param held those that it holds
    /// @param begun those of them that it has confirmed with this
    public record Renewal(List<JobRef> held, List<JobRef> begun) {}

    /// Prolongs the leases of these jobs as far as this node still holds them, and takes it as the confirmation of
    /// those that were only offered.
    public Renewal renew(String node, List<JobRef> jobs, Instant until) {
        if (jobs.isEmpty()) {
            return new Renewal(List.of(), List.of());
        }
        return database.write(s -> {
            List<JobRef> held = new ArrayList<>();
            List<JobRef> begun = new ArrayList<>();
            for (JobRef job : jobs) {
                if (prolong(s, node, job, until, 1)) {
                    held.add(job);
                } else if (prolong(s, node, job, until, 0)) {
                    held.add(job);
                    begun.add(job);
                }
            }
            return new Renewal(held, begun);
        });
    }

    private static boolean prolong(Session s, String node, JobRef job, Instant until, int confirmed)
            throws SQLException {
        return s.update(
                        "UPDATE job SET lease_until = ?, confirmed = 1 " + EXACTLY
                                + "AND node_id = ? AND state = 'leased' AND confirmed = ?",
                        Micros.of(until),
                        job.jobId(),
                        job.attempt(),
                        job.offer(),
                        node,
                        confirmed)
                == 1;
    }

    /// Gives a node more time to confirm jobs that are offered to it once more.
    public void offerAgain(String node, List<JobRef> jobs, Instant until) {
        if (jobs.isEmpty()) {
            return;
        }
        database.write(s -> {
            for (JobRef job : jobs) {
                s.update(
                        "UPDATE job SET lease_until = ? " + EXACTLY
                                + "AND node_id = ? AND state = 'leased' AND confirmed = 0",
                        Micros.of(until),
                        job.jobId(),
                        job.attempt(),
                        job.offer(),
                        node);
            }
            return true;
        });
    }

    /// Puts jobs that this node holds and never got back into their place in the queue, for whoever comes first.
    /// Those that are to end stay with it until their leases run out.
    ///
    /// @return those that wait again, as they will be offered next
    public List<JobRef> giveBack(String node, List<JobRef> jobs) {
        return requeue(node, jobs, "AND node_id = ?");
    }

    /// The same for jobs that were only offered: those that the node has confirmed meanwhile stay with it.
    ///
    /// @return those that wait again, as they will be offered next
    public List<JobRef> takeBack(String node, List<JobRef> offers) {
        return requeue(node, offers, "AND confirmed = 0 AND node_id = ?");
    }

    private List<JobRef> requeue(String node, List<JobRef> jobs, String condition) {
        return jobs.isEmpty()
                ? List.of()
                : database.write(s -> {
                    List<JobRef> back = new ArrayList<>();
                    for (JobRef job : jobs) {
                        if (requeue(s, job, condition, node)) {
                            back.add(new JobRef(job.jobId(), job.attempt(), job.offer() + 1));
                        }
                    }
                    return back;
                });
    }

    /// Takes back an offer whose node did not confirm it in time: the job waits again, and nothing has begun.
    /// Nothing happens when it was confirmed meanwhile.
    public boolean withdraw(JobRef job, Instant now) {
        return database.write(s -> requeue(s, job, "AND confirmed = 0 AND lease_until <= ?", Micros.of(now)));
    }

    private static boolean requeue(Session s, JobRef job, String condition, Object argument) throws SQLException {
        int changed = s.update(
                "UPDATE job SET state = 'queued', node_id = '', leased = 0, lease_until = 0, confirmed = 1, "
                        + "offer = offer + 1 " + EXACTLY + "AND state = 'leased' AND cancelled = 0 " + condition,
                job.jobId(),
                job.attempt(),
                job.offer(),
                argument);
        if (changed == 1) {
            Optional<String> group = s.one(
                    r -> r.getString(1),
                    "SELECT group_id FROM job WHERE job_id = ? AND attempt = ?",
                    job.jobId(),
                    job.attempt());
            group.ifPresent(s::wake);
        }
        return changed == 1;
    }

    /// Lets every lease last at least until then: when nobody was there to renew it, its node is not to blame.
    public void grace(Instant until) {
        database.write(s -> s.update(
                "UPDATE job SET lease_until = ? WHERE state = 'leased' AND lease_until < ?",
                Micros.of(until),
                Micros.of(until)));
    }

    /// The jobs a node holds.
    public List<QueuedJob> heldBy(String node) {
        return database.read(
                s -> s.list(JobQueue::read, COLUMNS + "WHERE node_id = ? AND state = 'leased' ORDER BY leased", node));
    }

    /// The jobs a node holds and is to end.
    public List<JobRef> cancelsFor(String node) {
        return database.read(s -> s.list(
                r -> new JobRef(r.getString(1), r.getInt(2), r.getInt(3)),
                "SELECT job_id, attempt, offer FROM job WHERE node_id = ? AND state = 'leased' AND cancelled = 1",
                node));
    }

    /// Jobs whose lease ran out.
    public List<QueuedJob> expired(Instant now, int limit) {
        return database.read(s -> s.list(
                JobQueue::read,
                COLUMNS + "WHERE state = 'leased' AND lease_until <= ? ORDER BY lease_until LIMIT ?",
                Micros.of(now),
                limit));
    }

    public Optional<QueuedJob> find(JobRef job) {
        return database.read(s -> find(s, job));
    }

    /// Whether an attempt has not ended yet, whichever offer it is now.
    public boolean isOpen(JobRef attempt) {
        return database.read(s -> current(s, attempt)).isPresent();
    }

    /// Jobs of a group that have not ended, the oldest first.
    public List<QueuedJob> ofGroup(String group, int limit) {
        return database.read(
                s -> s.list(JobQueue::read, COLUMNS + "WHERE group_id = ? ORDER BY queued LIMIT ?", group, limit));
    }

    /// Puts another text in place of one that is unmistakable, in what jobs are to do.
    ///
    /// @return how many jobs it was found in
    public int replace(String text, String by) {
        return database.write(s -> s.update(
                "UPDATE job SET spec = replace(spec, ?, ?) WHERE replace(spec, ?, '') <> spec", text, by, text));
    }

    /// The jobs of a run that have not ended.
    public List<QueuedJob> ofRun(String runId) {
        return database.read(s -> s.list(JobQueue::read, COLUMNS + "WHERE run_id = ? ORDER BY queued", runId));
    }

    /// How a job ended: the word of its [RunTransition.Ending] if this node ended it; empty when it did not.
    public Optional<String> endedBy(JobRef job, String node) {
        return database.read(s -> s.one(
                r -> r.getString(1),
                "SELECT how FROM job_end WHERE job_id = ? AND attempt = ? AND node_id = ?",
                job.jobId(),
                job.attempt(),
                node));
    }

    /// Forgets how jobs ended that ended before a time; a report that comes later still is superseded.
    public int forget(Instant before) {
        return database.write(s -> s.update("DELETE FROM job_end WHERE ended < ?", Micros.of(before)));
    }

    static boolean isHeld(Session s, RunTransition.Ending ending) throws SQLException {
        return s.exists(
                "SELECT 1 FROM job " + EXACTLY + "AND (node_id = ? OR ? = 1) AND lease_until <= ?",
                ending.job().jobId(),
                ending.job().attempt(),
                ending.job().offer(),
                ending.node() == null ? "" : ending.node(),
                ending.node() == null,
                ending.expiredBy() == null ? Long.MAX_VALUE : Micros.of(ending.expiredBy()));
    }

    static void end(Session s, RunTransition.Ending ending, Instant now) throws SQLException {
        s.update(
                "INSERT INTO job_end (job_id, attempt, node_id, how, ended) VALUES (?, ?, ?, ?, ?) "
                        + "ON CONFLICT DO NOTHING",
                ending.job().jobId(),
                ending.job().attempt(),
                ending.node() == null ? "" : ending.node(),
                ending.how(),
                Micros.of(now));
        s.update(
                "DELETE FROM job WHERE job_id = ? AND attempt = ?",
                ending.job().jobId(),
                ending.job().attempt());
    }

    /// @param owner the run's id, or by what else whoever queued it knows it again
    static void add(Session s, String factory, String owner, RunTransition.NewJob job, Instant now)
            throws SQLException {
        long queued = LAST.updateAndGet(last -> Math.max(last + 1, Micros.of(now)));
        s.update(
                "INSERT INTO job (job_id, attempt, group_id, factory, run_id, activity, kind, priority, queued, "
                        + "timeout_millis, state, cancelled, node_id, leased, lease_until, spec) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, '', 0, 0, ?)",
                job.job().jobId(),
                job.job().attempt(),
                job.group(),
                Documents.key(factory),
                owner,
                job.activity(),
                job.kind(),
                job.priority(),
                queued,
                job.timeoutMillis(),
                Json.write(job.spec()));
        s.wake(job.group());
    }

    /// Asks the node that holds a job to end it; what follows from that, its report says.
    public void stop(JobRef job) {
        database.write(s -> {
            if (current(s, job).filter(q -> !q.node().isEmpty()).isPresent()) {
                cancel(s, job);
            }
            return true;
        });
    }

    static void cancel(Session s, JobRef job) throws SQLException {
        Optional<QueuedJob> found = current(s, job);
        if (found.isEmpty()) {
            return;
        }
        if (found.get().node().isEmpty()) {
            s.update("DELETE FROM job WHERE job_id = ? AND attempt = ?", job.jobId(), job.attempt());
        } else {
            s.update("UPDATE job SET cancelled = 1 WHERE job_id = ? AND attempt = ?", job.jobId(), job.attempt());
            s.wake(found.get().group());
        }
    }

    private static Optional<QueuedJob> find(Session s, JobRef job) throws SQLException {
        return s.one(JobQueue::read, COLUMNS + EXACTLY, job.jobId(), job.attempt(), job.offer());
    }

    /// The attempt, whichever offer it is now.
    private static Optional<QueuedJob> current(Session s, JobRef job) throws SQLException {
        return s.one(JobQueue::read, COLUMNS + "WHERE job_id = ? AND attempt = ?", job.jobId(), job.attempt());
    }

    private static QueuedJob read(ResultSet r) throws SQLException {
        return new QueuedJob(
                new JobRef(r.getString("job_id"), r.getInt("attempt"), r.getInt("offer")),
                r.getString("group_id"),
                r.getString("factory"),
                r.getString("run_id"),
                r.getString("activity"),
                r.getString("kind"),
                r.getLong("timeout_millis"),
                r.getString("node_id"),
                Micros.time(r.getLong("leased")),
                Micros.time(r.getLong("lease_until")),
                r.getInt("confirmed") != 0,
                r.getInt("cancelled") != 0,
                r.getInt("priority"),
                Runs.json(r.getString("spec")));
    }
}
