/// Lookup and the caches it reads.
///
/// Start at [Lookup]. [ReferenceRows] are rows in memory under their keys, from a query or a Cache connection manager;
/// [ReferenceQuery] asks the database row by row (partial and no cache).
///
/// Must not come in: the paths of a data flow.
@NullMarked
package dev.sluice.ssis.engine.dataflow.lookup;

import org.jspecify.annotations.NullMarked;
