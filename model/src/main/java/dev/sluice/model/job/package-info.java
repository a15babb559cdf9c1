/// What a node gets to execute one activity, and what it answers.
///
/// Start at [JobSpec] and [JobOutcome]. Both travel between service and node as JSON and are stored by both, so their
/// members only grow.
///
/// Must not come in: how jobs are leased or reported (that is `wire`), secrets in the clear.
@NullMarked
package dev.sluice.model.job;

import org.jspecify.annotations.NullMarked;
