package dev.sluice.node.tools.trace;

/// How a conversation stood when the capture ended.
public enum Ending {
    /// Nothing answered the request to connect, however often it was sent.
    UNANSWERED,
    /// The request to connect was answered by a reset.
    REFUSED,
    /// A router said that the target cannot be reached.
    UNREACHABLE,
    /// The request to connect was answered, but the answer was not confirmed: it, or its confirmation, got lost.
    HALF_CONNECTED,
    /// Cut by a reset after the connection stood.
    RESET,
    /// Both sides said goodbye and both goodbyes were confirmed.
    CLOSED,
    /// One side said goodbye, the other not (yet).
    HALF_CLOSED,
    /// Still open.
    OPEN
}
