/// What an SSIS catalog (SSISDB) holds and decides, as records and pure functions: no SQL, no HTTP, no clock.
///
/// Start at [Resolution], which value of a parameter counts; then [ExecutionStatus], [MessageType] and [LoggingLevel],
/// SSIS's own codes, and [Retention], what goes when.
///
/// Must not come in: stores, JSON, secrets in clear beyond the arguments of one call.
@NullMarked
package dev.sluice.ssis.catalog;

import org.jspecify.annotations.NullMarked;
