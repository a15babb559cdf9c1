package dev.sluice.wire;

/// A node is to send of its log for a report; said with every heartbeat's answer until it has, or the report's time is
/// over.
///
/// @param activityRunId only what is about this activity run; empty for everything
/// @param mostBytes of all pages together, about; the newest are wanted
public record LogOrder(String reportId, String activityRunId, long mostBytes) {}
