package dev.sluice.node.tools.trace;

import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was seen of one TCP connection: the three-way handshake, data, the four-way goodbye, or what came instead
/// (RFC 9293, sections 3.5 and 3.6). Not for several threads.
final class Conversation {
    /// One direction.
    private static final class Side {
        final Endpoint endpoint;
        int packets;
        long bytes;
        int retransmitted;
        /// The time to live of this side's own segments, resets apart; 0 before the first.
        int ttl;
        /// The sequence number that follows the last byte seen.
        int next;
        boolean sent;
        int fin;
        boolean finSent;
        boolean finConfirmed;

        Side(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        void data(Segment s) {
            int end = s.sequence() + s.length();
            if (sent && s.length() > 0 && end - next <= 0) {
                retransmitted++;
            } else if (!sent || end - next > 0) {
                next = end;
            }
            sent = true;
            bytes += s.length();
        }
    }

    private final Side client;
    private final Side server;
    private final long first;
    private long last;
    private int requests;
    private int answers;
    private long requested;
    private long answered;
    private boolean connected;
    private boolean fromStart;
    private @Nullable Segment reset;
    private @Nullable Segment unreachable;

    /// @param opening the first segment seen: its sender is the client, unless it is the answer to a request to connect
    Conversation(Segment opening) {
        boolean answer = opening.has(Segment.SYN) && opening.has(Segment.ACK);
        // Joined in the middle: the side with the well-known, lower port is taken for the server.
        boolean middle = !opening.has(Segment.SYN)
                && opening.from().port() < opening.to().port();
        boolean swapped = opening.unreachableBy() == null && (answer || middle);
        client = new Side(swapped ? opening.to() : opening.from());
        server = new Side(swapped ? opening.from() : opening.to());
        first = opening.nanos();
        fromStart = opening.has(Segment.SYN) || opening.unreachableBy() != null;
        connected = !fromStart;
    }

    /// Whether this segment asks for a new connection between the same ports after the one here has ended.
    boolean replacedBy(Segment s) {
        boolean request = s.unreachableBy() == null && s.has(Segment.SYN) && !s.has(Segment.ACK);
        return request && (connected || reset != null) && (reset != null || client.finSent || server.finSent);
    }

    void add(Segment s) {
        last = Math.max(last, s.nanos());
        if (s.unreachableBy() != null) {
            unreachable = s;
            return;
        }
        Side from = s.from().equals(client.endpoint) ? client : server;
        Side to = from == client ? server : client;
        from.packets++;
        if (s.has(Segment.RST)) {
            // The first one ended it; later ones answer what was still on the way.
            reset = reset == null ? s : reset;
            return;
        }
        from.ttl = from.ttl == 0 ? s.ttl() : from.ttl;
        if (s.has(Segment.SYN)) {
            handshake(s);
        } else {
            connected |= from == client && answers > 0;
            from.data(s);
        }
        goodbye(s, from, to);
    }

    private void handshake(Segment s) {
        if (s.has(Segment.ACK)) {
            answers++;
            answered = answers == 1 ? s.nanos() : answered;
        } else {
            requests++;
            requested = requests == 1 ? s.nanos() : requested;
        }
    }

    private static void goodbye(Segment s, Side from, Side to) {
        if (s.has(Segment.FIN)) {
            from.finSent = true;
            from.fin = s.sequence() + s.length() + 1;
        }
        if (to.finSent && s.has(Segment.ACK) && s.acknowledged() - to.fin >= 0) {
            to.finConfirmed = true;
        }
    }

    Endpoint client() {
        return client.endpoint;
    }

    Endpoint server() {
        return server.endpoint;
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    int packets() {
        return client.packets + server.packets;
    }

    long bytesToServer() {
        return client.bytes;
    }

    long bytesToClient() {
        return server.bytes;
    }

    int requests() {
        return requests;
    }

    int answers() {
        return answers;
    }

    int retransmitted() {
        return client.retransmitted + server.retransmitted;
    }

    /// Whether the capture saw it begin.
    boolean fromStart() {
        return fromStart;
    }

    /// From the first request to connect to its answer, in nanoseconds.
    Optional<Long> roundTrip() {
        return requests > 0 && answers > 0 ? Optional.of(answered - requested) : Optional.empty();
    }

    Optional<Segment> reset() {
        return Optional.ofNullable(reset);
    }

    /// The router that gave up, with the code of its message.
    Optional<Segment> unreachable() {
        return Optional.ofNullable(unreachable);
    }

    Optional<InetAddress> router() {
        return unreachable().map(Segment::unreachableBy);
    }

    /// How far away the side that bears this address is, by its own segments.
    Optional<Sender> sender(Endpoint endpoint) {
        Side side = endpoint.equals(client.endpoint) ? client : server;
        return side.ttl == 0 ? Optional.empty() : Optional.of(Sender.of(side.ttl));
    }

    Ending ending() {
        // A reset after both goodbyes only spares waiting for late segments.
        if (reset != null && !(client.finSent && server.finSent)) {
            return connected ? Ending.RESET : Ending.REFUSED;
        }
        if (!connected) {
            return answers > 0 ? Ending.HALF_CONNECTED : unreachable != null ? Ending.UNREACHABLE : Ending.UNANSWERED;
        }
        if (reset != null || (client.finConfirmed && server.finConfirmed)) {
            return Ending.CLOSED;
        }
        return client.finSent || server.finSent ? Ending.HALF_CLOSED : Ending.OPEN;
    }
}
