package dev.sluice.connectors.ftp;

import dev.sluice.data.remote.RemoteItem;
import dev.sluice.data.remote.RemoteSession;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.Attributes;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.DirEntry;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.impl.AbstractSftpClient;
import org.apache.sshd.sftp.client.impl.SftpInputStreamAsync;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;

/// One SFTP connection.
final class SftpSession implements RemoteSession {
    private static final int PACKET = 32 << 10;

    private final ClientSession session;
    private final SftpClient client;

    SftpSession(ClientSession session, SftpClient client) {
        this.session = session;
        this.client = client;
    }

    /// A call of the client.
    private interface Call<T> {
        T run() throws IOException;
    }

    private <T> T call(String path, Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (IOException e) {
            throw meaning(e, path);
        }
    }

    /// What the server's status means; no status means that the connection failed.
    private static IOException meaning(IOException e, String path) {
        SftpException said = status(e);
        if (said == null) {
            return e;
        }
        String words = SftpConstants.getStatusName(said.getStatus())
                + (said.getMessage() == null ? "" : ": " + said.getMessage());
        FileSystemException meaning = switch (said.getStatus()) {
            case SftpConstants.SSH_FX_NO_SUCH_FILE, SftpConstants.SSH_FX_NO_SUCH_PATH ->
                new NoSuchFileException(path, null, words);
            case SftpConstants.SSH_FX_PERMISSION_DENIED, SftpConstants.SSH_FX_WRITE_PROTECT ->
                new AccessDeniedException(path, null, words);
            case SftpConstants.SSH_FX_NO_SPACE_ON_FILESYSTEM, SftpConstants.SSH_FX_QUOTA_EXCEEDED ->
                new FileSystemException(path, null, "no space or quota: " + words);
            case SftpConstants.SSH_FX_CONNECTION_LOST, SftpConstants.SSH_FX_NO_CONNECTION -> null;
            default -> new FileSystemException(path, null, words);
        };
        if (meaning == null) {
            return e;
        }
        meaning.initCause(e);
        return meaning;
    }

    private static @Nullable SftpException status(IOException e) {
        int depth = 0;
        for (Throwable t = e; t != null && depth < 20; t = t.getCause(), depth++) {
            if (t instanceof SftpException s) {
                return s;
            }
        }
        return null;
    }

    @Override
    public List<RemoteItem> list(String folder) throws IOException {
        return call(folder, () -> {
            List<RemoteItem> found = new ArrayList<>();
            try (CloseableHandle handle = client.openDir(folder)) {
                for (List<DirEntry> some = client.readDir(handle); some != null; some = client.readDir(handle)) {
                    for (DirEntry entry : some) {
                        String name = entry.getFilename();
                        if (!name.equals(".") && !name.equals("..")) {
                            item(folder, name, entry.getAttributes()).ifPresent(found::add);
                        }
                    }
                }
            } catch (SftpException e) {
                if (e.getStatus() == SftpConstants.SSH_FX_NOT_A_DIRECTORY) {
                    throw new NoSuchFileException(folder, null, "it is no folder");
                }
                throw e;
            }
            return found;
        });
    }

    /// A link is what it leads to; anything that is neither file nor folder is left out.
    private Optional<RemoteItem> item(String folder, String name, Attributes attributes) throws IOException {
        if (attributes.isSymbolicLink()) {
            return find(folder.endsWith("/") ? folder + name : folder + "/" + name)
                    .map(i -> new RemoteItem(name, i.folder(), i.size(), i.modified(), i.version()));
        }
        return attributes.isDirectory() || attributes.isRegularFile()
                ? Optional.of(item(name, attributes))
                : Optional.empty();
    }

    private static RemoteItem item(String name, Attributes attributes) {
        FileTime modified = attributes.getModifyTime();
        return RemoteItem.of(
                name,
                attributes.isDirectory(),
                attributes.getSize(),
                modified == null ? Instant.EPOCH : modified.toInstant());
    }

    @Override
    public Optional<RemoteItem> find(String path) throws IOException {
        try {
            return call(path, () -> {
                Attributes attributes = client.stat(path);
                return attributes.isDirectory() || attributes.isRegularFile()
                        ? Optional.of(item(path.substring(path.lastIndexOf('/') + 1), attributes))
                        : Optional.empty();
            });
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (FileSystemException e) {
            // A path below a file.
            if (String.valueOf(e.getReason()).contains("NOT_A_DIRECTORY")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void makeFolder(String path) throws IOException {
        try {
            call(path, () -> {
                client.mkdir(path);
                return true;
            });
        } catch (FileSystemException e) {
            if (find(path).filter(RemoteItem::folder).isEmpty()) {
                throw e;
            }
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        call(from, () -> {
            client.rename(from, to);
            return true;
        });
    }

    @Override
    public void delete(String path) throws IOException {
        call(path, () -> {
            client.remove(path);
            return true;
        });
    }

    /// Version 3 of the protocol has one code for everything, so that the folder is looked into.
    @Override
    public boolean deleteFolder(String path) throws IOException {
        try {
            if (!list(path).isEmpty()) {
                return false;
            }
            call(path, () -> {
                client.rmdir(path);
                return true;
            });
        } catch (NoSuchFileException gone) {
            return true;
        }
        return true;
    }

    @Override
    public InputStream read(String path, long position, long length) throws IOException {
        InputStream in = call(path, () -> {
            CloseableHandle handle = client.open(path, OpenMode.Read);
            return new SftpInputStreamAsync(
                    (AbstractSftpClient) client, PACKET, position, position + length, path, handle);
        });
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] into, int offset, int count) throws IOException {
                return call(path, () -> in.read(into, offset, count));
            }

            @Override
            public int read() throws IOException {
                return call(path, in::read);
            }
        };
    }

    @Override
    public OutputStream write(String path) throws IOException {
        OutputStream out =
                call(path, () -> client.write(path, PACKET, OpenMode.Write, OpenMode.Create, OpenMode.Truncate));
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                call(path, () -> {
                    out.write(bytes, offset, count);
                    return true;
                });
            }

            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void close() throws IOException {
                call(path, () -> {
                    out.close();
                    return true;
                });
            }
        };
    }

    @Override
    public boolean usable() {
        return session.isOpen() && client.isOpen();
    }

    @Override
    public void close() {
        session.close(true);
    }
}
