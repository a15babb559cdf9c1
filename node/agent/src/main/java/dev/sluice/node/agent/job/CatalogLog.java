package dev.sluice.node.agent.job;

import dev.sluice.ssis.catalog.LoggingLevel;
import dev.sluice.ssis.catalog.MessageSource;
import dev.sluice.ssis.catalog.MessageType;
import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.EventLog;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.ExecutableKind;
import dev.sluice.ssis.packages.SsisPackage;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisStatistic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What an execution says, in the catalog's form and as far as its logging level keeps it. It goes to
/// whoever watches the job, in batches, a few times a second. Thread-safe.
final class CatalogLog implements EventLog, AutoCloseable {
    private static final int BATCH = 200;
    private static final long FLUSH_MILLIS = 300;
    private static final int LONGEST_TEXT = 8_000;
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int CANCELLED = 3;

    private final LoggingLevel level;
    private final JobWatch watch;
    private final Map<String, Executable> executables = new HashMap<>();
    private final Map<String, Instant> running = new HashMap<>();
    private final Set<String> failed = new HashSet<>();
    private final Thread flusher;
    private List<SsisMessage> messages = new ArrayList<>();
    private List<SsisStatistic> statistics = new ArrayList<>();
    private String packageName = "";
    private String packagePath = "";
    private long messageId;
    private long statisticsId;
    private boolean closed;

    CatalogLog(LoggingLevel level, JobWatch watch) {
        this.level = level;
        this.watch = watch;
        this.flusher = Thread.ofPlatform().name("ssis-log").daemon().start(this::flushing);
    }

    /// The package that runs: events name its executables from now on.
    synchronized void of(SsisPackage definition) {
        packageName = definition.name();
        packagePath = definition.root().refId();
        definition.root().all().forEach(e -> executables.put(e.refId(), e));
    }

    @Override
    public synchronized void raised(Event event) {
        String words = switch (event.name()) {
            case "OnPreExecute" -> {
                running.put(event.source(), event.at());
                yield "Start, " + event.at() + ".";
            }
            case "OnPostExecute" -> "Finished, " + event.at() + ", Elapsed time: " + span(ended(event)) + ".";
            case "OnPreValidate" -> "Validation has started.";
            case "OnPostValidate" -> "Validation is complete.";
            case "OnError" -> {
                failed(event.source());
                yield "Error: " + event.description();
            }
            case "OnTaskFailed" -> {
                failed(event.source());
                yield "Failed.";
            }
            case "OnWarning" -> "Warning: " + event.description();
            case "OnInformation" -> "Information: " + event.description();
            default -> event.name() + (event.description().isEmpty() ? "" : ": " + event.description());
        };
        MessageType type = MessageType.ofEvent(event.name());
        if (level.keeps(type)) {
            String text = event.sourceName() + ":" + words;
            Executable source = executables.get(event.source());
            messages.add(new SsisMessage(
                    ++messageId,
                    event.at(),
                    type.code(),
                    source(event).code(),
                    text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text,
                    packageName,
                    event.name(),
                    event.sourceName(),
                    source == null ? "" : source.id(),
                    "\\" + event.source(),
                    event.code()));
        }
        if (messages.size() >= BATCH) {
            flush();
        }
    }

    /// An error counts for the containers around, too.
    private void failed(String source) {
        failed.add(source);
        for (int at = source.lastIndexOf('\\'); at > 0; at = source.lastIndexOf('\\', at - 1)) {
            failed.add(source.substring(0, at));
        }
    }

    private Duration ended(Event event) {
        Instant began = running.getOrDefault(event.source(), event.at());
        running.remove(event.source());
        if (level.statistics()) {
            int result = watch.cancelled() ? CANCELLED : failed.remove(event.source()) ? FAILURE : SUCCESS;
            statistics.add(new SsisStatistic(
                    ++statisticsId, event.sourceName(), packageName, "\\" + event.source(), began, event.at(), result));
        }
        return Duration.between(began, event.at());
    }

    private MessageSource source(Event event) {
        if (event.source().equals(packagePath)) {
            return MessageSource.PACKAGE;
        }
        Executable source = executables.get(event.source());
        if (source == null) {
            return MessageSource.PROCESS;
        }
        if (source.kind() == ExecutableKind.DATA_FLOW) {
            return MessageSource.DATA_FLOW;
        }
        return source.kind().container() ? MessageSource.CONTAINER : MessageSource.TASK;
    }

    private static String span(Duration took) {
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d.%03d",
                took.toHours(),
                took.toMinutesPart(),
                took.toSecondsPart(),
                took.toMillisPart());
    }

    private synchronized void flushing() {
        try {
            while (!closed) {
                wait(FLUSH_MILLIS);
                flush();
            }
        } catch (InterruptedException e) {
            // The end flushes what is left.
        }
    }

    private synchronized void flush() {
        if (!messages.isEmpty() || !statistics.isEmpty()) {
            watch.said(messages, statistics);
            messages = new ArrayList<>();
            statistics = new ArrayList<>();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        flush();
        notifyAll();
    }
}
