package dev.sluice.connectors.ftp;

import dev.sluice.data.remote.LinkedMembers;
import dev.sluice.data.remote.RemoteFileStore;
import dev.sluice.data.remote.RemoteServer;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import java.util.List;
import java.util.Set;

/// Data Factory's `FtpServer`, which it only reads; here it can be written, too. The root is the folder that the
/// user starts in, or the server's when the dataset's folder is written with a slash in front.
public final class FtpConnector implements FileConnector {
    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "FTP",
            Set.of("FtpServer"),
            Set.of("FtpServerLocation"),
            Set.of("FtpReadSettings", "FtpReadSetting"),
            Set.of("FtpWriteSettings"),
            SftpConnector.CAPABILITIES,
            List.of(
                    new FieldDescriptor("host", true, false, "host name or IP address"),
                    new FieldDescriptor("port", false, false, "21 unless given; 990 speaks TLS from the first byte"),
                    new FieldDescriptor("authenticationType", false, false, "Basic or Anonymous; Basic if absent"),
                    new FieldDescriptor("userName", false, false, "user to log in as"),
                    new FieldDescriptor("password", false, true, "the user's password"),
                    new FieldDescriptor("enableSsl", false, false, "true unless given: only with TLS"),
                    new FieldDescriptor(
                            "enableServerCertificateValidation",
                            false,
                            false,
                            "true unless given: the certificate must be trusted and be the host's")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public FileStore open(Endpoint endpoint, JobContext job) {
        FtpServer server = FtpServer.of(endpoint);
        String root = new LinkedMembers(endpoint).root();
        RemoteServer where = new RemoteServer(
                endpoint.side(),
                endpoint.linkedServiceName(),
                "FTP server " + server.host(),
                server.host(),
                server.port(),
                server.user(),
                FtpSessions.CONNECT.toSeconds());
        return new RemoteFileStore(root, where, new FtpSessions(server), job);
    }
}
