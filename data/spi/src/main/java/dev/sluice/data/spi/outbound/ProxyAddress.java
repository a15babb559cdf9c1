package dev.sluice.data.spi.outbound;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.ProxyFaults;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A proxy and who asks it.
///
/// @param encrypted whether the way to the proxy itself is by TLS
/// @param user empty when the proxy asks nobody
public record ProxyAddress(String host, int port, boolean encrypted, String user, SecretValue password) {
    private static final int USUAL_PORT = 3128;

    /// Reads `[http[s]://][user[:password]@]host[:port]`, as the usual variables have it: user and password
    /// percent encoded, the port 3128 (443 for `https`) unless it is given.
    ///
    /// @throws ProblemException [ProxyFaults#NOT_USABLE]; the message has no password
    public static ProxyAddress parse(String text) {
        String address = text.strip().contains("://") ? text.strip() : "http://" + text.strip();
        String shown = address.replaceFirst("//[^@/]*@", "//…@");
        try {
            URI uri = URI.create(address);
            boolean encrypted = "https".equalsIgnoreCase(uri.getScheme());
            if (!encrypted && !"http".equalsIgnoreCase(uri.getScheme())) {
                throw unusable(shown, "only http:// and https:// proxies are used");
            }
            if (uri.getHost() == null) {
                throw unusable(shown, "it names no host");
            }
            String whole = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
            int colon = whole.indexOf(':');
            return new ProxyAddress(
                    uri.getHost(),
                    uri.getPort() < 0 ? (encrypted ? 443 : USUAL_PORT) : uri.getPort(),
                    encrypted,
                    decoded(colon < 0 ? whole : whole.substring(0, colon)),
                    new SecretValue(colon < 0 ? "" : decoded(whole.substring(colon + 1))));
        } catch (IllegalArgumentException e) {
            throw unusable(shown, "it is no address");
        }
    }

    private static ProblemException unusable(String shown, String detail) {
        return ProxyFaults.NOT_USABLE.with("proxy", shown, "detail", detail);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// The text that [#parse(String)] reads, password included.
    public String reveal() {
        String who = user.isEmpty() ? "" : encoded(user) + ":" + encoded(password.reveal()) + "@";
        return (encrypted ? "https://" : "http://") + who + shown();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// Host and port.
    public String shown() {
        return (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }

    /// The value of `Proxy-Authorization` by the scheme Basic; holds the password.
    public String basic() {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password.reveal()).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return shown();
    }
}
