package dev.sluice.wire;

/// A page was taken.
///
/// @param reportId under which further pages are to be sent, and people find it
public record LogReceipt(String reportId) {}
