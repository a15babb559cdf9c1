/// Tables: those of databases, over the JDBC connections that connection managers give, and those in variables.
///
/// Start at [TableSource] and [TableDestination]. [Bound] moves values between JDBC and columns, [TableName] finds the
/// table that a package names.
///
/// Must not come in: drivers, connection strings.
@NullMarked
package dev.sluice.ssis.engine.dataflow.database;

import org.jspecify.annotations.NullMarked;
