/// What service and nodes say to each other, and nothing else: registration, lease, heartbeat, report, secrets
/// sealed anew.
///
/// Start at [Wire] (paths, version, codec), then follow a job: [LeaseRequest] → [LeaseResponse] with [JobOffer]s →
/// [HeartbeatRequest] with [JobProgress] → [ReportRequest]. Every exchange is opened by the node over HTTPS. Everything
/// about a job is idempotent by [JobRef] (job, attempt): saying it twice is the same as saying it once, and what an old
/// attempt says is refused.
///
/// Must not come in: HTTP clients and servers, the database, what a job does (its spec and outcome are opaque JSON
/// here).
@NullMarked
package dev.sluice.wire;

import org.jspecify.annotations.NullMarked;
