/// SQL Server, Azure SQL Database and Managed Instance, Synapse dedicated pools, Amazon RDS for SQL Server,
/// written by the driver's bulk copy.
///
/// Start at [SqlServerConnector]; [SqlServerDialect] is what the family does differently, [BatchRecords]
/// the view of a batch that `SQLServerBulkCopy` takes. Bulk copy runs in the load's transaction, with
/// constraints and triggers as Data Factory has them (constraints checked, triggers not fired).
///
/// **Tested against** the driver as far as it goes without a server: no SQL Server can run where these tests do. The
/// SQL text, the settings made of a linked service and the codes are covered; the first run against a real server is
/// the user's.
@NullMarked
package dev.sluice.connectors.jdbc.sqlserver;

import org.jspecify.annotations.NullMarked;
