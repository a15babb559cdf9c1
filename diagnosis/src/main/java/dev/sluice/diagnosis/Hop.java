package dev.sluice.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// On the way from a node to what it needs, the first step that failed. Its word is what machines are told.
public enum Hop {
    /// A host name to an address.
    RESOLVER("resolver"),
    /// A connection to an address and port.
    TCP("tcp"),
    /// A proxy in between.
    PROXY("proxy"),
    /// Encryption and trust.
    TLS("tls"),
    /// An answer in HTTP, of the server that was asked.
    HTTP("http"),
    /// The clocks of the two.
    CLOCK("clock"),
    /// The service's own decision about the node.
    SERVICE("service"),
    /// The other nodes of the group: keys of secrets, versions.
    GROUP("group"),
    /// The node's own processes.
    WORKER("worker"),
    /// The node's machine: whether it runs at all.
    MACHINE("machine");

    private static final Map<String, Hop> OF_CODE = Map.ofEntries(
            Map.entry(NodeFaults.SERVICE_HOST_UNKNOWN.code(), RESOLVER),
            Map.entry(NodeFaults.SERVICE_PORT_REFUSED.code(), TCP),
            Map.entry(NodeFaults.SERVICE_TIMEOUT.code(), TCP),
            Map.entry(NodeFaults.SERVICE_UNTRUSTED.code(), TLS),
            Map.entry(NodeFaults.SERVICE_UNREACHABLE.code(), HTTP),
            Map.entry(NodeFaults.SERVICE_REFUSED.code(), SERVICE),
            Map.entry(NodeFaults.REQUEST_REFUSED.code(), SERVICE),
            Map.entry(ProxyFaults.UNREACHABLE.code(), PROXY),
            Map.entry(ProxyFaults.NOT_AUTHENTICATED.code(), PROXY),
            Map.entry(ProxyFaults.DENIED.code(), PROXY),
            Map.entry(ProxyFaults.TARGET_UNREACHABLE.code(), PROXY),
            Map.entry(ProxyFaults.NOT_USABLE.code(), PROXY),
            Map.entry(ProxyFaults.CERTIFICATE_REPLACED.code(), TLS),
            Map.entry(NodeFaults.DELETED.code(), SERVICE),
            Map.entry(NodeFaults.CUT_OFF.code(), SERVICE),
            Map.entry(NodeFaults.EXPIRED.code(), SERVICE),
            Map.entry(NodeFaults.KEY_CLOSED.code(), MACHINE),
            Map.entry(NodeStateFaults.NOT_HEARD.code(), MACHINE),
            Map.entry(NodeStateFaults.EXPIRES_SOON.code(), MACHINE),
            Map.entry(NodeStateFaults.SHUT_DOWN.code(), MACHINE),
            Map.entry(NodeStateFaults.SHUTTING_DOWN.code(), MACHINE),
            Map.entry(NodeStateFaults.UPGRADING.code(), MACHINE),
            Map.entry(NodeStateFaults.WORKERS_FAIL.code(), WORKER),
            Map.entry(NodeStateFaults.SET_ASIDE.code(), WORKER),
            Map.entry(NodeStateFaults.SECRETS_CLOSED.code(), GROUP),
            Map.entry(NodeStateFaults.VERSION_DIFFERS.code(), GROUP),
            Map.entry(NodeFaults.CLOCK_SKEWED.code(), CLOCK),
            Map.entry(NodeStateFaults.CLOCK_DIFFERS.code(), CLOCK),
            Map.entry(NodeStateFaults.NOT_ACCEPTED.code(), SERVICE));

    private final String word;

    Hop(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /// The hops on the way to a server, in order.
    public static List<Hop> way(boolean proxy, boolean tls, boolean http) {
        List<Hop> way = new ArrayList<>(List.of(RESOLVER, TCP));
        if (proxy) {
            way.add(PROXY);
        }
        if (tls) {
            way.add(TLS);
        }
        if (http) {
            way.add(HTTP);
        }
        return way;
    }

    /// Where a fault of a node's own road lies; empty for one that has no place on it.
    public static Optional<Hop> of(String code) {
        return Optional.ofNullable(OF_CODE.get(code));
    }
}
