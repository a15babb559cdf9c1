/// Rows that are trees of JSON: what a path means ([TreePath]), which columns there are and of which types
/// ([TreeSchema]), how trees become rows ([TreeReader]) and rows trees ([TreeFormatter]).
///
/// Start at [TreeReader]. It pulls JSON documents from whoever has them ([Documents]: a file, the pages of a REST
/// service), walks each once, token by token, and keeps only the values that a column asks for. An array named by
/// `collectionReference` is walked element by element, however long it is.
///
/// Decisions where Data Factory's documentation is silent: a whole number is Int64, beyond that Decimal; a
/// number with a fraction is Double if a Double holds exactly what is written, else Decimal, else String;
/// texts stay texts, also those that look like a date; a column whose values are of several kinds is
/// String. A member that is absent is null. Of members with the same name in one object the last counts. A
/// row whose collection is absent, null or empty gives no rows. Members that first appear behind the sample
/// are no columns; what then has another type than the sample is refused.
///
/// Must not come in: files, formats, HTTP.
@NullMarked
package dev.sluice.data.trees;

import org.jspecify.annotations.NullMarked;
