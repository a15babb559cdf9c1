package dev.sluice.node.agent;

import java.security.PrivateKey;

/// Who signs a node's requests.
///
/// @param nodeId key id, given by the service at registration
public record NodeIdentity(String nodeId, PrivateKey key) {
    @Override
    public String toString() {
        return "NodeIdentity[" + nodeId + "]";
    }
}
