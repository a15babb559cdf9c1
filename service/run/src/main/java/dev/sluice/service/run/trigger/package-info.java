/// Decides when triggers fire: the next occurrence of a schedule, which windows' turn it is, which events are meant.
/// Pure: the time is a parameter, what is stored comes in and what is to be stored goes out.
///
/// Start at [Occurrences] (schedules, with their rules for time zones), [Windows] (tumbling windows) and [Arrival]
/// (what a pipeline gets when its trigger fires).
///
/// Where Data Factory's documentation is silent, this is decided: weeks begin on Sunday; a month without the start
/// time's day has its last day instead, `monthDays` that a month lacks are passed over; `monthDays` and
/// `monthlyOccurrences` together mean either; a year is twelve months; a window is one when it ends at or before
/// `endTime`; what a window depends on before the other trigger's `startTime` or after its `endTime` counts as done.
///
/// Must not come in: storage, threads, clocks, HTTP.
@NullMarked
package dev.sluice.service.run.trigger;

import org.jspecify.annotations.NullMarked;
