package dev.sluice.node.tools.trace;

import java.net.InetAddress;

/// An address and a port.
record Endpoint(InetAddress address, int port) {
    String host() {
        return address.getHostAddress();
    }

    @Override
    public String toString() {
        String host = host();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
