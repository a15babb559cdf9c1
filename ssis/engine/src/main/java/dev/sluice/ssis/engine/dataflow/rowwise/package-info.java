/// Transformations of rows one by one: they pass the buffers they get, with columns added, changed or rows led
/// elsewhere.
///
/// Start at [ComputedColumns], which most of them are, and [RowExpression].
///
/// Must not come in: databases, files, other rows.
@NullMarked
package dev.sluice.ssis.engine.dataflow.rowwise;

import org.jspecify.annotations.NullMarked;
