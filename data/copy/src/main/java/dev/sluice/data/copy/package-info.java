/// The copy engine: everything between "this source, that sink, this mapping" and rows that are there exactly
/// once.
///
/// Start at [Copy#run]. It finds connectors and formats by their Data Factory names ([Connectors]), selects files
/// (`files`), maps columns ([ColumnMapping]), and starts streams ([StreamSet]): per stream a reader thread and a
/// writer thread with one bounded [dev.sluice.data.batch.Exchange] between them. Columns are converted whole
/// (`convert`), or handed on untouched. The sink is a bracket: begin, writers, commit, or close without a trace.
///
/// Must not come in: a connector, a format, JSON, anything that knows one store.
@NullMarked
package dev.sluice.data.copy;

import org.jspecify.annotations.NullMarked;
