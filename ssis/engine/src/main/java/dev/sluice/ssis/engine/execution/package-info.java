/// The front door: a package from its file, with what a caller gives, run to its end.
///
/// Start at [PackageExecution]. [PackageSource] finds packages in files, folders and archives; [Configurations] puts
/// the values of package configurations in. The command, the activity and the catalog come in here.
///
/// Must not come in: what tasks do, how a node or a command reports.
@NullMarked
package dev.sluice.ssis.engine.execution;

import org.jspecify.annotations.NullMarked;
