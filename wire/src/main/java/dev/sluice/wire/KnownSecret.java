package dev.sluice.wire;

/// A secret that a node was able to open.
///
/// @param factory whose it is
/// @param object what it is a secret of, e.g. `linked service 'Shop'`
/// @param member the JSON pointer of its place there
public record KnownSecret(String factory, String object, String member) {}
