/// Data Factory documents as they are written: factories, integration runtimes, linked services, datasets, pipelines,
/// triggers. JSON in and out without loss, typed read-only views for whoever executes, and every problem of a document
/// at once, located by JSON pointer.
///
/// Start at [Document] (one document), [Json] (how JSON is read, with its limits) and [Validation]; then [Pipeline] and
/// [Activity]. Run records live in `model.run`, what a node executes in `model.job`, secrets in `model.secret`, answers
/// about errors in `model.error`.
///
/// Must not come in: evaluation of expressions, decisions about runs, I/O, any clock.
@NullMarked
package dev.sluice.model;

import org.jspecify.annotations.NullMarked;
