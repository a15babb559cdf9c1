package dev.sluice.connectors.files.smb;

import com.hierynomus.msdtyp.AccessMask;
import com.hierynomus.msdtyp.FileTime;
import com.hierynomus.mserref.NtStatus;
import com.hierynomus.msfscc.FileAttributes;
import com.hierynomus.msfscc.fileinformation.FileAllInformation;
import com.hierynomus.msfscc.fileinformation.FileIdBothDirectoryInformation;
import com.hierynomus.mssmb2.SMB2CreateDisposition;
import com.hierynomus.mssmb2.SMB2CreateOptions;
import com.hierynomus.mssmb2.SMB2ShareAccess;
import com.hierynomus.mssmb2.SMBApiException;
import com.hierynomus.protocol.commons.EnumWithValue.EnumUtils;
import com.hierynomus.smbj.SMBClient;
import com.hierynomus.smbj.connection.Connection;
import com.hierynomus.smbj.share.DiskEntry;
import com.hierynomus.smbj.share.DiskShare;
import com.hierynomus.smbj.share.File;
import dev.sluice.data.remote.RemoteItem;
import dev.sluice.data.remote.RemoteSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// One connection to a share.
final class SmbSession implements RemoteSession {
    /// What no name on a share can hold; `:` would lead to another stream of a file, `\` into another folder.
    private static final Pattern RESERVED = Pattern.compile("[\\\\:*?\"<>|]");

    private static final Set<SMB2ShareAccess> SHARED = EnumSet.of(
            SMB2ShareAccess.FILE_SHARE_READ, SMB2ShareAccess.FILE_SHARE_WRITE, SMB2ShareAccess.FILE_SHARE_DELETE);

    private final SMBClient client;
    private final Connection connection;
    private final DiskShare disk;
    private final SmbSockets sockets;

    SmbSession(SMBClient client, Connection connection, DiskShare disk, SmbSockets sockets) {
        this.client = client;
        this.connection = connection;
        this.disk = disk;
        this.sockets = sockets;
    }

    private static boolean hasReserved(String path) {
        return RESERVED.matcher(path).find();
    }

    private static String there(String path) throws FileSystemException {
        if (hasReserved(path)) {
            throw new FileSystemException(path, null, "names on a share hold none of \\ : * ? \" < > |");
        }
        return path.equals(".") ? "" : path.replace('/', '\\');
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static RemoteItem item(String name, boolean folder, long size, FileTime written) {
        // In steps of 100 ns, as far as the server's file system keeps them.
        String version = Long.toHexString(written.getWindowsTimeStamp()) + "-" + Long.toHexString(size);
        return new RemoteItem(name, folder, size, written.toInstant(), version);
    }

    @Override
    public List<RemoteItem> list(String folder) throws IOException {
        String there = there(folder);
        return SmbMeaning.call(folder, () -> {
            List<RemoteItem> found = new ArrayList<>();
            for (FileIdBothDirectoryInformation f : disk.list(there)) {
                String name = f.getFileName();
                if (!name.equals(".") && !name.equals("..")) {
                    boolean isFolder = EnumUtils.isSet(f.getFileAttributes(), FileAttributes.FILE_ATTRIBUTE_DIRECTORY);
                    found.add(item(name, isFolder, f.getEndOfFile(), f.getLastWriteTime()));
                }
            }
            return found;
        });
    }

    @Override
    public Optional<RemoteItem> find(String path) throws IOException {
        if (hasReserved(path)) {
            return Optional.empty();
        }
        String there = there(path);
        try {
            return SmbMeaning.call(path, () -> {
                FileAllInformation f = disk.getFileInformation(there);
                return Optional.of(item(
                        name(path),
                        f.getStandardInformation().isDirectory(),
                        f.getStandardInformation().getEndOfFile(),
                        f.getBasicInformation().getLastWriteTime()));
            });
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    @Override
    public void makeFolder(String path) throws IOException {
        String there = there(path);
        try {
            SmbMeaning.call(path, () -> {
                disk.mkdir(there);
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
        String old = there(from);
        String fresh = there(to);
        SmbMeaning.call(from, () -> {
            try (DiskEntry entry = disk.open(
                    old,
                    EnumSet.of(AccessMask.DELETE, AccessMask.FILE_READ_ATTRIBUTES),
                    EnumSet.noneOf(FileAttributes.class),
                    SHARED,
                    SMB2CreateDisposition.FILE_OPEN,
                    EnumSet.noneOf(SMB2CreateOptions.class))) {
                entry.rename(fresh, false);
                return true;
            }
        });
    }

    @Override
    public void delete(String path) throws IOException {
        String there = there(path);
        SmbMeaning.call(path, () -> {
            disk.rm(there);
            return true;
        });
    }

    @Override
    public boolean deleteFolder(String path) throws IOException {
        String there = there(path);
        try {
            return SmbMeaning.call(path, () -> {
                try {
                    disk.rmdir(there, false);
                    return true;
                } catch (SMBApiException e) {
                    if (e.getStatus() == NtStatus.STATUS_DIRECTORY_NOT_EMPTY) {
                        return false;
                    }
                    throw e;
                }
            });
        } catch (NoSuchFileException gone) {
            return true;
        }
    }

    @Override
    public InputStream read(String path, long position, long length) throws IOException {
        String there = there(path);
        File file = SmbMeaning.call(
                path,
                () -> disk.openFile(
                        there,
                        EnumSet.of(AccessMask.GENERIC_READ),
                        EnumSet.noneOf(FileAttributes.class),
                        SHARED,
                        SMB2CreateDisposition.FILE_OPEN,
                        EnumSet.of(SMB2CreateOptions.FILE_NON_DIRECTORY_FILE)));
        return new SmbInput(path, file, position);
    }

    @Override
    public OutputStream write(String path) throws IOException {
        String there = there(path);
        File file = SmbMeaning.call(
                path,
                () -> disk.openFile(
                        there,
                        EnumSet.of(AccessMask.GENERIC_WRITE, AccessMask.FILE_READ_ATTRIBUTES),
                        EnumSet.of(FileAttributes.FILE_ATTRIBUTE_NORMAL),
                        EnumSet.of(SMB2ShareAccess.FILE_SHARE_READ),
                        SMB2CreateDisposition.FILE_OVERWRITE_IF,
                        EnumSet.of(SMB2CreateOptions.FILE_NON_DIRECTORY_FILE)));
        return new SmbOutput(path, file);
    }

    @Override
    public boolean usable() {
        return connection.isConnected();
    }

    /// The connection is cut rather than taken leave of: the server notices, and nothing waits for an answer.
    @Override
    public void close() {
        sockets.close();
        client.close();
    }
}
