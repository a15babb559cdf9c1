package dev.sluice.node.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.sluice.secrets.Redaction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// One event as text without secrets: `2026-01-02T03:04:05.678Z INFO  [lease] NodeAgent: words`, and the stack
/// trace of its exception below. A line is cut at [#MAX_LINE] characters.
final class LogLine extends EncoderBase<ILoggingEvent> {
    static final int MAX_LINE = 16_000;
    private static final byte[] NOTHING = {};

    private final Redaction redaction;
    private final boolean timed;

    /// @param timed whether lines begin with the time; a worker's do not, its host adds it
    LogLine(Redaction redaction, boolean timed) {
        this.redaction = redaction;
        this.timed = timed;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        if (timed) {
            line.append(Instant.ofEpochMilli(event.getTimeStamp())).append(' ');
        }
        String logger = event.getLoggerName();
        line.append(event.getLevel())
                .append(" [")
                .append(event.getThreadName())
                .append("] ")
                .append(logger, logger.lastIndexOf('.') + 1, logger.length())
                .append(": ")
                .append(event.getFormattedMessage());
        if (event.getThrowableProxy() != null) {
            line.append(System.lineSeparator()).append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        if (line.length() > MAX_LINE) {
            line.setLength(MAX_LINE);
            line.append('…');
        }
        return (redaction.mask(line.toString()) + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
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
