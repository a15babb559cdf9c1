/// Triggers in motion: the clock that fires schedules and opens windows, events that come by webhook, and the REST
/// operations on triggers and their runs.
///
/// Start at [Firing]: each step of a trigger is decided from what is stored and written in one transaction
/// with the pipeline runs that it starts, on whichever replica it happens; who comes second decides again.
/// [TriggerClock] watches the time, [TriggerApi] answers clients, [EventApi] takes events.
///
/// A schedule's occurrences that passed while no service ran are made up for when one runs again, oldest first, each
/// with its own `scheduledTime`; of more than [Firing#CATCH_UP] the older ones are passed over with one failed trigger
/// run that says so. When a schedule is started, occurrences before that moment do not fire, as in Data Factory.
///
/// Must not come in: when something is due (`service/run`), SQL.
@NullMarked
package dev.sluice.service.app.triggers;

import org.jspecify.annotations.NullMarked;
