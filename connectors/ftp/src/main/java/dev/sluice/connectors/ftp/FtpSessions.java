package dev.sluice.connectors.ftp;

import dev.sluice.data.remote.LoginRefusedException;
import dev.sluice.data.remote.RemoteSession;
import dev.sluice.diagnosis.ConnectionFaults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPReply;
import org.apache.commons.net.ftp.FTPSClient;
import org.apache.commons.net.util.TrustManagerUtils;

/// Logs in to one server.
final class FtpSessions implements RemoteSession.Opener {
    static final Duration CONNECT = Duration.ofSeconds(30);
    /// For an answer, and between two pieces of a file.
    private static final Duration ANSWER = Duration.ofMinutes(2);

    private final FtpServer server;

    FtpSessions(FtpServer server) {
        this.server = server;
    }

    @Override
    public RemoteSession open() throws IOException {
        if (InetAddress.getAllByName(server.host()).length == 0) {
            throw new UnknownHostException(server.host());
        }
        FTPClient client = client();
        client.setConnectTimeout((int) CONNECT.toMillis());
        client.setDefaultTimeout((int) ANSWER.toMillis());
        client.setDataTimeout(ANSWER);
        client.setControlEncoding("UTF-8");
        client.setAutodetectUTF8(true);
        try {
            client.connect(server.host(), server.port());
            client.setSoTimeout((int) ANSWER.toMillis());
            if (!FTPReply.isPositiveCompletion(client.getReplyCode())) {
                throw new IOException("the server does not serve: " + said(client));
            }
            logIn(client);
            return FtpSession.on(client);
        } catch (IOException | RuntimeException e) {
            FtpSession.disconnect(client);
            throw e;
        }
    }

    private FTPClient client() throws IOException {
        return switch (server.encryption()) {
            case NONE -> new FTPClient();
            case EXPLICIT, IMPLICIT -> {
                FTPSClient client = new FTPSClient("TLS", server.encryption() == FtpServer.Encryption.IMPLICIT);
                client.setTrustManager(server.checked() ? trusted() : TrustManagerUtils.getAcceptAllTrustManager());
                client.setEndpointCheckingEnabled(server.checked());
                yield client;
            }
        };
    }

    /// What the node's Java trusts; the library would only look at the dates.
    private static TrustManager trusted() throws IOException {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void logIn(FTPClient client) throws IOException {
        String password = server.password().orElseThrow().reveal();
        if (!client.login(server.user(), password)) {
            if (client.getReplyCode() == FTPReply.NOT_LOGGED_IN || client.getReplyCode() == 430) {
                throw new LoginRefusedException(said(client));
            }
            throw ConnectionFaults.STORE_REFUSED
                    .problem()
                    .evidence("store", server.name())
                    .evidence("status", client.getReplyCode())
                    .evidence("detail", said(client))
                    .exception();
        }
        if (client instanceof FTPSClient tls) {
            tls.execPBSZ(0);
            tls.execPROT("P");
        }
        client.setFileType(FTP.BINARY_FILE_TYPE);
        client.enterLocalPassiveMode();
        client.setListHiddenFiles(false);
    }

    static String said(FTPClient client) {
        String reply = String.valueOf(client.getReplyString()).strip();
        return reply.length() > 500 ? reply.substring(0, 500) : reply;
    }
}
