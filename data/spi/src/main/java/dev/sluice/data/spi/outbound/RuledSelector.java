package dev.sluice.data.spi.outbound;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/// The rules as Java's client asks for them. The proxy's name is resolved when it is connected to.
final class RuledSelector extends ProxySelector {
    private final Supplier<ProxyRules> rules;

    RuledSelector(Supplier<ProxyRules> rules) {
        this.rules = rules;
    }

    @Override
    public List<Proxy> select(URI uri) {
        return rules.get()
                .on(uri)
                .map(p -> new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(p.host(), p.port())))
                .map(List::of)
                .orElse(List.of(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // The exchange fails with it.
    }
}
