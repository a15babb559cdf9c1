/// The node's host process: leases jobs, runs each in a worker process, heartbeats, reports.
///
/// Start at [NodeAgent]; a job's life is [JobExecution]. [HttpsService] speaks to the service, [Reports] keeps
/// reports on disk until they are acknowledged, a journal remembers leased jobs over a crash. Waiting is
/// straight-line code on plain threads: one each for leases, heartbeats and reports, one per job. The idle process
/// is meant to be small.
///
/// Must not come in: data rows, connectors, drivers (they live in workers), the command line, where files lie.
@NullMarked
package dev.sluice.node.agent;

import org.jspecify.annotations.NullMarked;
