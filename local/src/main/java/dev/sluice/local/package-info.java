/// `sluice run`: a pipeline of a Git-style folder, executed in this process without a service. The decisions are the
/// service's, the execution is the node's; only what lies between them (HTTP, the database, the queue) is missing.
///
/// Beside it the other commands on folders, all started by [Program]: `validate` (package `check`), `test` (package
/// `spec`), `expression`.
///
/// Start at [LocalMain], then [FactoryFolder] (what is read) and [LocalRun] (the loop of decisions).
///
/// Must not come in: decisions of its own about activities; anything that a service would do differently.
@NullMarked
package dev.sluice.local;

import org.jspecify.annotations.NullMarked;
