/// The `sluice` command: starts the processes of a service for development ([UpCommand]) and talks to a running service
/// over HTTP ([ResourceCommands], [RunCommands]). Start at [SluiceMain].
///
/// Commands and options are named after `az datafactory`. Every command has `--help` and `-o json|table`; exit code 0
/// means success, 1 a failure that the service or a store reported, 2 wrong usage, 3 a missing prerequisite.
///
/// Must not come in: anything of the service's or a node's own modules; what they do is asked for over HTTP.
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;
