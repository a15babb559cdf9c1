package dev.sluice.ssis.engine.logging;

import java.time.Instant;

/// One log entry, with the columns of `sysssislog`.
///
/// @param sourceId GUID of the executable
/// @param code 0 success; the event's code otherwise
record Entry(String event, String source, String sourceId, String executionId, Instant at, int code, String message) {
    private static final int LONGEST = 2_048;

    Entry {
        message = message.length() > LONGEST ? message.substring(0, LONGEST) : message;
    }
}
