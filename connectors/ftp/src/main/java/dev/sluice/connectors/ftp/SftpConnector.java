package dev.sluice.connectors.ftp;

import dev.sluice.data.remote.LinkedMembers;
import dev.sluice.data.remote.RemoteFileStore;
import dev.sluice.data.remote.RemoteServer;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import java.util.List;
import java.util.Set;

/// Data Factory's `Sftp`. The root is the folder that the user starts in, or the server's when the dataset's
/// folder is written with a slash in front.
public final class SftpConnector implements FileConnector {
    /// What both connectors of this room can do.
    static final Set<Capability> CAPABILITIES = Set.of(
            Capability.READ,
            Capability.WRITE,
            Capability.RANGED_READ,
            Capability.PARALLEL_WRITE,
            Capability.ATOMIC_COMMIT,
            Capability.IDEMPOTENT);

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "SFTP",
            Set.of("Sftp"),
            Set.of("SftpLocation"),
            Set.of("SftpReadSettings", "SftpReadSetting"),
            Set.of("SftpWriteSettings", "SftpWriteSetting"),
            CAPABILITIES,
            List.of(
                    new FieldDescriptor("host", true, false, "host name or IP address"),
                    new FieldDescriptor("port", false, false, "22 unless given"),
                    new FieldDescriptor(
                            "authenticationType", false, false, "Basic, SshPublicKey or MultiFactor; Basic if absent"),
                    new FieldDescriptor("userName", true, false, "user to log in as"),
                    new FieldDescriptor("password", false, true, "the user's password"),
                    new FieldDescriptor("privateKeyPath", false, false, "a private key, a file on the node"),
                    new FieldDescriptor("privateKeyContent", false, true, "a private key's file in Base64"),
                    new FieldDescriptor("passPhrase", false, true, "what the private key is encrypted with"),
                    new FieldDescriptor(
                            "skipHostKeyValidation", false, false, "true takes any host key; false unless given"),
                    new FieldDescriptor(
                            "hostKeyFingerprint", false, false, "SHA256:… or MD5 with colons of the host key")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public FileStore open(Endpoint endpoint, JobContext job) {
        SftpServer server = SftpServer.of(endpoint);
        String root = new LinkedMembers(endpoint).root();
        RemoteServer where = new RemoteServer(
                endpoint.side(),
                endpoint.linkedServiceName(),
                "SFTP server " + server.host(),
                server.host(),
                server.port(),
                server.user(),
                SftpSessions.CONNECT.toSeconds());
        return new RemoteFileStore(root, where, new SftpSessions(server), job);
    }
}
