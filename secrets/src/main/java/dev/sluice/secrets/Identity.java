package dev.sluice.secrets;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// A private key with its certificate chain: what a TLS server or client presents.
///
/// @param chain own certificate first, the authority's last
public record Identity(PrivateKey key, List<X509Certificate> chain) {
    /// Name of the only entry of [#keyStore].
    public static final String ALIAS = "sluice";

    public Identity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("an identity has a certificate");
        }
    }

    /// The own certificate.
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /// A key store in memory with one entry, for TLS libraries that want one; never written anywhere.
    public KeyStore keyStore(char[] password) {
        try {
            KeyStore store = empty();
            store.setKeyEntry(ALIAS, key, password, chain.toArray(X509Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM cannot hold a key store", e);
        }
    }

    /// A trust store in memory with these certificates.
    public static KeyStore trustStore(List<X509Certificate> trusted) {
        try {
            KeyStore store = empty();
            for (int i = 0; i < trusted.size(); i++) {
                store.setCertificateEntry("trusted-" + i, trusted.get(i));
            }
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM cannot hold a trust store", e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        // Never leaves memory, so its own encryption protects nothing; PKCS12 would spend 100 ms of start-up on it.
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        return store;
    }

    /// Names the certificate, never the key.
    @Override
    public String toString() {
        return "Identity[" + Recipient.describe(certificate()) + "]";
    }
}
