package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;

/// Packet captures: what is wrong with the file, and what is wrong with the network that it shows.
/// Evidence used throughout: `client`, `server` (address:port), and of a reset `ttl`, `initialTtl`, `hops`, `system`.
public final class CaptureFaults {
    private CaptureFaults() {}

    public static final Fault UNREADABLE = fault(
            "CaptureFileUnreadable",
            Kind.USER,
            "The capture {file} cannot be read: {detail}.",
            "Check the path and that you may read the file.");

    public static final Fault FORMAT_UNKNOWN = fault(
            "CaptureFormatUnknown",
            Kind.USER,
            "{file} is neither pcap nor pcapng: it begins with {bytes}, {kind}.",
            "Convert it: 'editcap -F pcapng FILE FILE.pcapng' for Network Monitor and others, 'etl2pcapng FILE.etl "
                    + "FILE.pcapng' for a trace of 'netsh trace' or 'pktmon'.",
            "Or capture anew: 'tcpdump -i any -w FILE.pcap host HOST and port PORT'.");

    public static final Fault DAMAGED = fault(
            "CaptureFileDamaged",
            Kind.USER,
            "{file} is damaged at byte {offset}: {detail}.",
            "Copy the file again in binary mode, or capture anew.");

    public static final Fault LINK_UNKNOWN = fault(
            "CaptureLinkTypeUnknown",
            Kind.USER,
            "{file} was captured on a link of type {type}, which is not read here.",
            "Capture on an Ethernet, loopback or tunnel interface, or on 'any'.");

    public static final Fault UNANSWERED = fault(
            "TcpHandshakeUnanswered",
            Kind.NETWORK,
            "{server} never answered {client}: SYN was sent {requests} times within {seconds} s.",
            "Ask the network team to allow TCP from {client} to {server}: a firewall on the way drops it.",
            "Check that the address is right and that there is a route to it.",
            "If a capture at {server} shows the SYN arriving, its answer is dropped on the way back.");

    public static final Fault REFUSED = fault(
            "TcpHandshakeRefused",
            Kind.NETWORK,
            "{sender} refused the connection with a reset (TTL {ttl}: started at {initialTtl}, {hops} routers away, "
                    + "{system}).",
            "Check that the server runs and listens on the port of {server}.",
            "If it does, something {hops} routers away answers in its place.");

    public static final Fault HALF_CONNECTED = fault(
            "TcpHandshakeHalfDone",
            Kind.NETWORK,
            "{server} answered {client} {answers} times, but the third step of the handshake did not arrive.",
            "Look for asymmetric routing: the way there and the way back pass different firewalls.",
            "If this was captured at the client, look for a local firewall that drops incoming answers.");

    public static final Fault UNREACHABLE = fault(
            "TcpDestinationUnreachable",
            Kind.NETWORK,
            "The router {router} reports that {server} cannot be reached from {client}: {reason}.",
            "Show this to whoever runs {router}.");

    public static final Fault RESET_BY_PEER = fault(
            "TcpResetByPeer",
            Kind.NETWORK,
            "{sender} itself cut the connection between {client} and {server} after {seconds} s (reset with TTL {ttl}: "
                    + "started at {initialTtl}, {hops} routers away, {system}).",
            "Look into the logs of the program at {sender} at that time: a restart, an idle limit, a crash.");

    public static final Fault RESET_ON_THE_WAY = fault(
            "TcpResetByDevice",
            Kind.NETWORK,
            "A device on the way cut the connection between {client} and {server} after {seconds} s: the reset bears the "
                    + "address of {sender}, but was sent {hops} routers away by {system} (TTL {ttl} of {initialTtl}), while "
                    + "{sender} is {senderHops} routers away and {senderSystem} (TTL {senderTtl}).",
            "Ask the network team which firewall, proxy or load balancer is {hops} routers away from where this was captured.",
            "Look there for an idle time-out or an inspection rule that resets connections to {server}.");
}
