package dev.sluice.node.agent.web;

import dev.sluice.diagnosis.ActivityFaults;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The hosts that activities may call from this node.
///
/// @param rules host names, or `*.example.com` for all below one; empty for every host
public record AllowedHosts(List<String> rules) {
    public static final AllowedHosts ALL = new AllowedHosts(List.of());

    public AllowedHosts {
        rules = List.copyOf(rules);
    }

    /// @param text rules separated by commas
    public static AllowedHosts of(String text) {
        return new AllowedHosts(Arrays.stream(text.split(","))
                .map(rule -> rule.strip().toLowerCase(Locale.ROOT))
                .filter(rule -> !rule.isEmpty())
                .toList());
    }

    void check(URI address) {
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        if (!rules.isEmpty() && rules.stream().noneMatch(rule -> holds(rule, host))) {
            throw ActivityFaults.HTTP_FORBIDDEN.problem().evidence("host", host).exception();
        }
    }

    private static boolean holds(String rule, String host) {
        return rule.startsWith("*.") ? host.endsWith(rule.substring(1)) : rule.equals(host);
    }
}
