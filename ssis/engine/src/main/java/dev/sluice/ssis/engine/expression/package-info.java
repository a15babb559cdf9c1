/// The SSIS expression language: text to tree, tree to a typed program, program to value. One language in two
/// surroundings: control flow (variables only) and rows (columns too).
///
/// Start at [SsisExpression]. [Parser] knows the grammar, [Compiler] the types (what an operator or
/// function gives is decided there, before any value is seen), [Conversion] the casts, [Functions] the
/// functions. Values are Java objects, one class per type as [SsisType.Kind] lists them; NULL is null.
///
/// Where the product's behaviour is not published: same small integers keep their type; ROUND rounds half away from
/// zero; a numeric cast to an integer rounds half away from zero, a float to the nearest even number; weeks begin on
/// Sunday.
///
/// Must not come in: packages, connections, a clock of its own.
@NullMarked
package dev.sluice.ssis.engine.expression;

import org.jspecify.annotations.NullMarked;
