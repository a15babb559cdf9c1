/// Files as sources and sinks of rows, whatever their store and format: which files are read ([FileSelection]),
/// how they are split ([FileSource]), what the written ones are called ([FileNames]) and when they appear
/// ([FileSink]).
///
/// Must not come in: a store's client, a format's library.
@NullMarked
package dev.sluice.data.copy.files;

import org.jspecify.annotations.NullMarked;
