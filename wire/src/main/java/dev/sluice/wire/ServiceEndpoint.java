package dev.sluice.wire;

import java.time.Instant;
import java.util.List;

/// An address that nodes will need to reach the service by: told ahead, so that firewalls can be opened in time.
///
/// @param host name by which it will be asked
/// @param addresses what the name will resolve to, for firewalls that go by addresses; may be empty
/// @param from when it will be needed
public record ServiceEndpoint(String host, int port, List<String> addresses, Instant from) {
    @SuppressWarnings("NullAway") // may be left out
    public ServiceEndpoint {
        addresses = addresses == null ? List.of() : List.copyOf(addresses);
    }
}
