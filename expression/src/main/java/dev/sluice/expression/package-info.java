/// The Data Factory expression language: text to tree to value.
///
/// Start at [Expression] (parse once, evaluate many times) and [Expressions] (a whole JSON value in which
/// expressions stand). What an expression may read comes in through a [Scope]; so do the clock and the random
/// source. `Parser` makes the `Tree`, `Evaluation` walks it, and each group of functions is one class with a
/// table: name, number of arguments, implementation.
///
/// Must not come in: I/O, a clock of its own, knowledge of documents or runs, any library besides Jackson.
@NullMarked
package dev.sluice.expression;

import org.jspecify.annotations.NullMarked;
