/// How hard a store may be worked: a maximum of streams and of rows a second for a linked service, shared by all jobs
/// of a machine's user, whatever process they run in.
///
/// Start at [StoreLimits], what a linked service says. [Slots] are locks on files, which the operating system gives
/// back when a process dies; [RowRate] is a clock in a file.
///
/// Must not come in: connectors; anything that is kept in one process only.
@NullMarked
package dev.sluice.node.agent.limit;

import org.jspecify.annotations.NullMarked;
