package dev.sluice.data.spi;

import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
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

    /// The same with attributes, which a store that does not declare [Capability#ATTRIBUTES] passes over.
    default FileOutput create(String path, FileAttributes attributes) throws IOException {
        return create(path);
    }

    /// The attributes of a file; may cost a request. Nothing where [Capability#ATTRIBUTES] is not declared.
    default FileAttributes attributes(FileEntry file) throws IOException {
        return FileAttributes.NONE;
    }

    /// Removes a file; one that does not exist is no error.
    void delete(String path) throws IOException;

    /// The folders directly in a folder, in no promised order. A folder that does not exist is `FileNotFound`. Close
    /// the stream.
    ///
    /// As it stands here it derives them from the files below, which is right where folders are parts of names; a
    /// store that has empty folders, or a quicker way, overrides it.
    default Stream<FolderEntry> folders(String folder) throws IOException {
        int start = folder.isEmpty() ? 0 : folder.length() + 1;
        return list(folder, true)
                .map(FileEntry::path)
                .filter(path -> path.indexOf('/', start) > 0)
                .map(path -> path.substring(0, path.indexOf('/', start)))
                .distinct()
                .map(path -> new FolderEntry(path, Optional.empty(), Optional.empty()));
    }

    /// The folder of that path, or empty; a file is no folder. The root is there if its container is. The same remark
    /// as for [#folders].
    default Optional<FolderEntry> findFolder(String folder) throws IOException {
        try (Stream<FileEntry> files = list(folder, false)) {
            files.close();
            return Optional.of(new FolderEntry(folder, Optional.empty(), Optional.empty()));
        } catch (ProblemException e) {
            if (e.problem().fault() == DataFaults.FILE_MISSING || e.problem().fault() == DataFaults.CONTAINER_MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// What the store knows of a file besides; may cost a request.
    default FileDetails details(FileEntry file) throws IOException {
        return FileDetails.NONE;
    }

    /// Removes a folder and the folders in it as far as no files are left in them; one that does not exist is no
    /// error. Nothing to do where folders are parts of names.
    default void deleteFolder(String folder) throws IOException {}

    @Override
    void close();
}
