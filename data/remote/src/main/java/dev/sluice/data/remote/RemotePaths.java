package dev.sluice.data.remote;

/// Paths of a store and of its server.
///
/// @param root the server's path of the root, without a slash at the end unless it is `/`; empty for the folder
/// that the server starts in
record RemotePaths(String root, RemoteProblems problems) {
    /// The path as the server knows it. A path that would leave the root is refused.
    String on(String path) {
        String inside = inside(path);
        if (inside.isEmpty()) {
            return root.isEmpty() ? "." : root;
        }
        return root.isEmpty() ? inside : root.endsWith("/") ? root + inside : root + "/" + inside;
    }

    /// The path itself, without a slash at its end.
    String inside(String path) {
        if (path.startsWith("/") || path.chars().anyMatch(c -> c < ' ')) {
            throw problems.outside(path);
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                throw problems.outside(path);
            }
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
