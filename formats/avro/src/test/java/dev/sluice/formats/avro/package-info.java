/// Avro against its contract, Apache Avro's own library, and damaged files.
@org.jspecify.annotations.NullMarked
package dev.sluice.formats.avro;
