package dev.sluice.service.app.nodes;

import dev.sluice.wire.Wire;
import java.time.Duration;

/// Times and sizes of the node protocol.
///
/// @param lease after which a silent node's jobs are given up
/// @param confirm how long a node may take to say that it got a job; twice as long each time the job came back for want
/// of
///     that word, so that a slow machine gets it in the end
/// @param heartbeat how often a node is to speak
/// @param online how long after its last word a node counts as online
/// @param offerBytes most bytes of job offers in one answer; the rest of the message is the orders'
/// @param expiry how long a node may be silent until it has to be registered again; zero for ever
public record Limits(
        Duration lease, Duration confirm, Duration heartbeat, Duration online, int offerBytes, Duration expiry) {
    /// Longer than a quarter, after which work of the last one would have been missed.
    private static final Duration EXPIRY = Duration.ofDays(90);

    /// What a service uses unless a test needs otherwise.
    public static final Limits STANDARD = withLease(Duration.ofSeconds(12));

    /// The usual ones with another lease: what ran on a node that died starts elsewhere after at most so long. A node
    /// speaks four times within it, and stops its jobs when it could not.
    public static Limits withLease(Duration lease) {
        return new Limits(
                lease, Duration.ofSeconds(2), lease.dividedBy(4), lease, Wire.MAX_MESSAGE - (1 << 20), EXPIRY);
    }

    /// With another time that a node may be silent.
    public Limits expiringAfter(Duration silence) {
        return new Limits(lease, confirm, heartbeat, online, offerBytes, silence);
    }

    /// How long a node may take to confirm a job that came back so often.
    Duration confirm(int offer) {
        Duration longer = confirm.multipliedBy(1L << Math.min(offer, 10));
        return longer.compareTo(lease) < 0 ? longer : lease;
    }
}
