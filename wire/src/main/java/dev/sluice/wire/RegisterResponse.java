package dev.sluice.wire;

/// @param nodeId key id of every later signature
/// @param certificate the node's certificate in PEM, issued from its request
/// @param authority certificate of the service's CA in PEM; the node trusts the service by it from now on
/// @param factoryName empty for the service's own auto-resolve group
public record RegisterResponse(
        String nodeId,
        String nodeName,
        String runtimeName,
        String factoryName,
        String certificate,
        String authority,
        NodeOrders orders) {}
