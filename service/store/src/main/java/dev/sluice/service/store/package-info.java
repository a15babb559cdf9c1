/// The service's memory: documents, run states and history, the job queue with its leases, timers, nodes and tokens,
/// in SQLite (one file, the default) or PostgreSQL (several replicas).
///
/// Start at [Store], then follow the road: [RunTransition] and [Runs#apply] (state and jobs in one transaction),
/// [JobQueue#lease], [JobQueue#renew]. SQL is written once for both databases; what differs is in [Dialect].
/// Everything acknowledged is on disk. All public types may be used by several threads.
///
/// Must not come in: decisions about runs, HTTP, plain secrets (whoever stores a document has sealed it).
@NullMarked
package dev.sluice.service.store;

import org.jspecify.annotations.NullMarked;
