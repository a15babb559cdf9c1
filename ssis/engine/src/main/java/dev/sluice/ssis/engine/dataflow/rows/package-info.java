/// Rows in a data flow: typed columns as vectors of data/batch, buffers of them, keys, and buffers on disk.
///
/// Start at [Buffer] and [Layout]; [Storage] says which vector holds which SSIS type, [Cells] takes single
/// values in and out, [Keys] makes bytes of several columns that compare as the rows do, [BufferFile] is
/// the form on disk.
///
/// Must not come in: components, threads.
@NullMarked
package dev.sluice.ssis.engine.dataflow.rows;

import org.jspecify.annotations.NullMarked;
