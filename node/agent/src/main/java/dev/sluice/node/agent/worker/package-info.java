/// Worker processes: one JVM per running job, so that memory, drivers and crashes of a job stay its own.
///
/// Start at [WorkerPool] (host: warm workers wait, a dead one is replaced) and [WorkerLoop] (the worker's side);
/// they talk in [Message]s framed by [Frames] over the worker's stdin and stdout. Secrets cross here and nowhere
/// else: never as arguments, environment or files. A worker whose stdin ends has lost its host and ends itself.
///
/// Must not come in: the service, leases, what a job does (spec and outcome are opaque JSON here).
@NullMarked
package dev.sluice.node.agent.worker;

import org.jspecify.annotations.NullMarked;
