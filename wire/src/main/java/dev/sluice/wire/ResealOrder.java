package dev.sluice.wire;

import java.util.List;

/// A secret that this node can open and others of its group cannot: to be sealed to all of them.
///
/// @param id names the order in the answer
/// @param sealed as it is now, sealed to this node
/// @param certificates of all who are to open it, in PEM; each issued by the service's authority
public record ResealOrder(String id, String sealed, List<String> certificates) {
    public ResealOrder {
        certificates = List.copyOf(certificates);
    }
}
