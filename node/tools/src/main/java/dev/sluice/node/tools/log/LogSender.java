package dev.sluice.node.tools.log;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.wire.LogOrder;
import dev.sluice.wire.LogPage;
import dev.sluice.wire.LogReceipt;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends of the node's log what the service orders, and what a person here wants it to have. Every message passes the
/// redaction once more, with the secrets that are known at that moment. One report at a time; what was left is ordered
/// again with the next heartbeat. Thread-safe.
public final class LogSender {
    /// Most bytes of a report that nobody ordered, about.
    private static final long OWN_BYTES = 4 << 20;

    private static final long LARGEST_ORDER = 32 << 20;
    private static final int MOST_ENTRIES = 200_000;
    private static final int REMEMBERED = 100;
    private static final Logger LOG = LoggerFactory.getLogger(LogSender.class);

    private final LogFolder folder;
    private final Line line;
    private final UnaryOperator<String> redaction;
    private final Supplier<String> about;
    private final InstantSource clock;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final Map<String, Boolean> done = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /// To the service.
    public interface Line {
        /// @throws ProblemException when the service cannot be reached or does not want it
        LogReceipt logs(LogPage page) throws InterruptedException;
    }

    /// @param redaction masks what is secret
    /// @param about what is said of the node ahead of a whole log: version, machine, state
    public LogSender(
            LogFolder folder, Line line, UnaryOperator<String> redaction, Supplier<String> about, InstantSource clock) {
        this.folder = folder;
        this.line = line;
        this.redaction = redaction;
        this.about = about;
        this.clock = clock;
    }

    /// Does what was ordered, on a thread of its own.
    public void take(List<LogOrder> orders) {
        List<LogOrder> open = orders.stream().filter(o -> !isDone(o.reportId())).toList();
        if (!open.isEmpty() && busy.compareAndSet(false, true)) {
            Thread.ofPlatform().name("logs").daemon().start(() -> {
                try {
                    open.forEach(this::obey);
                } finally {
                    busy.set(false);
                }
            });
        }
    }

    private boolean isDone(String report) {
        synchronized (done) {
            return done.containsKey(report);
        }
    }

    private void obey(LogOrder order) {
        try {
            LogFilter filter = LogFilter.ofActivityRun(order.activityRunId());
            send(order.reportId(), filter, Math.clamp(order.mostBytes(), 0, LARGEST_ORDER));
            LOG.info("The log was sent for report {}", order.reportId());
            synchronized (done) {
                done.put(order.reportId(), true);
            }
        } catch (ProblemException e) {
            LOG.warn("The log could not be sent for report {}: {}", order.reportId(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Sends the log, or what it has of one activity run, unasked.
    ///
    /// @return the report's id
    /// @throws ProblemException when the log cannot be read, the service cannot be reached or does not want it
    public String send(LogFilter filter) throws InterruptedException {
        return send("", filter, OWN_BYTES);
    }

    private String send(String ordered, LogFilter filter, long mostBytes) throws InterruptedException {
        LogFolder.Found found = folder.newest(filter, MOST_ENTRIES, mostBytes);
        List<String> pages = pages(filter, found.entries());
        String report = ordered;
        for (int i = 0; i < pages.size(); i++) {
            boolean last = i == pages.size() - 1;
            report = line.logs(new LogPage(report, i, last, found.left(), pages.get(i)))
                    .reportId();
        }
        return report;
    }

    /// At least one, which may be empty.
    private List<String> pages(LogFilter filter, List<LogEntry> entries) {
        List<String> pages = new ArrayList<>();
        StringBuilder page = new StringBuilder();
        if (filter.activityRun().isEmpty()) {
            page.append(lineOf(new LogEntry(clock.instant(), "INFO", "", "Node", "", "", about.get())));
        }
        for (LogEntry entry : entries) {
            String text = lineOf(entry);
            if (page.length() + text.length() > LogPage.MOST_CHARACTERS) {
                pages.add(page.toString());
                page.setLength(0);
            }
            page.append(text);
        }
        pages.add(page.toString());
        int surplus = pages.size() - LogPage.MOST_PAGES;
        return surplus > 0 ? pages.subList(surplus, pages.size()) : pages;
    }

    private String lineOf(LogEntry entry) {
        LogEntry masked = new LogEntry(
                entry.time(),
                entry.level(),
                entry.thread(),
                entry.logger(),
                entry.job(),
                entry.activityRun(),
                redaction.apply(entry.message()));
        return masked.line(LogEntry.Form.JSON) + "\n";
    }
}
