/// Any relational database that has a JDBC driver: the one machinery, and what a system must say of itself.
///
/// Start at [RelationalConnector]; a system is a [Dialect]. [LinkedServiceMembers] reads what a linked service says
/// (a connection string or separate members, by allow-list) and gives the [Server] to connect to; [Drivers] finds the
/// driver's class, on the class path or in a folder of its own. [RelationalSource] and [RowReader] read,
/// [RelationalSink] and a [Loader] write, [SqlProblems] says what a driver's exceptions mean.
///
/// **Writing.** One connection, one transaction from the pre-copy script to the commit, rows by the system's bulk path
/// ([Dialect#loader]) or by batches of a prepared INSERT. Upsert loads a staging table and merges it in the same
/// transaction. Where statements that define tables commit by themselves, the table that `autoCreate` made is dropped
/// again when the load fails.
///
/// **A second attempt.** The transaction that adds rows also adds one to the table `sluice_attempts` beside the target:
/// the same job run again, after a commit whose report was lost, finds it there and adds nothing. See [AttemptMarker].
///
/// Must not come in: what only one system has (that is its dialect's), unquoted names, a driver property that is on no
/// allow-list.
@NullMarked
package dev.sluice.connectors.jdbc.relational;

import org.jspecify.annotations.NullMarked;
