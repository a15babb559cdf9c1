package dev.sluice.data.spi;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/// Files below one root. Paths are relative to it, separated by `/`, without a leading or trailing one; `""` is the
/// root. A path that would leave the root is refused (`PathOutsideRoot`). Thread-safe.
public interface FileStore extends AutoCloseable {
    /// In words: `container 'raw' of account acme`, `folder /data`.
    String describe();

    /// The files (not folders) below a folder, lazily, in no promised order. A folder that does not exist is
    /// `FileNotFound`. Close the stream.
    Stream<FileEntry> list(String folder, boolean recursive) throws IOException;

    /// The file of that path, or empty.
    Optional<FileEntry> find(String path) throws IOException;

    /// Opens a file for reading.
    FileInput open(FileEntry file) throws IOException;

    /// Starts a new file, invisible under its name until [FileOutput#publish()]; an existing file is replaced then.
    /// Folders on the way are created.
    FileOutput create(String path) throws IOException;

    /// Removes a file; one that does not exist is no error.
    void delete(String path) throws IOException;

    @Override
    void close();
}
