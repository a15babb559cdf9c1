package dev.sluice.node.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/// Lets through what is at least that serious.
final class LeastLevel extends Filter<ILoggingEvent> {
    private final Level least;

    LeastLevel(Level least) {
        this.least = least;
        start();
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getLevel().isGreaterOrEqual(least) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
