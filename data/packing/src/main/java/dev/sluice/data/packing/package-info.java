/// How a file's bytes are packed and its characters encoded, whatever its format: codecs and archives ([Packing]) and
/// text encodings ([TextEncoding]).
///
/// Start at [UnpackedFile], which turns a file of a store into the files within it, and [Packing#pack],
/// which is the way back. Unpackers never allocate what a file merely claims to need, and a failure of the
/// store is not taken for a damaged file.
///
/// Must not come in: a format, a store.
@NullMarked
package dev.sluice.data.packing;

import org.jspecify.annotations.NullMarked;
