/// The SSIS catalog as a part of the service: its REST endpoints, executions from their start to their end,
/// clean-up. What counts is decided in `ssis/catalog`, kept in `service/store`; packages run on nodes.
///
/// Start at [Executions]; then [ProjectApi], [EnvironmentApi], [ExecutionApi] and [Keeping].
///
/// Must not come in: the engine, SQL, secrets in clear beyond the request that brings them.
@NullMarked
package dev.sluice.service.app.ssis;

import org.jspecify.annotations.NullMarked;
