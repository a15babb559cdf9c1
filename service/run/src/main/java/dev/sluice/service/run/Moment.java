package dev.sluice.service.run;

import java.time.Instant;

/// What an event brings from outside the pure world.
///
/// @param now the time at which the event is decided
/// @param seed fresh random bits; feeds `guid()` and `rand()` of expressions evaluated in this decision
public record Moment(Instant now, long seed) {}
