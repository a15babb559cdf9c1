package dev.sluice.secrets;

import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A server's key and chain as two PEM files. What is unusable counts as absent.
final class ServerFiles {
    private ServerFiles() {}

    static @Nullable Identity read(Path certificateFile, Path keyFile) throws IOException {
        if (!Files.exists(certificateFile) || !Files.exists(keyFile)) {
            return null;
        }
        try {
            PrivateKey key = Keys.privateKey(Pem.first(Files.readString(keyFile), "PRIVATE KEY"));
            List<X509Certificate> chain = Certificates.chainFromPem(Files.readString(certificateFile));
            return Keys.match(key, chain.getFirst().getPublicKey()) ? new Identity(key, chain) : null;
        } catch (GeneralSecurityException | IllegalArgumentException | ProblemException e) {
            return null;
        }
    }

    /// The first certificate of the file; null when there is none.
    static @Nullable X509Certificate certificate(Path certificateFile) throws IOException {
        if (!Files.exists(certificateFile)) {
            return null;
        }
        try {
            return Certificates.chainFromPem(Files.readString(certificateFile)).getFirst();
        } catch (IllegalArgumentException | ProblemException e) {
            return null;
        }
    }

    private static final Pattern IP = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /// Whether it is an IP address and not a DNS name. Nothing is looked up.
    static boolean isAddress(String host) {
        return IP.matcher(host).matches();
    }

    /// The one way of several in which a name or address can be written: `::1` is `0:0:0:0:0:0:0:1`.
    ///
    /// @throws IllegalArgumentException when it looks like an address and is none
    static String normal(String host) {
        return isAddress(host) ? InetAddress.ofLiteral(host).getHostAddress() : host.toLowerCase(Locale.ROOT);
    }

    /// The alternative names, in their normal form.
    static Set<String> hosts(X509Certificate certificate) {
        Set<String> hosts = new HashSet<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                names.forEach(name -> hosts.add(normal(String.valueOf(name.get(1)))));
            }
        } catch (CertificateParsingException e) {
            hosts.clear();
        }
        return hosts;
    }
}
