package dev.sluice.node.tools.certificate;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.IDN;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// What a TLS server presents, whether it is trusted or not. Nothing is sent over the connection.
///
/// @param protocol e.g. `TLSv1.3`; empty when the handshake failed after the certificates came
record PresentedChain(List<X509Certificate> certificates, String protocol, String cipher) {
    private static final int MILLIS = 10_000;

    PresentedChain {
        certificates = List.copyOf(certificates);
    }

    /// @throws ProblemException one of [ConnectionFaults]
    static PresentedChain of(String host, int port) {
        List<X509Certificate> seen = new ArrayList<>();
        try (Socket plain = new Socket()) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new UnknownHostException(host);
            }
            plain.connect(address, MILLIS);
            plain.setSoTimeout(MILLIS);
            return handshake(plain, host, port, seen);
        } catch (IOException e) {
            if (!seen.isEmpty()) {
                // The server wants a certificate of ours, or parted for another reason: its own was seen.
                return new PresentedChain(seen, "", "");
            }
            throw problem(host, port, e);
        }
    }

    private static PresentedChain handshake(Socket plain, String host, int port, List<X509Certificate> seen)
            throws IOException {
        SSLSocket socket = (SSLSocket) recording(seen).getSocketFactory().createSocket(plain, host, port, true);
        if (!host.matches("[0-9.]+|.*:.*")) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(IDN.toASCII(host))));
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return new PresentedChain(
                seen, socket.getSession().getProtocol(), socket.getSession().getCipherSuite());
    }

    private static ProblemException problem(String host, int port, IOException e) {
        var fault = switch (e) {
            case UnknownHostException u -> ConnectionFaults.HOST_UNKNOWN;
            case ConnectException c -> ConnectionFaults.PORT_REFUSED;
            case SocketTimeoutException t -> ConnectionFaults.CONNECT_TIMEOUT;
            default -> ConnectionFaults.CONNECTION_LOST;
        };
        return fault.problem()
                .evidence("host", host)
                .evidence("port", port)
                .evidence("store", host + ":" + port)
                .evidence("seconds", MILLIS / 1_000)
                .evidence("detail", "no TLS handshake: " + e.getMessage())
                .from(e)
                .exception();
    }

    private static SSLContext recording(List<X509Certificate> seen) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Recorder(seen)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /// Accepts everything, as it is only to be looked at.
    private static final class Recorder extends X509ExtendedTrustManager {
        private final List<X509Certificate> seen;

        Recorder(List<X509Certificate> seen) {
            this.seen = seen;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            seen.addAll(List.of(chain));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {
            seen.addAll(List.of(chain));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            seen.addAll(List.of(chain));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new IllegalStateException("there are no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {
            throw new IllegalStateException("there are no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("there are no clients here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
