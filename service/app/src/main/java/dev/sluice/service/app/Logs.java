package dev.sluice.service.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.sluice.secrets.Redaction;
import java.time.Instant;

/// Logging of this process, set up in code because reading a file would cost start-up time: one line per message on
/// stderr, with whatever looks like a credential masked. `SLUICE_LOG=debug` says more.
public final class Logs extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        MaskedLayout layout = new MaskedLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        var root = context.getLogger("ROOT");
        root.addAppender(stderr);
        root.setLevel(Level.INFO);
        context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
        context.getLogger("com.zaxxer.hikari").setLevel(Level.WARN);
        context.getLogger("dev.sluice")
                .setLevel(Level.toLevel(System.getenv().getOrDefault("SLUICE_LOG", "info"), Level.INFO));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static final class MaskedLayout extends LayoutBase<ILoggingEvent> {
        private final ThrowableProxyConverter trace = new ThrowableProxyConverter();

        @Override
        public void start() {
            trace.start();
            super.start();
        }

        @Override
        public String doLayout(ILoggingEvent event) {
            String name = event.getLoggerName();
            String text = Instant.ofEpochMilli(event.getTimeStamp()) + " " + event.getLevel() + " "
                    + name.substring(name.lastIndexOf('.') + 1) + " " + event.getFormattedMessage() + "\n"
                    + trace.convert(event);
            return Redaction.maskPatterns(text);
        }
    }
}
