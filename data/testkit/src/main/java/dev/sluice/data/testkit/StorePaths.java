package dev.sluice.data.testkit;

import dev.sluice.diagnosis.DataFaults;

/// The path rule of [dev.sluice.data.spi.FileStore], for the fakes.
final class StorePaths {
    private StorePaths() {}

    /// The path itself, refused when it would leave the root.
    static String inside(String path, String store) {
        int depth = 0;
        for (String part : path.split("/", -1)) {
            depth += part.equals("..") ? -1 : 1;
            if (depth < 0 || part.equals("..") || part.equals(".") || path.startsWith("/")) {
                throw DataFaults.PATH_OUTSIDE.with("path", path, "store", store);
            }
        }
        return path;
    }
}
