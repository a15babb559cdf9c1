package dev.sluice.data.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/// One connection to a file server, logged in. Paths are the server's own. Used by one thread at a time, except
/// [#close()]; a stream that was opened is closed before the next call.
///
/// **Failures.** What the server says about a file is a [java.nio.file.FileSystemException]
/// ([java.nio.file.NoSuchFileException] when it is not there, [java.nio.file.AccessDeniedException] when it may
/// not be touched); any other [IOException] means that the connection is no longer of use.
public interface RemoteSession extends AutoCloseable {
    /// What is directly in a folder, without `.` and `..`. For a file it is a `NoSuchFileException`, too.
    List<RemoteItem> list(String folder) throws IOException;

    /// The file or folder of that path.
    Optional<RemoteItem> find(String path) throws IOException;

    /// Makes one folder; one that is there already is no error.
    void makeFolder(String path) throws IOException;

    /// Renames a file; nothing has the new name.
    void rename(String from, String to) throws IOException;

    void delete(String path) throws IOException;

    /// Removes a folder.
    ///
    /// @return false when something is in it; then nothing was done
    boolean deleteFolder(String path) throws IOException;

    /// The bytes of a file from a position, perhaps more than are wanted.
    ///
    /// @param length how many will be read at most
    InputStream read(String path, long position, long length) throws IOException;

    /// A new file, or an old one emptied. Closing the stream says that it is complete, and fails when the server
    /// did not take everything.
    OutputStream write(String path) throws IOException;

    /// Whether the session can be used for something else.
    boolean usable();

    /// Ends the connection and, from another thread, a call that is under way.
    @Override
    void close();

    /// Makes sessions.
    interface Opener extends AutoCloseable {
        /// @throws LoginRefusedException when the server does not let the user in
        RemoteSession open() throws IOException;

        /// Ends what the sessions have in common; after them.
        @Override
        default void close() {}
    }
}
