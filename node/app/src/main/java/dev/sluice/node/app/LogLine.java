package dev.sluice.node.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.sluice.node.agent.worker.Worker;
import dev.sluice.node.tools.log.LogEntry;
import dev.sluice.secrets.Redaction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/// One event as a line without secrets, the stack trace of its exception included. A message is cut at
/// [LogEntry#MAX_MESSAGE] characters.
final class LogLine extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};

    private final Redaction redaction;
    private final Look look;

    /// How a line is written.
    enum Look {
        /// For other programs.
        JSON,
        /// For people.
        TEXT,
        /// As text without the time: a worker's, to which its host adds it.
        UNTIMED
    }

    LogLine(Redaction redaction, Look look) {
        this.redaction = redaction;
        this.look = look;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        if (event.getThrowableProxy() != null) {
            message += System.lineSeparator() + ThrowableProxyUtil.asString(event.getThrowableProxy());
        }
        if (message.length() > LogEntry.MAX_MESSAGE) {
            message = message.substring(0, LogEntry.MAX_MESSAGE) + "…";
        }
        String logger = event.getLoggerName();
        Map<String, String> about = event.getMDCPropertyMap();
        LogEntry entry = new LogEntry(
                Instant.ofEpochMilli(event.getTimeStamp()),
                event.getLevel().toString(),
                event.getThreadName(),
                logger.substring(logger.lastIndexOf('.') + 1),
                about.getOrDefault(Worker.JOB, ""),
                about.getOrDefault(Worker.ACTIVITY_RUN, ""),
                // Before it is encoded: what is masked afterwards might be half an escape.
                redaction.mask(message));
        String line = switch (look) {
            case JSON -> entry.line(LogEntry.Form.JSON);
            case TEXT -> entry.line(LogEntry.Form.TEXT);
            case UNTIMED -> entry.text().strip().replace('\n', Worker.NEXT_LINE);
        };
        return (line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
