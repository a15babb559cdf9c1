package dev.sluice.connectors.ftp;

import dev.sluice.data.remote.RemoteItem;
import dev.sluice.data.remote.RemoteSession;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPCmd;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;
import org.jspecify.annotations.Nullable;

/// One FTP connection, logged in. Paths without a slash in front begin where the user starts.
final class FtpSession implements RemoteSession {
    private final FTPClient client;
    private final String home;
    private final boolean machineListing;
    private volatile boolean broken;
    private volatile @Nullable Closeable transfer;

    private FtpSession(FTPClient client, String home, boolean machineListing) {
        this.client = client;
        this.home = home;
        this.machineListing = machineListing;
    }

    static FtpSession on(FTPClient client) throws IOException {
        String home = client.printWorkingDirectory();
        return new FtpSession(client, home == null ? "/" : home, client.hasFeature(FTPCmd.MLST));
    }

    static void disconnect(FTPClient client) {
        try {
            client.disconnect();
        } catch (IOException e) {
            System.getLogger(FtpSession.class.getName())
                    .log(System.Logger.Level.DEBUG, "the connection was already gone", e);
        }
    }

    private String absolute(String path) {
        if (path.startsWith("/")) {
            return path;
        }
        return path.equals(".") ? home : home.endsWith("/") ? home + path : home + "/" + path;
    }

    /// What an answer other than success means.
    private IOException refused(String path, String doing) {
        int code = client.getReplyCode();
        String said = FtpSessions.said(client);
        String words = said.toLowerCase(Locale.ROOT);
        if (code == FTPReply.SERVICE_NOT_AVAILABLE || !client.isConnected()) {
            broken = true;
            return new IOException(said);
        }
        if (code == 452 || code == 552) {
            return new FileSystemException(path, null, "no space or quota: " + said);
        }
        if (words.contains("denied")
                || words.contains("permission")
                || words.contains("not allowed")
                || code == 553
                || code == 530) {
            return new AccessDeniedException(path, null, said);
        }
        return code == FTPReply.FILE_UNAVAILABLE && !doing.equals("write")
                ? new NoSuchFileException(path, null, said)
                : new FileSystemException(path, null, said);
    }

    private void done(boolean success, String path, String doing) throws IOException {
        if (!success) {
            throw refused(path, doing);
        }
    }

    @Override
    public List<RemoteItem> list(String folder) throws IOException {
        String path = absolute(folder);
        // By its own name a folder could be taken for options of the listing.
        done(client.changeWorkingDirectory(path), folder, "list");
        FTPFile[] found = machineListing ? client.mlistDir() : client.listFiles();
        done(FTPReply.isPositiveCompletion(client.getReplyCode()), folder, "list");
        List<RemoteItem> items = new ArrayList<>(found.length);
        for (FTPFile file : found) {
            String name = file == null ? "." : bare(file.getName());
            if (file != null && !name.equals(".") && !name.equals("..") && !name.isEmpty()) {
                item(path, name, file).ifPresent(items::add);
            }
        }
        return items;
    }

