/// Every error of Sluice, once: a stable code, what kind it is, whether trying again can help, the cause in plain
/// words, the steps that resolve it and the evidence seen.
///
/// Start at [Fault] (what can go wrong, a constant per code, grouped by area in the `*Faults` classes) and [Problem]
/// (one occurrence, with evidence). Whoever fails throws [ProblemException]; whoever reports renders a [Problem].
///
/// Must not come in: I/O, JSON, anything that needs a library; texts that name one machine or one customer.
@NullMarked
package dev.sluice.diagnosis;

import org.jspecify.annotations.NullMarked;
