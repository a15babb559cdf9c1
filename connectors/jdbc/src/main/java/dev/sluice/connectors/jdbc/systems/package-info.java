/// Systems that plain JDBC and a description are enough for: [SystemDialect] holds what differs as data, a class per
/// system gives it its name. Their drivers are not shipped (licences, size):
/// [dev.sluice.connectors.jdbc.relational.Drivers]
/// says where one is looked for. Rows go in by batches of a prepared INSERT, in one transaction where the system has
/// such.
///
/// None of these systems can run in a test here, so what is tested is what is said of them: the URL and
/// properties made of a linked service, the SQL text, the meaning of error codes; and the machinery itself
/// against real engines that any JDBC driver may stand for ([JdbcConnector] with H2).
///
/// Must not come in: what one system does in code of its own; that has a package of its own.
@NullMarked
package dev.sluice.connectors.jdbc.systems;

import org.jspecify.annotations.NullMarked;
