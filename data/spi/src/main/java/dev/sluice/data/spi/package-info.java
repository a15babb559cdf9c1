/// The wall between the copy engine and the stores. Stores and formats implement it, the engine calls it, and neither
/// knows the other.
///
/// Start at [Connector]: a [TableConnector] opens a [Source] or [Sink] of rows; a [FileConnector] opens a [FileStore],
/// and a [Format] turns its files into rows ([Decoder]) and rows into files ([Encoder]).
///
/// What is no copy has its own way in: [SqlConnector] runs a user's statements; the folder methods of
/// [FileStore] serve those who look at files or remove them without reading.
///
/// The road: `Source.open(split) → Reader.read(batch) … → Writer.write(batch) … → Writer.finish() → Sink.commit()`.
/// Every call is made on a platform thread of the engine's; one Reader or Writer is used by one thread at a time.
/// Failures are [dev.sluice.diagnosis.ProblemException]s; an `IOException` that a connector cannot name is let through
/// and named by the engine. Cancelling closes what is open from another thread, and blocked calls must then return.
///
/// Must not come in: JSON libraries, drivers, anything about one store.
@NullMarked
package dev.sluice.data.spi;

import org.jspecify.annotations.NullMarked;
