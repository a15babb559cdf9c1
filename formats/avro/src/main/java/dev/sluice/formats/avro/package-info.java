/// Avro object container files, by an own codec: values straight into and from column vectors, structures as JSON or
/// through the paths of a mapping.
///
/// Start at [AvroFormat]. Reading: `FileHeader` finds schema, codec and sync marker, `BlockReader` unpacks
/// one block after the other, `AvroType` takes a value from it. Writing: `WrittenSchema` decides how
/// columns are stored, `AvroWriter` lays rows into blocks. Files are untrusted: a length is compared with
/// what is there before it is believed, and nothing is allocated that the job's memory budget has not
/// granted.
///
/// The format: <https://avro.apache.org/docs/1.12.0/specification/>.
///
/// Must not come in: Avro's own library (it is the oracle of the tests), stores.
@NullMarked
package dev.sluice.formats.avro;

import org.jspecify.annotations.NullMarked;
