/// Transformations whose outputs are new rows: Sort, Aggregate, Pivot, Unpivot, Row Sampling.
///
/// Sort and Aggregate take what memory the data flow grants and write to disk what does not fit: Sort as sorted runs
/// that are merged, Aggregate as partitions of the rows whose groups have no place.
///
/// Must not come in: databases, files of users.
@NullMarked
package dev.sluice.ssis.engine.dataflow.blocking;

import org.jspecify.annotations.NullMarked;
