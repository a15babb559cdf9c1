package dev.sluice.secrets;

import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A server's key and chain as two PEM files. Anything unusable counts as absent: it is made anew, so nothing is
/// lost.
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

    /// The alternative names, as they were given when the certificate was issued.
    static Set<String> hosts(X509Certificate certificate) {
        Set<String> hosts = new HashSet<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                names.forEach(name -> hosts.add(String.valueOf(name.get(1))));
            }
        } catch (CertificateParsingException e) {
            hosts.clear();
        }
        return hosts;
    }
}
