package dev.sluice.connectors.files.smb;

import com.hierynomus.mserref.NtStatus;
import com.hierynomus.mssmb2.SMBApiException;
import com.hierynomus.smbj.common.SMBRuntimeException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Set;

/// What a server's status means (statuses: [MS-ERREF]).
final class SmbMeaning {
    static final Set<NtStatus> MISSING = Set.of(
            NtStatus.STATUS_NO_SUCH_FILE,
            NtStatus.STATUS_OBJECT_NAME_NOT_FOUND,
            NtStatus.STATUS_OBJECT_PATH_NOT_FOUND,
            NtStatus.STATUS_NOT_A_DIRECTORY,
            NtStatus.STATUS_DELETE_PENDING,
            NtStatus.STATUS_NOT_FOUND);

    /// The session itself is of no use any more.
    private static final Set<NtStatus> GONE = Set.of(
            NtStatus.STATUS_USER_SESSION_DELETED,
            NtStatus.STATUS_NETWORK_SESSION_EXPIRED,
            NtStatus.STATUS_NETWORK_NAME_DELETED,
            NtStatus.STATUS_CONNECTION_DISCONNECTED,
            NtStatus.STATUS_CONNECTION_RESET);

    private SmbMeaning() {}

    /// A call of the client library.
    interface Call<T> {
        T run() throws IOException;
    }

    static <T> T call(String path, Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (SMBApiException e) {
            throw of(e, path);
        } catch (SMBRuntimeException e) {
            throw lost(e);
        }
    }

    /// What the server said about a file; a plain [IOException] when it is the session that is gone.
    static IOException of(SMBApiException e, String path) {
        NtStatus status = e.getStatus();
        if (GONE.contains(status)) {
            return new IOException(status.name(), e);
        }
        String words = words(status);
        FileSystemException meaning;
        if (MISSING.contains(status)) {
            meaning = new NoSuchFileException(path, null, words);
        } else if (status == NtStatus.STATUS_ACCESS_DENIED || status == NtStatus.STATUS_PRIVILEGE_NOT_HELD) {
            meaning = new AccessDeniedException(path, null, words);
        } else {
            meaning = new FileSystemException(path, null, words);
        }
        meaning.initCause(e);
        return meaning;
    }

    static String words(NtStatus status) {
        return switch (status) {
            case STATUS_SHARING_VIOLATION -> "another program has it open (STATUS_SHARING_VIOLATION)";
            case STATUS_DISK_FULL -> "no space (STATUS_DISK_FULL)";
            case STATUS_FILE_IS_A_DIRECTORY -> "it is a folder (STATUS_FILE_IS_A_DIRECTORY)";
            case STATUS_OBJECT_NAME_INVALID -> "the server does not take this name (STATUS_OBJECT_NAME_INVALID)";
            default -> status.name();
        };
    }

    private static IOException lost(SMBRuntimeException e) {
        return e.getCause() instanceof IOException io ? io : new IOException(String.valueOf(e.getMessage()), e);
    }
}
