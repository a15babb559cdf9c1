/// PostgreSQL, read and written by binary COPY.
///
/// Start at [PostgreSqlConnector]. A [PostgresServer] is what a linked service says, a [PostgresSession] one connection
/// to it, [Catalog] what the server knows about tables. [PostgresSource] cuts a table into splits that all see one
/// snapshot; [CopyReader] with [RowDecoder] turns COPY's bytes into batches, [CopyWriter] with [RowEncoder] the
/// reverse.
///
/// **One writer.** Writing is one COPY straight into the target, in one transaction with the pre-copy script and
/// `autoCreate`, committed by `Sink.commit()`: all or nothing. Several writers would need staging tables, and the
/// `INSERT … SELECT` that ends them costs as much as the COPY itself (1.5 million rows of TPC-H's lineitem on two
/// cores: one COPY 3.7 s, two at once 3.6 s, the `INSERT … SELECT` another 3.5 to 4.5 s; encoding takes 0.2 s of CPU,
/// so the server is the limit). An attempt that did not commit leaves nothing and can be run again; one that did commit
/// has left a [LoadMark] in the same transaction, so that the same job run again adds nothing. Upsert loads a temporary
/// table first ([UpsertStatements]).
///
/// Must not come in: other databases, string concatenation of unquoted names, a driver property that is not on the
/// list in [PostgresServer].
@NullMarked
package dev.sluice.connectors.jdbc.postgresql;

import org.jspecify.annotations.NullMarked;
