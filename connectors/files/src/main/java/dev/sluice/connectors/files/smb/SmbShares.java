package dev.sluice.connectors.files.smb;

import dev.sluice.data.remote.RemoteFileStore;
import dev.sluice.data.remote.RemoteServer;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;

/// Opens shares of SMB servers as stores.
public final class SmbShares {
    private SmbShares() {}

    /// Whether a linked service's `host` is the address of a share: `\\server\share`, also with slashes.
    public static boolean isShare(String host) {
        return SmbShare.is(host);
    }

    /// The files below the share's folder. Nothing is connected before the first call.
    public static FileStore open(Endpoint endpoint, JobContext job) {
        return open(endpoint, SmbShare.of(endpoint), job);
    }

    static FileStore open(Endpoint endpoint, SmbShare share, JobContext job) {
        RemoteServer server = new RemoteServer(
                endpoint.side(),
                endpoint.linkedServiceName(),
                share.place(),
                share.host(),
                share.port(),
                share.domain().isEmpty() ? share.user() : share.domain() + "\\" + share.user(),
                SmbSessions.CONNECT.toSeconds());
        return new RemoteFileStore(share.folder(), server, new SmbSessions(endpoint, share), job);
    }
}
