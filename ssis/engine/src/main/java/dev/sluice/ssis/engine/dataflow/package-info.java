/// Data flows: rows from sources through transformations to destinations.
///
/// Start at [DataFlowTask]. [Connections] is what whoever runs packages gives; [DataFlow] turns a
/// pipeline's record into running components.
///
/// Must not come in: drivers, connection strings, control flow other than the call of the task.
@NullMarked
package dev.sluice.ssis.engine.dataflow;

import org.jspecify.annotations.NullMarked;
