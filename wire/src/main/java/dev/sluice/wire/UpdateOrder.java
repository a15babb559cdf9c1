package dev.sluice.wire;

/// A version that the node is to take now; said with every heartbeat's answer until it has.
///
/// @param bytes size of the bundle, which is fetched in pieces ([BundleRequest])
/// @param sha256 of the bundle, lower-case hex. It only tells whether the transfer went well: what may be run is
///     decided by the signature in the bundle
public record UpdateOrder(String version, long bytes, String sha256) {}