    private static String bare(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private Optional<RemoteItem> item(String folder, String name, FTPFile file) throws IOException {
        if (file.isSymbolicLink() && !machineListing) {
            return linked(folder.endsWith("/") ? folder + name : folder + "/" + name, name);
        }
        if (!file.isDirectory() && !file.isFile() && !file.isUnknown()) {
            return Optional.empty();
        }
        Instant modified = file.getTimestampInstant();
        return Optional.of(RemoteItem.of(
                name, file.isDirectory(), Math.max(0, file.getSize()), modified == null ? Instant.EPOCH : modified));
    }

    /// What a link leads to.
    private Optional<RemoteItem> linked(String path, String name) throws IOException {
        if (client.changeWorkingDirectory(path)) {
            return Optional.of(RemoteItem.of(name, true, 0, Instant.EPOCH));
        }
        String size = client.getSize(path);
        Instant modified = instant(path);
        return size == null
                ? Optional.empty()
                : Optional.of(RemoteItem.of(name, false, Long.parseLong(size), modified));
    }

    private Instant instant(String path) throws IOException {
        var time = client.mdtmInstant(path);
        return time == null ? Instant.EPOCH : time;
    }

    @Override
    public Optional<RemoteItem> find(String path) throws IOException {
        String wanted = absolute(path);
        String name = bare(wanted);
        if (machineListing) {
            FTPFile file = client.mlistFile(wanted);
            if (file != null) {
                Instant modified = file.getTimestampInstant();
                return Optional.of(RemoteItem.of(
                        name,
                        file.isDirectory(),
                        Math.max(0, file.getSize()),
                        modified == null ? Instant.EPOCH : modified));
            }
            return absent(path);
        }
        if (client.changeWorkingDirectory(wanted)) {
            return Optional.of(RemoteItem.of(name, true, 0, Instant.EPOCH));
        }
        String parent = wanted.substring(0, Math.max(1, wanted.lastIndexOf('/')));
        try {
            return list(parent).stream().filter(i -> i.name().equals(name)).findFirst();
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private Optional<RemoteItem> absent(String path) throws IOException {
        IOException why = refused(path, "read");
        boolean none = switch (client.getReplyCode()) {
            // The second is what some servers say of any path that is not there.
            case FTPReply.FILE_UNAVAILABLE, FTPReply.SYNTAX_ERROR_IN_ARGUMENTS, FTPReply.FILE_ACTION_NOT_TAKEN -> true;
            default -> FTPReply.isPositiveCompletion(client.getReplyCode());
        };
        if (none && !(why instanceof AccessDeniedException)) {
            return Optional.empty();
        }
        throw why;
    }

    @Override
    public void makeFolder(String path) throws IOException {
        if (!client.makeDirectory(absolute(path))) {
            IOException why = refused(path, "write");
            if (broken || !client.changeWorkingDirectory(absolute(path))) {
                throw why;
            }
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        done(client.rename(absolute(from), absolute(to)), to, "write");
    }

    @Override
    public void delete(String path) throws IOException {
        done(client.deleteFile(absolute(path)), path, "delete");
    }

    /// Servers have one code for everything, so that the folder is looked into.
    @Override
    public boolean deleteFolder(String path) throws IOException {
        try {
            if (!list(path).isEmpty()) {
                return false;
            }
        } catch (NoSuchFileException gone) {
            return true;
        }
        // Some servers do not remove the folder one is in.
        client.changeWorkingDirectory(home);
        done(client.removeDirectory(absolute(path)), path, "delete");
        return true;
    }

    @Override
    public InputStream read(String path, long position, long length) throws IOException {
        client.setRestartOffset(position);
        InputStream in = client.retrieveFileStream(absolute(path));
        if (in == null) {
            throw refused(path, "read");
        }
        transfer = in;
        return new FilterInputStream(in) {
            private boolean atEnd;

            @Override
            public int read(byte[] into, int offset, int count) throws IOException {
                int n = in.read(into, offset, count);
                atEnd |= n < 0;
                return n;
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            /// A transfer that is not at its end leaves the connection in a state of which servers think
            /// differently.
            @Override
            public void close() throws IOException {
                boolean complete = atEnd || in.read() < 0;
                transfer = null;
                in.close();
                if (!complete || !client.completePendingCommand()) {
                    broken = true;
                }
            }
        };
    }

    @Override
    public OutputStream write(String path) throws IOException {
        client.setRestartOffset(0);
        OutputStream out = client.storeFileStream(absolute(path));
        if (out == null) {
            throw refused(path, "write");
        }
        transfer = out;
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                try {
                    out.write(bytes, offset, count);
                } catch (IOException e) {
                    broken = true;
                    throw explained(e, path);
                }
            }

            @Override
            public void close() throws IOException {
                transfer = null;
                out.close();
                if (!client.completePendingCommand()) {
                    throw refused(path, "write");
                }
            }
        };
    }

    /// A server that takes no more says why on the control connection while it cuts the other one.
    private IOException explained(IOException e, String path) {
        try {
            client.setSoTimeout(2_000);
            if (!client.completePendingCommand()) {
                IOException why = refused(path, "write");
                why.addSuppressed(e);
                return why;
            }
        } catch (IOException silent) {
            e.addSuppressed(silent);
        }
        return e;
    }

    @Override
    public boolean usable() {
        return !broken && client.isConnected();
    }

    @Override
    public void close() {
        Closeable running = transfer;
        if (running != null) {
            try {
                running.close();
            } catch (IOException e) {
                System.getLogger(FtpSession.class.getName())
                        .log(System.Logger.Level.DEBUG, "the transfer was already gone", e);
            }
        }
        disconnect(client);
    }
}
