/// ORC by Apache ORC's own reader and writer: its vectors from and into ours, structures as JSON or through
/// the paths of a mapping.
///
/// Start at [OrcFormat]. `OneFile` is what the library sees of a store: one file, no more. Before the
/// library may look at a file, `Postscript` compares what it claims with its size; what the library then
/// throws at damaged bytes is named here. `ReadTypes` and `WrittenTypes` say which ORC type stands for
/// which of ours.
///
/// The format: <https://orc.apache.org/specification/ORCv1/>.
///
/// Must not come in: stores; Hadoop outside of `OneFile`, `OrcReader` and `OrcWriter`.
@NullMarked
package dev.sluice.formats.orc;

import org.jspecify.annotations.NullMarked;
