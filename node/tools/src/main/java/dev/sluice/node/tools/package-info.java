/// A node's data folder and what is done with it besides running: registration, its end, status.
///
/// Start at [NodeFolder] (what lies where, and who holds it) and [Registration]. A [RegistrationKey] carries the
/// service's address and the fingerprint of its authority, so that nothing else must be trusted or configured.
///
/// Must not come in: jobs, workers, the command line.
@NullMarked
package dev.sluice.node.tools;

import org.jspecify.annotations.NullMarked;
