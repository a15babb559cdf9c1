/// MySQL and MariaDB, read by the text protocol without a detour over objects, written by `LOAD DATA LOCAL INFILE`.
///
/// Start at [MySqlConnector]; [MySqlDialect] is what these systems do differently. Reading: the driver (MariaDB
/// Connector/J, which speaks to both) hands out each value where it lies in the server's message ([RawFieldCodec]), and
/// it is read into the batch's arrays from there. Writing: [LocalInfileLoader] encodes batches into the stream that the
/// server pulls, in the load's transaction; nothing lies in a file. `LOAD DATA LOCAL` turns bad values and doubled keys
/// into warnings: any warning ends the load, and nothing of it is kept. Where a server forbids it (`local_infile=0`, as
/// MySQL 8 does unless told), rows go by batches of INSERT.
///
/// A second attempt: see the package `relational`; needs a transactional engine (InnoDB).
@NullMarked
package dev.sluice.connectors.jdbc.mysql;

import org.jspecify.annotations.NullMarked;
