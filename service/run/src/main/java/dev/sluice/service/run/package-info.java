/// Decides what happens next in a pipeline run: `decide(state, event, definitions)` gives the new state and commands.
/// Pure: time and randomness come with the event, so that a decision can be repeated, simulated and stored in one
/// transaction with its effects.
///
/// Start at [Decider]; [RunState] is what is kept between events, [Transitions] the table of what an
/// activity does on which signal, [Flow] what follows for others, [Dependencies] when an activity may start
/// and how a list ends, [Containers] and [Body] what loops and branches know, [Calls] how one run calls
/// another and [Letter] what they say to each other, [Launch] and [JobPlan] how an attempt begins.
///
/// Must not come in: storage, queues, threads, clocks, HTTP, any connector.
@NullMarked
package dev.sluice.service.run;

import org.jspecify.annotations.NullMarked;
