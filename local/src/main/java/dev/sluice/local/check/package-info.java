/// Whether a factory fits together: what [dev.sluice.model.Validation] says of each document, and beyond it
/// references between documents with their parameters, what expressions read, names, and members that nobody
/// knows. Nothing is evaluated.
///
/// [RunnableCheck] says what is in order and cannot be run here.
///
/// Start at [FactoryCheck]; [ReferenceCheck], [ExpressionCheck] and [Surroundings] hold the rules.
///
/// Must not come in: I/O, decisions about runs.
@NullMarked
package dev.sluice.local.check;

import org.jspecify.annotations.NullMarked;
