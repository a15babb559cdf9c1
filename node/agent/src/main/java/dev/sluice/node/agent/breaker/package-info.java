/// Circuit breakers: a store that has failed again and again is left alone for a while, and then tried by one job.
///
/// Start at [Breakers]. Time is a parameter.
///
/// Must not come in: what a job does, processes, the service.
@NullMarked
package dev.sluice.node.agent.breaker;

import org.jspecify.annotations.NullMarked;
