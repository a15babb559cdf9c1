/// Excel workbooks as tables: .xlsx in and out by an own reader and writer, .xls in by Apache POI.
///
/// Start at [ExcelFormat]. `Workbook` tells the kind of a file by its first bytes; an `XlsxBook` or
/// `XlsBook` gives a sheet's rows, cell by cell as text ([Cells]); `TableReader` cuts the table out that
/// the dataset means. Workbooks are untrusted: parts are unpacked as a stream, every text, row and part has
/// a limit, and what must be kept (shared texts) is charged to the job's memory. The XML of a workbook is
/// read without document types.
///
/// Must not come in: stores, formulas (their last results are read).
@NullMarked
package dev.sluice.formats.excel;

import org.jspecify.annotations.NullMarked;
