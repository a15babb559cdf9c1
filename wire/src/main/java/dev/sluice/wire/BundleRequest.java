package dev.sluice.wire;

/// Asks for a piece of a bundle: at most [#PIECE] bytes from `offset` on. The answer is the bytes themselves.
public record BundleRequest(String version, long offset) {
    /// Bytes of one answer, at most.
    public static final int PIECE = 4 << 20;
}
