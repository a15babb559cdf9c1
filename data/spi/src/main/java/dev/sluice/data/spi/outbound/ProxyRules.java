package dev.sluice.data.spi.outbound;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Which connections go through which proxy.
///
/// @param https for `https` addresses; empty for a direct connection
/// @param http for `http` addresses
/// @param direct hosts that are reached without the proxy: names, `.domains` and `*.domains` (with all below),
///     addresses, networks (`10.0.0.0/8`), `*` for all; a name counts for all below it, too. This machine itself and
///     the metadata address of clouds are always direct
public record ProxyRules(Optional<ProxyAddress> https, Optional<ProxyAddress> http, List<String> direct) {
    public static final ProxyRules NONE = new ProxyRules(Optional.empty(), Optional.empty(), List.of());

    private static final List<String> ALWAYS_DIRECT = List.of("localhost", "127.0.0.1", "::1", "169.254.169.254");

    public ProxyRules {
        direct = direct.stream()
                .map(rule -> rule.strip().toLowerCase(Locale.ROOT))
                .filter(rule -> !rule.isEmpty())
                .toList();
    }

    /// One proxy for everything.
    public static ProxyRules through(ProxyAddress proxy, List<String> direct) {
        return new ProxyRules(Optional.of(proxy), Optional.of(proxy), direct);
    }

    /// By the usual variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not.
    public static ProxyRules fromEnvironment(Map<String, String> environment) {
        return of(
                either(environment, "HTTPS_PROXY"),
                either(environment, "HTTP_PROXY"),
                Arrays.asList(either(environment, "NO_PROXY").split(",")));
    }

    /// @param https as [ProxyAddress#parse(String)] reads it; blank for none
    public static ProxyRules of(String https, String http, List<String> direct) {
        return new ProxyRules(address(https), address(http), direct);
    }

    private static Optional<ProxyAddress> address(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(ProxyAddress.parse(text));
    }

    private static String either(Map<String, String> environment, String name) {
        return environment.getOrDefault(name, environment.getOrDefault(name.toLowerCase(Locale.ROOT), ""));
    }

    /// The proxy on the way to an address; empty when there is none.
    public Optional<ProxyAddress> on(URI address) {
        String host = address.getHost();
        if (host == null || isDirect(host)) {
            return Optional.empty();
        }
        return "http".equalsIgnoreCase(address.getScheme()) ? http : https;
    }

    public boolean isDirect(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
        return ALWAYS_DIRECT.contains(name) || direct.stream().anyMatch(rule -> covers(rule, name));
    }

    private static boolean covers(String rule, String name) {
        if (rule.equals("*") || rule.equals(name)) {
            return true;
        }
        if (rule.matches("[0-9.]+/\\d{1,2}")) {
            return inNetwork(rule, name);
        }
        String domain = rule.startsWith("*.") ? rule.substring(1) : rule.startsWith(".") ? rule : "." + rule;
        return name.endsWith(domain) || name.equals(domain.substring(1));
    }

    /// Only addresses are compared with networks; names are not resolved for it.
    private static boolean inNetwork(String rule, String name) {
        int slash = rule.indexOf('/');
        long network = ipv4(rule.substring(0, slash));
        long address = ipv4(name);
        int bits = Integer.parseInt(rule.substring(slash + 1));
        if (network < 0 || address < 0 || bits > 32) {
            return false;
        }
        return bits == 0 || network >>> (32 - bits) == address >>> (32 - bits);
    }

    private static long ipv4(String text) {
        if (!text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            return -1;
        }
        long value = 0;
        for (String part : text.split("\\.", -1)) {
            int octet = Integer.parseInt(part);
            if (octet > 255) {
                return -1;
            }
            value = value << 8 | octet;
        }
        return value;
    }

    @Override
    public String toString() {
        return "ProxyRules[" + https.map(ProxyAddress::shown).orElse("none") + "]";
    }
}
