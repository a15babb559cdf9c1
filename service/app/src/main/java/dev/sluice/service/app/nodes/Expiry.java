package dev.sluice.service.app.nodes;

import dev.sluice.service.store.Fleet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Nodes that are silent for longer than allowed: after a warning their registration ends, so that a machine that was
/// forgotten does not keep a key to the stores for ever. They stay in the list, with that as the reason, until somebody
/// deletes them or they register again.
///
/// What a node could not do is not counted: it has a day after each start of the service to be heard.
public final class Expiry {
    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final Duration MOST_AHEAD = Duration.ofDays(14);
    private static final Duration AFTER_START = Duration.ofDays(1);
    private static final String BY = "service";

    private final Fleet fleet;
    private final Members members;
    private final Duration allowed;
    private final InstantSource clock;
    private final Instant started;
    private final Set<String> warned = new HashSet<>();

    Expiry(Fleet fleet, Members members, Duration allowed, InstantSource clock) {
        this.fleet = fleet;
        this.members = members;
        this.allowed = allowed;
        this.clock = clock;
        this.started = clock.instant();
    }

    /// Whether registrations expire at all.
    boolean isOn() {
        return !allowed.isZero();
    }

    /// How long a node may be silent; zero for ever.
    Duration allowed() {
        return allowed;
    }

    /// When a node's registration ends unless it is heard before; empty when never.
    Optional<Instant> at(Fleet.Node node) {
        if (!isOn()) {
            return Optional.empty();
        }
        Instant heard = members.heard(node);
        Instant silent = heard.plus(allowed);
        Instant earliest = started.plus(AFTER_START);
        return Optional.of(heard.isAfter(started) || silent.isAfter(earliest) ? silent : earliest);
    }

    /// When it ends, for a node of which that is to be said by now: a quarter of the allowed time ahead, at most two
    /// weeks.
    Optional<Instant> warning(Fleet.Node node) {
        Duration quarter = allowed.dividedBy(4);
        Duration ahead = quarter.compareTo(MOST_AHEAD) < 0 ? quarter : MOST_AHEAD;
        Instant now = clock.instant();
        return at(node).filter(end -> now.plus(ahead).isAfter(end));
    }

    /// What ended a node's registration; empty when it has not ended.
    Optional<Fleet.Departure> ended(Fleet.Node node) {
        return fleet.departure(node.nodeId()).filter(d -> d.how().equals("expired"));
    }

    /// Ends what is over and warns of what will be. Called by one thread, now and then.
    public void round() {
        if (!isOn()) {
            return;
        }
        Instant now = clock.instant();
        for (Fleet.Node node : fleet.silentSince(now.minus(allowed.dividedBy(2)))) {
            Optional<Instant> end = warning(node);
            if (end.isEmpty()) {
                warned.remove(node.nodeId());
            } else if (end.get().isBefore(now)) {
                if (fleet.expire(node, BY, now)) {
                    warned.remove(node.nodeId());
                    LOG.warn(
                            "node {} was last heard at {}: its registration has expired",
                            node.name(),
                            members.heard(node));
                }
            } else if (warned.add(node.nodeId())) {
                LOG.warn(
                        "node {} was last heard at {}: its registration expires at {}",
                        node.name(),
                        members.heard(node),
                        end.get());
            }
        }
    }
}
