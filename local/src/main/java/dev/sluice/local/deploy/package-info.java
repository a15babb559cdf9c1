/// Brings a factory as it lies on disk into a service, and a service's factory onto disk: what differs in meaning, in
/// which order, what must be stopped, and what somebody else has changed in between.
///
/// Start at [DeployCommand] and [ExportCommand]. [Planning] decides, purely; [RemoteFactory] is all that talks to the
/// service; [Execution] does what the [Plan] says. [Content] is what of a document counts.
///
/// Must not come in: decisions of the service about documents; it is asked through its public REST API.
@NullMarked
package dev.sluice.local.deploy;

import org.jspecify.annotations.NullMarked;
