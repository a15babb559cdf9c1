package dev.sluice.connectors.jdbc.relational;

/// A value as it lies in a message of the database, in the text form of its type (a BINARY as its bytes). Valid until
/// the next row.
///
/// @param from first byte
/// @param to after the last byte
public record RawField(byte[] bytes, int from, int to) {}
