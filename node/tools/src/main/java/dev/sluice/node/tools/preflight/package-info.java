/// What must be right on a machine before a node can work on it, looked at one by one and said in one line each.
///
/// Start at [Preflight]. The same checks gate the start, the registration and an update; `sluice node preflight` shows
/// them all, those on the way to the service included.
///
/// Must not come in: jobs, and repairs: a check changes nothing.
@NullMarked
package dev.sluice.node.tools.preflight;

import org.jspecify.annotations.NullMarked;
