package dev.sluice.secrets.chain;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;

/// Who signed whom.
final class Signatures {
    private Signatures() {}

    /// Whether the issuer's key made the certificate's signature.
    static boolean made(X509Certificate c, X509Certificate issuer) {
        try {
            c.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /// Whether it names the other as its issuer, whatever the signature says.
    static boolean names(X509Certificate c, X509Certificate issuer) {
        return c.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
    }

    static boolean isRoot(X509Certificate c) {
        return names(c, c) && made(c, c);
    }
}
