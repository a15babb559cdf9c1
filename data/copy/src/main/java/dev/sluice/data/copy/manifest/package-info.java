/// The manifest of a copy: what went in and out, piece by piece, as counts and hashes that do not depend on the order
/// of rows, and the comparison of a sink with it. Start with [dev.sluice.data.copy.manifest.Manifest]. No store
/// is known here: rows come as batches.
@NullMarked
package dev.sluice.data.copy.manifest;

import org.jspecify.annotations.NullMarked;
