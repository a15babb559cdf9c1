/// Runs in motion: events go through the decider one after another and what it decides is stored in one transaction;
/// timers and lost leases become events; the REST operations on runs.
///
/// Start at [Dispatcher]; [Chores] watches the clock, [RunApi] answers clients.
///
/// Must not come in: decisions (they are `service/run`'s), the node protocol.
@NullMarked
package dev.sluice.service.app.runs;

import org.jspecify.annotations.NullMarked;
