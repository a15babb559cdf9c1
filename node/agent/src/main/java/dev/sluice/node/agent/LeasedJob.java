package dev.sluice.node.agent;

import dev.sluice.wire.JobRef;
import java.time.Instant;

/// A line of the journal: a job this node has taken and not yet reported.
///
/// @param kind and activity name say how its failure is to be reported should the node die
record LeasedJob(JobRef job, String kind, String activityName, Instant leasedAt) {}
