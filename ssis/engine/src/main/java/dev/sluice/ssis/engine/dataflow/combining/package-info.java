/// Transformations that put rows of several inputs together: Union All, Merge, Merge Join.
///
/// Merge and Merge Join rely on the order of their inputs and refuse rows that are out of it.
///
/// Must not come in: databases, files.
@NullMarked
package dev.sluice.ssis.engine.dataflow.combining;

import org.jspecify.annotations.NullMarked;
