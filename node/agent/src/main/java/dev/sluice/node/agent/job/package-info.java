/// What a job does: from a [dev.sluice.model.job.JobSpec] to a [dev.sluice.model.job.JobOutcome].
///
/// Start at [JobRunner]. It runs inside a worker process, and in the process of a local run without service or node;
/// which of them it is does not show here. Kinds of jobs stand in one sealed table, [JobKind].
///
/// Must not come in: leases, processes, the service, files of the node.
@NullMarked
package dev.sluice.node.agent.job;

import org.jspecify.annotations.NullMarked;
