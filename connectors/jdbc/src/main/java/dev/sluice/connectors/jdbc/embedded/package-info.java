/// Databases that are a file on the node and run inside the worker: SQLite and DuckDB.
///
/// Data Factory has no linked service for them; the types `SQLite` and `DuckDB` with the member `path` are ours. A call
/// cannot be cut off from outside without harm to the process, so it is only told to end.
///
/// **SQLite** is written by a prepared INSERT in one transaction, which is its fastest way. Its columns hold anything:
/// what a declared type says is checked row by row, and what does not fit is refused with its row. **DuckDB** is
/// written by its Appender; its driver is not shipped, because it is larger than everything else together.
///
/// A second attempt: see the package `relational`. Must not come in: a path that is no file, an extension, an attached
/// database.
@NullMarked
package dev.sluice.connectors.jdbc.embedded;

import org.jspecify.annotations.NullMarked;
