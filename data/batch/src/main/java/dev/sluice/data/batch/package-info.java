/// Columnar batches: the one shape in which rows travel between a reader and a writer.
///
/// Start at [Batch] (rows of a [Schema] held column by column in [Vector]s of primitive arrays), then [DataType].
/// Hot loops work on the arrays themselves; nothing here boxes a value. Every array belongs to a [MemoryBudget].
///
/// Must not come in: dependencies, I/O, anything that knows a store or a format.
@NullMarked
package dev.sluice.data.batch;

import org.jspecify.annotations.NullMarked;
