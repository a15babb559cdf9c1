/// Control flow: what runs when, how it ended, who hears of it.
///
/// Start at [PackageRun]. [Containers] runs the children of a container by their precedence constraints, [Loops] the
/// two loops, [Events] takes events up through the containers and runs handlers, [Scope] holds variables. What a task
/// does is not known here: [Tasks] gives a [TaskRunner] for it.
///
/// Threads: a container waits on its own thread; each child that starts gets one of its own; at most
/// `MaxConcurrentExecutables` tasks run at a time. Handlers run on the thread that raised the event.
///
/// Must not come in: connections, data flow, files but for the enumerator of files.
@NullMarked
package dev.sluice.ssis.engine.control;

import org.jspecify.annotations.NullMarked;
