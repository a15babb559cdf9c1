package dev.sluice.secrets.chain;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Whether a certificate was issued for a host: any of its alternative names may match, not only the last; a `*` stands
/// for one whole leftmost label (RFC 9525, section 6.3). The common name does not count, as in every current client.
final class HostNames {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private HostNames() {}

    static boolean match(String host, List<String> names) {
        return names.stream().anyMatch(name -> matches(host, name));
    }

    private static boolean matches(String host, String name) {
        if (isAddress(host)) {
            return isAddress(name) && literal(host).equals(literal(name));
        }
        String wanted = plain(host);
        String offered = plain(name);
        if (!offered.startsWith("*.")) {
            return wanted.equals(offered);
        }
        int dot = wanted.indexOf('.');
        // `*.com` would be every company: a wildcard needs two labels after it.
        boolean narrow = offered.indexOf('.', 2) > 0;
        return narrow && dot > 0 && wanted.substring(dot).equals(offered.substring(1));
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static boolean isAddress(String host) {
        return ADDRESS.matcher(host).matches();
    }

    private static Object literal(String address) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            return address;
        }
    }
}
