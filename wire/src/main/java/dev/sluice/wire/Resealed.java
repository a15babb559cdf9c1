package dev.sluice.wire;

/// A secret sealed anew.
///
/// @param id of the order
/// @param sealed to every certificate of the order
public record Resealed(String id, String sealed) {}
