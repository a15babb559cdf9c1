/// Conversion of whole columns from one type to another: every pair that Data Factory knows, nothing else.
///
/// Start at [Conversions], which chooses one [Converter] per column before the first row moves. A converter runs
/// a few tight loops over primitive arrays (load, change, store) and calls nothing per value; only what is rare
/// (38-digit decimals, formatted dates, text that needs rounding) goes through `BigDecimal` and `java.time`.
///
/// Must not come in: mapping of columns, stores, files.
@NullMarked
package dev.sluice.data.copy.convert;

import org.jspecify.annotations.NullMarked;
