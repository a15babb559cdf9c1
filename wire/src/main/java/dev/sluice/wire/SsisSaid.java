package dev.sluice.wire;

import java.util.List;

/// What an execution has said since the last time. Saying it twice is the same as saying it once.
public record SsisSaid(JobRef job, long executionId, List<SsisMessage> messages, List<SsisStatistic> statistics) {
    /// Most of both together in one message.
    public static final int MOST = 500;

    public SsisSaid {
        messages = List.copyOf(messages);
        statistics = List.copyOf(statistics);
    }
}
