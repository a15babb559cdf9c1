package dev.sluice.node.agent;

import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Identity;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Which certificates a node accepts as the service's: those issued by an authority it was given, those issued by
/// the authority whose fingerprint its key carries, and those that this JVM trusts anyway (a service with a public
/// certificate, or an inspecting proxy the machine trusts). The host name must match in every case.
///
/// @param authorities certificates, e.g. the service's own CA learned at registration; may be empty
/// @param fingerprint SHA-256 of an authority's DER form as lower-case hex; empty when there is none
public record ServiceTrust(List<X509Certificate> authorities, Optional<String> fingerprint) {
    public ServiceTrust {
        authorities = List.copyOf(authorities);
    }

    /// A TLS context with this trust and no client certificate.
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Checks()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    private static X509ExtendedTrustManager trusting(@Nullable KeyStore store) throws CertificateException {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager checks) {
                    return checks;
                }
            }
            throw new CertificateException("this JVM has no trust manager");
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
        }
    }

    /// What was presented was issued by somebody else than the authorities that this node was given.
    public static final class StrangerException extends CertificateException {
        private static final long serialVersionUID = 1;
        private final String issuer;
        private final String fingerprint;

        StrangerException(String message, String issuer, String fingerprint, CertificateException cause) {
            super(message, cause);
            this.issuer = issuer;
            this.fingerprint = fingerprint;
        }

        /// Of the topmost certificate that came.
        public String issuer() {
            return issuer;
        }

        /// SHA-256 of the topmost certificate that came.
        public String fingerprint() {
            return fingerprint;
        }
    }

    private interface Check {
        void by(X509ExtendedTrustManager trust) throws CertificateException;
    }

    private final class Checks extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain, trust -> trust.checkServerTrusted(chain, authType, engine));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain, trust -> trust.checkServerTrusted(chain, authType, socket));
        }

        /// The trust of the JVM is asked last: loading it costs memory that most nodes never need.
        private void check(X509Certificate[] chain, Check check) throws CertificateException {
            List<X509Certificate> own = new ArrayList<>(authorities);
            fingerprint.ifPresent(pin -> Arrays.stream(chain)
                    .filter(c -> Certificates.fingerprint(c).equals(pin))
                    .forEach(own::add));
            CertificateException first = null;
            if (!own.isEmpty()) {
                try {
                    check.by(trusting(Identity.trustStore(own)));
                    return;
                } catch (CertificateException e) {
                    first = e;
                }
            }
            try {
                check.by(trusting(null));
            } catch (CertificateException e) {
                CertificateException told = first == null ? e : first;
                if (!own.isEmpty() && isStranger(chain, own) || own.isEmpty() && fingerprint.isPresent()) {
                    X509Certificate top = chain[chain.length - 1];
                    throw new StrangerException(
                            describe(told, chain),
                            top.getIssuerX500Principal().getName(),
                            Certificates.fingerprint(top),
                            told);
                }
                throw new CertificateException(describe(told, chain), told);
            }
        }

        /// Whether no authority that is trusted here has issued any of it, by name.
        private static boolean isStranger(X509Certificate[] chain, List<X509Certificate> own) {
            return Arrays.stream(chain)
                    .noneMatch(c -> own.stream()
                            .anyMatch(a -> a.getSubjectX500Principal().equals(c.getIssuerX500Principal())));
        }

        private String describe(CertificateException e, X509Certificate[] chain) {
            X509Certificate top = chain[chain.length - 1];
            return e.getMessage() + "; presented was " + chain[0].getSubjectX500Principal() + ", issued by "
                    + chain[0].getIssuerX500Principal() + ", topmost certificate SHA-256 "
                    + Certificates.fingerprint(top)
                    + fingerprint.map(pin -> ", expected " + pin).orElse("");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("without a connection the host name cannot be checked");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("a node has no clients");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("a node has no clients");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("a node has no clients");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
