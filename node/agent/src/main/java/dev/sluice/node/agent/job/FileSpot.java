package dev.sluice.node.agent.job;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.FolderEntry;
import java.io.IOException;
import java.util.Optional;

/// What a dataset of files names: one file, or a folder. Wildcards have no meaning here.
///
/// @param folder path of the folder, `""` for the root
/// @param file path of the file; empty when the dataset names a folder
record FileSpot(String folder, Optional<String> file) {
    static FileSpot of(Endpoint endpoint) {
        String folder = trim(endpoint.location().text("folderPath").orElse(""));
        Optional<String> name = endpoint.location().text("fileName").filter(s -> !s.isBlank());
        return new FileSpot(folder, name.map(n -> folder.isEmpty() ? trim(n) : folder + "/" + trim(n)));
    }

    private static String trim(String path) {
        int from = 0;
        int to = path.length();
        while (from < to && path.charAt(from) == '/') {
            from++;
        }
        while (to > from && path.charAt(to - 1) == '/') {
            to--;
        }
        return path.substring(from, to);
    }

    /// In words, for messages.
    String describe() {
        return file.map(f -> "the file " + f).orElse(folder.isEmpty() ? "the root folder" : "the folder " + folder);
    }

    Optional<FileEntry> findFile(FileStore store) throws IOException {
        return file.isPresent() ? store.find(file.get()) : Optional.empty();
    }

    Optional<FolderEntry> findFolder(FileStore store) throws IOException {
        return file.isPresent() ? Optional.empty() : store.findFolder(folder);
    }
}
