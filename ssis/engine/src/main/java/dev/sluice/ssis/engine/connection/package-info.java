/// Connection managers: what their texts mean on the JVM, and sessions with databases opened from them.
///
/// Start at [PackageConnections]. [ConnectionText] takes connection strings apart, [Product] knows providers and makes
/// JDBC addresses of them, [Session] is an acquired connection, [SqlTransaction] is what tasks inside a transaction
/// share. Drivers are found by [java.sql.DriverManager]; this room knows none of them.
///
/// Must not come in: what tasks do with a connection.
@NullMarked
package dev.sluice.ssis.engine.connection;

import org.jspecify.annotations.NullMarked;
