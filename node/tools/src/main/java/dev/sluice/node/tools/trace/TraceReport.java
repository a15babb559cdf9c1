package dev.sluice.node.tools.trace;

import dev.sluice.diagnosis.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a capture holds, ready to be shown or written as JSON.
///
/// @param segments TCP segments among the packets
/// @param cut whether the file ends within a packet
/// @param leftOut segments of conversations beyond the limit
public record TraceReport(
        String file,
        long packets,
        long segments,
        Instant first,
        Instant last,
        boolean cut,
        long leftOut,
        List<Entry> conversations) {
    public TraceReport {
        conversations = List.copyOf(conversations);
    }

    /// Only the conversations with this address (of either side) or port; null and 0 mean any.
    public TraceReport only(@Nullable String host, int port) {
        List<Entry> kept =
                conversations.stream().filter(e -> e.concerns(host, port)).toList();
        return new TraceReport(file, packets, segments, first, last, cut, leftOut, kept);
    }

    /// Only the conversations that failed.
    public TraceReport failed() {
        List<Entry> kept =
                conversations.stream().filter(e -> !e.findings.isEmpty()).toList();
        return new TraceReport(file, packets, segments, first, last, cut, leftOut, kept);
    }

    static Instant time(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    /// One conversation.
    ///
    /// @param requests SYN segments: more than one is a retransmission
    /// @param answers SYN-ACK segments
    /// @param roundTripMillis of the handshake; null when it was not seen
    /// @param retransmitted segments whose data was seen before
    /// @param resetBy who sent the reset, judged by its time to live; null without one
    /// @param peer the side whose address the reset bears, judged by its other segments; null when there are none
    /// @param findings what is wrong, most telling first; empty for a sound conversation
    public record Entry(
            String client,
            String server,
            Instant start,
            Instant end,
            long packets,
            long bytesToServer,
            long bytesToClient,
            int requests,
            int answers,
            @Nullable Double roundTripMillis,
            int retransmitted,
            Ending ending,
            @Nullable Sender resetBy,
            @Nullable Sender peer,
            List<Finding> findings) {
        public Entry {
            findings = List.copyOf(findings);
        }

        static Entry of(Conversation c) {
            @Nullable Segment reset = c.reset().orElse(null);
            return new Entry(
                    c.client().toString(),
                    c.server().toString(),
                    time(c.first()),
                    time(c.last()),
                    c.packets(),
                    c.bytesToServer(),
                    c.bytesToClient(),
                    c.requests(),
                    c.answers(),
                    c.roundTrip().map(nanos -> nanos / 1e6).orElse(null),
                    c.retransmitted(),
                    c.ending(),
                    reset == null ? null : Sender.of(reset.ttl()),
                    reset == null ? null : c.sender(reset.from()).orElse(null),
                    Verdict.of(c).stream().map(Finding::of).toList());
        }

        private boolean concerns(@Nullable String host, int port) {
            boolean place = host == null || has(client, host) || has(server, host);
            return place && (port == 0 || client.endsWith(":" + port) || server.endsWith(":" + port));
        }

        private static boolean has(String endpoint, String host) {
            String address = endpoint.substring(0, endpoint.lastIndexOf(':'));
            return address.equals(host) || address.equals("[" + host + "]");
        }
    }

    /// A fault of the catalogue as it was found here.
    public record Finding(String code, String cause, List<String> resolution, Map<String, String> evidence) {
        public Finding {
            resolution = List.copyOf(resolution);
        }

        static Finding of(Problem p) {
            return new Finding(p.code(), p.message(), p.resolution(), p.evidence());
        }
    }
}
