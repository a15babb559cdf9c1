package dev.sluice.node.agent.web;

import dev.sluice.data.spi.outbound.WayOut;
import dev.sluice.diagnosis.ActivityFaults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// What a connection presents and whom it believes.
final class Tls {
    private Tls() {}

    /// @param unchecked whether any certificate of the server will do, as `disableCertValidation` asks for
    static SSLContext context(Identity identity, boolean unchecked) {
        try {
            KeyManager @Nullable [] keys = identity instanceof Identity.Certificate c ? keys(c) : null;
            TrustManager @Nullable [] trust = unchecked
                    ? new TrustManager[] {new Anybody()}
                    : WayOut.trusted().map(t -> new TrustManager[] {t}).orElse(null);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private static KeyManager[] keys(Identity.Certificate certificate) throws GeneralSecurityException {
        try {
            byte[] pfx = Base64.getMimeDecoder().decode(certificate.pfx());
            char[] password = certificate.password().toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(pfx), password);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return factory.getKeyManagers();
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(e);
        }
    }

    private static RuntimeException unusable(Exception e) {
        return ActivityFaults.AUTHENTICATION_UNSUPPORTED
                .problem()
                .evidence("type", "ClientCertificate")
                .evidence("detail", "the certificate in 'pfx' cannot be opened with its password")
                .from(e)
                .exception();
    }

    /// Believes every server, its name included.
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            // Not asked: this side is the client.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            // The activity asked for it.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // Not asked: this side is the client.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // The activity asked for it.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // Not asked: this side is the client.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // The activity asked for it.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
