/// Parquet: column vectors straight into encoded pages and back, without a row in between; structures are read only.
///
/// Start at [ParquetFormat]. Writing: `ParquetWriter` gives each column's values to its `ColumnChunk`, which fills
/// pages (kept in a `PageStore`) and statistics; a full row group goes to the file
/// column by column, the footer last. Reading: `FileFooter` checks what the file says about itself, `RowGroupFetch`
/// fetches the wanted chunks in few large reads, and a `ColumnReader` per column decodes pages into vectors; where
/// structures are wanted, `NestedRows` puts rows together from their leaves by the [Node]s of the schema.
/// Files are untrusted: a length is compared with what is there before it is believed, and nothing is allocated that
/// the job's memory budget has not granted.
///
/// The format: <https://parquet.apache.org/docs/file-format/>; names of structures are those of `parquet.thrift`.
///
/// Must not come in: Hadoop, rows as objects where no structure is wanted, knowledge of a store.
@NullMarked
package dev.sluice.formats.columnar.parquet;

import org.jspecify.annotations.NullMarked;
