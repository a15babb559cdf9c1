package dev.sluice.data.spi.outbound;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// This process's way to servers by HTTP. All of it may be changed at any time, from any thread; requests that
/// begin afterwards keep to it, those of clients that were made before included.
public final class WayOut {
    /// Java's client would keep passwords from proxies on the way to `https` addresses, whatever is set here.
    private static final String BASIC_OFF = "jdk.http.auth.tunneling.disabledSchemes";

    static {
        if (System.getProperty(BASIC_OFF) == null) {
            System.setProperty(BASIC_OFF, "");
        }
    }

    private static volatile @Nullable ProxyRules given;
    private static volatile @Nullable TrustManager trusted;

    private WayOut() {}

    /// The rules that hold; those of the environment until others are given.
    public static ProxyRules rules() {
        ProxyRules rules = given;
        return rules == null ? FromEnvironment.RULES : rules;
    }

    private static final class FromEnvironment {
        static final ProxyRules RULES = ProxyRules.fromEnvironment(System.getenv());
    }

    public static void use(ProxyRules rules) {
        given = rules;
    }

    /// A client of `java.net.http` that goes by the rules, with Basic authentication at the proxy. What a proxy
    /// refuses fails with a [dev.sluice.diagnosis.ProblemException] of [dev.sluice.diagnosis.ProxyFaults], never
    /// as an answer. Proxy and authenticator of the builder are its own and cannot be set.
    public static HttpClient.Builder clients() {
        return new RoutedBuilder(HttpClient.newBuilder(), WayOut::rules);
    }

    /// Makes the trust of all clients of this process that do not bring their own: what this JVM trusts, and the
    /// certificates in a file besides. Its refusals say what was presented. The file is read when it is needed and
    /// when it has changed; it need not exist.
    public static void trustBesides(Path file) {
        try {
            TrustManager both = new ExtraTrust(Optional.of(file));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {both}, null);
            SSLContext.setDefault(context);
            trusted = both;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /// For a TLS context of one's own: the process's trust; empty for that of the JVM.
    public static Optional<TrustManager> trusted() {
        return Optional.ofNullable(trusted);
    }
}
