package dev.sluice.data.spi.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// The trust of the JVM, then that of a file.
final class ExtraTrust extends X509ExtendedTrustManager {
    private final Optional<Path> file;
    private @Nullable X509ExtendedTrustManager ofJvm;
    private @Nullable X509ExtendedTrustManager ofFile;
    private @Nullable FileTime read;

    ExtraTrust(Optional<Path> file) {
        this.file = file;
    }

    private interface Check {
        void by(X509ExtendedTrustManager trust) throws CertificateException;
    }

    private void check(X509Certificate[] chain, Check check) throws CertificateException {
        CertificateException first;
        try {
            check.by(ofJvm());
            return;
        } catch (CertificateException e) {
            first = e;
        }
        X509ExtendedTrustManager more = ofFile();
        if (more != null) {
            try {
                check.by(more);
                return;
            } catch (CertificateException e) {
                first = e;
            }
        }
        throw new CertificateException(
                first.getMessage() + "; presented was " + chain[0].getSubjectX500Principal() + ", issued by "
                        + chain[0].getIssuerX500Principal() + ", topmost certificate SHA-256 "
                        + fingerprint(chain[chain.length - 1]),
                first);
    }

    private static String fingerprint(X509Certificate certificate) throws CertificateException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
        }
    }

    private synchronized X509ExtendedTrustManager ofJvm() throws CertificateException {
        X509ExtendedTrustManager known = ofJvm;
        if (known == null) {
            known = manager(null);
            ofJvm = known;
        }
        return known;
    }

    private synchronized @Nullable X509ExtendedTrustManager ofFile() throws CertificateException {
        Path path = file.orElse(null);
        if (path == null || !Files.exists(path)) {
            return null;
        }
        try {
            FileTime written = Files.getLastModifiedTime(path);
            if (ofFile == null || !written.equals(read)) {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                try (InputStream in = Files.newInputStream(path)) {
                    int n = 0;
                    for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                        store.setCertificateEntry("c" + n++, c);
                    }
                }
                ofFile = manager(store);
                read = written;
            }
            return ofFile;
        } catch (IOException | GeneralSecurityException e) {
            throw new CertificateException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static X509ExtendedTrustManager manager(@Nullable KeyStore store) throws CertificateException {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain, trust -> trust.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain, trust -> trust.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain, trust -> trust.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        ofJvm().checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        ofJvm().checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        ofJvm().checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
