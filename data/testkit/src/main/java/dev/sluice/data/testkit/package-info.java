/// What connectors, formats and the engine are tested with: contracts to extend ([FileStoreContract],
/// [FormatContract], [TableSourceContract], [TableSinkContract]), hand-written fakes that pass them
/// ([MemoryFileStore], [MemoryTable], [LinesFormat]), faults on demand ([FaultyFileStore], [FaultyProxy]) and
/// data that hurts ([RandomData]).
///
/// Start at [Rows]: rows as plain Java values, in and out of batches. A connector's test extends the contract,
/// says what its store looks like, and inherits the proofs of every capability its descriptor declares.
///
/// Must not come in: mock libraries, drivers, anything that only one connector needs.
@NullMarked
package dev.sluice.data.testkit;

import org.jspecify.annotations.NullMarked;
