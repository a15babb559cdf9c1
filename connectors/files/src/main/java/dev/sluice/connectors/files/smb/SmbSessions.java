package dev.sluice.connectors.files.smb;

import com.hierynomus.mserref.NtStatus;
import com.hierynomus.mssmb2.SMBApiException;
import com.hierynomus.smbj.SMBClient;
import com.hierynomus.smbj.SmbConfig;
import com.hierynomus.smbj.auth.AuthenticationContext;
import com.hierynomus.smbj.connection.Connection;
import com.hierynomus.smbj.session.Session;
import com.hierynomus.smbj.share.DiskShare;
import com.hierynomus.smbj.share.Share;
import dev.sluice.data.remote.LoginRefusedException;
import dev.sluice.data.remote.RemoteSession;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Logs in to one server. Each session has a connection of its own, so that ending one disturbs no other.
final class SmbSessions implements RemoteSession.Opener {
    static final Duration CONNECT = Duration.ofSeconds(15);

    /// How long one answer may take; a server whose disks are asleep needs some of it.
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final int BUFFER = 1 << 20;

    private static final Set<NtStatus> REFUSED = Set.of(
            NtStatus.STATUS_LOGON_FAILURE,
            NtStatus.STATUS_LOGON_TYPE_NOT_GRANTED,
            NtStatus.STATUS_PASSWORD_EXPIRED,
            NtStatus.STATUS_ACCOUNT_DISABLED);

    private final Endpoint endpoint;
    private final SmbShare share;

    SmbSessions(Endpoint endpoint, SmbShare share) {
        this.endpoint = endpoint;
        this.share = share;
    }

    @Override
    public RemoteSession open() throws IOException {
        SmbSockets sockets = new SmbSockets(CONNECT);
        SMBClient client = new SMBClient(SmbConfig.builder()
                .withSocketFactory(sockets)
                .withSecurityProvider(new SmbCiphers())
                .withTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS)
                .withReadBufferSize(BUFFER)
                .withWriteBufferSize(BUFFER)
                .withTransactBufferSize(BUFFER)
                // Encrypted wherever the server can.
                .withEncryptData(true)
                .withDfsEnabled(true)
                .build());
        boolean good = false;
        try {
            Connection connection = SmbMeaning.call(share.place(), () -> client.connect(share.host(), share.port()));
            SmbSession session = new SmbSession(client, connection, disk(login(connection)), sockets);
            good = true;
            return session;
        } finally {
            if (!good) {
                sockets.close();
                client.close();
            }
        }
    }

    private Session login(Connection connection) throws IOException {
        char[] password = share.password().reveal().toCharArray();
        try {
            Session session =
                    connection.authenticate(new AuthenticationContext(share.user(), password, share.domain()));
            if (session.isGuest() || session.isAnonymous()) {
                throw new LoginRefusedException("the server knows no such user: it let it in as a guest only");
            }
            return session;
        } catch (SMBApiException e) {
            if (REFUSED.contains(e.getStatus()) || e.getStatusCode() >> 8 == 0xC0000001L >> 8) {
                throw new LoginRefusedException(e.getStatus().name(), e);
            }
            throw SmbMeaning.of(e, share.place());
        } catch (com.hierynomus.smbj.common.SMBRuntimeException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    private DiskShare disk(Session session) throws IOException {
        try {
            Share opened = session.connectShare(share.share());
            if (opened instanceof DiskShare disk) {
                return disk;
            }
            throw invalid("'" + share.share() + "' is no share of files", null);
        } catch (SMBApiException e) {
            if (e.getStatus() == NtStatus.STATUS_BAD_NETWORK_NAME) {
                throw invalid("the server has no share '" + share.share() + "'", e);
            }
            if (e.getStatus() == NtStatus.STATUS_ACCESS_DENIED) {
                throw ConnectionFaults.PERMISSION_DENIED
                        .problem()
                        .evidence("user", share.user())
                        .evidence("action", "connect to")
                        .evidence("object", share.place())
                        .from(e)
                        .exception();
            }
            throw SmbMeaning.of(e, share.place());
        } catch (com.hierynomus.smbj.common.SMBRuntimeException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    private ProblemException invalid(String detail, @org.jspecify.annotations.Nullable Exception cause) {
        var problem = ConnectionFaults.SETTING_INVALID
                .problem()
                .at(endpoint.linkedService().pointer() + "/host")
                .evidence("setting", "host")
                .evidence("store", share.name())
                .evidence("detail", detail);
        return cause == null ? problem.exception() : problem.from(cause).exception();
    }
}
