package dev.sluice.node.tools;

import dev.sluice.wire.NodeOrders;
import java.net.URI;
import java.time.Instant;

/// A node's registration, kept as `node.json`. Holds no secret.
///
/// @param service `https://host:port`
/// @param nodeId key id of the node's signatures
/// @param factoryName empty for the service's own auto-resolve group
/// @param orders the service's at registration
public record NodeConfiguration(
        URI service,
        String nodeId,
        String nodeName,
        String runtimeName,
        String factoryName,
        Instant registeredAt,
        NodeOrders orders) {}
