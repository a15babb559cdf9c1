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
import dev.sluice.secrets.Redaction;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of host and worker, configured in code: reading a configuration file costs more memory than the log
/// itself.
///
/// The host writes warnings to stderr and everything from INFO on to `logs/node.log`, at most 5 files of 10 MB; the
/// worker writes to stderr, which the host takes into its own log. Every line passes [#REDACTION].
public final class NodeLogging extends ContextAwareBase implements Configurator {
    /// Knows the secrets of the jobs that run.
    static final Redaction REDACTION = new Redaction();

    /// `error`, `warn`, `info` or `debug`: least level on stderr.
    private static final String LEVEL_VARIABLE = "SLUICE_LOG";

    private static final int FILES = 4;
    private static final long FILE_MB = 10;

    private static volatile boolean worker;

    /// Makes it; the logging library does so through the service loader.
    public NodeLogging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("stderr");
        console.setTarget("System.err");
        console.setEncoder(started(new LogLine(REDACTION, !worker), context));
        Level least = Level.toLevel(System.getenv().getOrDefault(LEVEL_VARIABLE, ""), worker ? Level.INFO : Level.WARN);
        console.addFilter(new LeastLevel(least));
        console.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(least.isGreaterOrEqual(Level.INFO) ? Level.INFO : least);
        root.addAppender(console);
        context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
        context.getLogger("com.azure").setLevel(Level.WARN);
        context.getLogger("org.apache").setLevel(Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
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
    static void toFolder(Path folder) throws IOException {
        DurableFile.folder(folder);
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setContext(context);
        file.setName("file");
        file.setFile(folder.resolve("node.log").toString());
        file.setEncoder(started(new LogLine(REDACTION, true), context));
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(file);
        rolling.setFileNamePattern(folder.resolve("node.%i.log").toString());
        rolling.setMinIndex(1);
        rolling.setMaxIndex(FILES);
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(FILE_MB * FileSize.MB_COEFFICIENT));
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
