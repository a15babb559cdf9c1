package dev.sluice.connectors.azure;

import dev.sluice.data.spi.Endpoint;

/// How many requests one store may have under way.
final class Connections {
    /// Where `maxConcurrentConnections` says nothing: more do not make one node faster.
    private static final int USUAL = 32;

    private static final int MOST = 1_000;

    private Connections() {}

    static int allowed(Endpoint endpoint) {
        return endpoint.storeSettings()
                .number("maxConcurrentConnections", 1, MOST)
                .orElse((long) USUAL)
                .intValue();
    }
}
