package dev.sluice.node.agent.network;

/// One hop of a walk.
///
/// @param hop its word, see [dev.sluice.diagnosis.Hop]
/// @param outcome `ok`, `failed`, or `not tried` behind a hop that failed
/// @param millis it took
/// @param detail what was seen
public record Step(String hop, String outcome, long millis, String detail) {
    static final String OK = "ok";
    static final String FAILED = "failed";
    static final String NOT_TRIED = "not tried";
}
