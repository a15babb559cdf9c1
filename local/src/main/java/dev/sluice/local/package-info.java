/// `sluice run`: a pipeline of a Git folder or template, executed in this process without a service. The
/// decisions are the service's, the execution is the node's; only what lies between them (HTTP, the
/// database, the queue) is missing.
///
/// Beside it the other commands on folders, all started by [Program]: `validate` (package `check`), `test` (package
/// `spec`), `deploy` and `export` (package `deploy`), `expression`.
///
/// Start at [LocalMain], then [dev.sluice.local.factory.FactorySource] (what is read) and [LocalRun] (the loop of
/// decisions).
///
/// Must not come in: decisions of its own about activities; anything that a service would do differently.
@NullMarked
package dev.sluice.local;

import org.jspecify.annotations.NullMarked;
