package dev.sluice.node.agent.network;

/// Where a walk leads.
///
/// @param tls whether the server speaks TLS from the first byte on
/// @param http whether it answers HTTP
/// @param service whether it is the node's own service
public record Target(String host, int port, boolean tls, boolean http, boolean service) {
    /// A server of which only the port is known: its name and its port are tried.
    public static Target plain(String host, int port) {
        return new Target(host, port, false, false, false);
    }

    public static Target https(String host, int port) {
        return new Target(host, port, true, true, false);
    }

    public static Target service(String host, int port) {
        return new Target(host, port, true, true, true);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
