package dev.sluice.service.app.nodes;

import java.time.Duration;

/// Times of the node protocol.
///
/// @param lease after which a silent node's jobs are given up
/// @param heartbeat how often a node is to speak
/// @param online how long after its last word a node counts as online
public record Limits(Duration lease, Duration heartbeat, Duration online) {
    /// What a service uses unless a test needs otherwise.
    public static final Limits STANDARD =
            new Limits(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(20));
}
