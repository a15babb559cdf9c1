package dev.sluice.node.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/// Lets through what is at least that serious. The level may change at any time.
final class LeastLevel extends Filter<ILoggingEvent> {
    private volatile Level least;

    LeastLevel(Level least) {
        this.least = least;
        start();
    }

    void become(Level level) {
        least = level;
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getLevel().isGreaterOrEqual(least) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
