/// The service as a process: `main`, its data folder, and how the parts are put together.
///
/// Start at [ServiceMain], then [Service] (composition, top to bottom) and [DataFolder] (what lies where). The parts:
/// `http` (HTTPS and routing), `access` (tokens, keys), `documents` (factories and what is in them), `runs`
/// (dispatch, timers, history), `nodes` (the wire protocol and the fleet).
///
/// Must not come in: decisions about runs, SQL, any driver or connector: no data row passes through the service.
@NullMarked
package dev.sluice.service.app;

import org.jspecify.annotations.NullMarked;
