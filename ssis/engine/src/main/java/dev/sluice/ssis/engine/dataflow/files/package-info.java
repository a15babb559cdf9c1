/// Flat files, raw files and files per row.
///
/// Start at [FlatFileFormat], which is what a flat-file connection manager says; [RowScanner] finds the fields in the
/// bytes, [FieldValues] makes values of them, [FlatFileSource] and [FlatFileDestination] are the components.
///
/// Must not come in: other formats, which have rooms of their own.
@NullMarked
package dev.sluice.ssis.engine.dataflow.files;

import org.jspecify.annotations.NullMarked;
