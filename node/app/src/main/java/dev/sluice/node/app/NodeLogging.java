package dev.sluice.node.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import dev.sluice.node.agent.DurableFile;
import dev.sluice.node.tools.log.LogEntry;
import dev.sluice.secrets.Redaction;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of host and worker, configured in code: reading a configuration file costs more memory than the log
/// itself.
///
/// The host writes warnings to stderr and everything from INFO on to `logs/node.log`, in files of a limited size and
/// number; the worker writes to stderr, which the host takes into its own log. While it is [#verbose] there are details
/// as well. Every line passes [#REDACTION].
public final class NodeLogging extends ContextAwareBase implements Configurator {
    /// Knows the secrets of the jobs that run.
    static final Redaction REDACTION = new Redaction();

    /// `error`, `warn`, `info` or `debug`: least level on stderr.
    private static final String LEVEL_VARIABLE = "SLUICE_LOG";

    /// What of Sluice's own is heard in detail when the log is verbose.
    private static final String OURS = "dev.sluice";

    private static final LeastLevel ON_STDERR = new LeastLevel(Level.WARN);

    private static volatile boolean worker;

    /// The files of the log.
    ///
    /// @param count of files, the one that is written included
    /// @param megabytes of each
    record Files(LogEntry.Form form, int count, long megabytes) {}

    /// Makes it; the logging library does so through the service loader.
    public NodeLogging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("stderr");
        console.setTarget("System.err");
        console.setEncoder(started(new LogLine(REDACTION, worker ? LogLine.Look.UNTIMED : LogLine.Look.TEXT), context));
        Level least = least();
        ON_STDERR.become(least);
        console.addFilter(ON_STDERR);
        console.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(least.isGreaterOrEqual(Level.INFO) ? Level.INFO : least);
        root.addAppender(console);
        context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
        context.getLogger("com.azure").setLevel(Level.WARN);
        // It warns at every request of a header that the JDK sets by itself.
        context.getLogger("com.azure.core.http.jdk.httpclient.JdkHttpClient").setLevel(Level.ERROR);
        context.getLogger("org.apache").setLevel(Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Level least() {
        return Level.toLevel(System.getenv().getOrDefault(LEVEL_VARIABLE, ""), worker ? Level.INFO : Level.WARN);
    }

    /// Logs details, too, or no longer; at once. On a worker, for its host to take them.
    static void verbose(boolean on) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Level least = least();
            Level usual = least.isGreaterOrEqual(Level.INFO) ? Level.INFO : least;
            context.getLogger(OURS).setLevel(on ? Level.DEBUG : usual);
            if (worker) {
                ON_STDERR.become(on ? Level.DEBUG : least);
            }
        }
    }

    /// Says where the log comes from, so that it is not searched for. Called before the first logger is made.
    static void provide() {
        // It tells of that on stderr otherwise.
        System.setProperty("slf4j.internal.verbosity", "WARN");
        System.setProperty("slf4j.provider", "dev.sluice.node.app.NodeLoggingProvider");
    }

    /// This process is a worker. Called before the first line is logged.
    static void asWorker() {
        worker = true;
    }

    /// Writes the log to that folder from now on, too.
    static void toFolder(Path folder, Files files) throws IOException {
        DurableFile.folder(folder);
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setContext(context);
        file.setName("file");
        file.setFile(folder.resolve("node.log").toString());
        boolean json = files.form() == LogEntry.Form.JSON;
        file.setEncoder(started(new LogLine(REDACTION, json ? LogLine.Look.JSON : LogLine.Look.TEXT), context));
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(file);
        rolling.setFileNamePattern(folder.resolve("node.%i.log").toString());
        rolling.setMinIndex(1);
        rolling.setMaxIndex(files.count() - 1);
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(files.megabytes() * FileSize.MB_COEFFICIENT));
        size.start();
        file.setRollingPolicy(rolling);
        file.setTriggeringPolicy(size);
        file.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(file);
    }

    private static LogLine started(LogLine line, LoggerContext context) {
        line.setContext(context);
        line.start();
        return line;
    }
}
