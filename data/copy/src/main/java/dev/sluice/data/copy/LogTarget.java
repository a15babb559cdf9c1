package dev.sluice.data.copy;

import dev.sluice.data.spi.Endpoint;

/// Where a copy writes its log: the skipped rows and files and, if asked for, every file.
///
/// @param endpoint a store of files, at the root the log's path is relative to
/// @param shownRoot what stands before the path in the activity's output: the container, or empty
/// @param folder below the root, may be empty
/// @param files whether files that were read and written are told, too (`logLevel` Info)
/// @param member of the output that says where the log is: `logFilePath`, or `redirectRowPath` of the older settings
public record LogTarget(Endpoint endpoint, String shownRoot, String folder, boolean files, String member) {
    /// Of what is skipped on the second way of a staged copy: beside that of the first.
    LogTarget ofSecondHop() {
        String below = folder.isEmpty() ? "fromStaging" : folder + "/fromStaging";
        return new LogTarget(endpoint, shownRoot, below, files, member + "FromStaging");
    }
}
