package dev.sluice.service.store;

import dev.sluice.wire.JobRef;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// A job that has not ended.
///
/// @param activity what of the run it executes
/// @param node that holds it; empty while it waits
/// @param leaseUntil meaningless while it waits
/// @param confirmed whether the node has said that it got it, or need not
/// @param cancelled it is to end
/// @param priority higher goes first
public record QueuedJob(
        JobRef job,
        String group,
        String factory,
        String runId,
        String activity,
        String kind,
        long timeoutMillis,
        String node,
        Instant leased,
        Instant leaseUntil,
        boolean confirmed,
        boolean cancelled,
        int priority,
        ObjectNode spec) {}
