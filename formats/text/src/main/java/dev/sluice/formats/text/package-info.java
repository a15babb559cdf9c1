/// Data Factory's DelimitedText: files of rows whose columns stand between delimiters, in any encoding and codec.
///
/// Start at [DelimitedTextFormat]; [TextSettings] holds the options once checked. Reading: a [Packing] unpacks the file
/// into members, [RowSource] turns each into UTF-8 in a [TextBuffer], [RowParser] finds the fields eight bytes at a
/// time and lays them into the batch, [DelimitedReader] counts rows and refuses bad ones, [SplitBorders] says where a
/// file can be cut. Writing: [RowFormatter] lays rows as text into a buffer, [DelimitedWriter] sends it through
/// encoding and codec.
///
/// Must not come in: types other than text on the reading side (conversion is the engine's), stores, JSON.
@NullMarked
package dev.sluice.formats.text;

import org.jspecify.annotations.NullMarked;
