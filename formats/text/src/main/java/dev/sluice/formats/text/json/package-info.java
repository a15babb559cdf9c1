/// Data Factory's Json: files of one document, of an array of documents, or of documents one after the other (also one
/// per line), which it tells apart by itself; written as a set or an array of objects.
///
/// Start at [JsonFormat]. What columns are and how trees become rows is `data/trees`; here are files, encodings,
/// codecs.
///
/// Must not come in: paths, types, stores.
@NullMarked
package dev.sluice.formats.text.json;

import org.jspecify.annotations.NullMarked;
