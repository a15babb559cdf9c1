package dev.sluice.data.remote;

/// Paths of a store and of its server.
///
/// @param root the server's path of the root, without a slash at the end unless it is `/`; empty for the folder
/// that the server starts in
record RemotePaths(String root, RemoteProblems problems) {
    static final String END = ".part";
    private static final int MOST_NAME = 80;
    private static final int MOST_ATTEMPT = 60;

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

    /// The hidden name beside a file's under which an attempt writes it.
    static String hidden(String path, String attempt, String end) {
        String name = name(path);
        String shortened = name.length() <= MOST_NAME
                ? name
                : name.substring(0, MOST_NAME / 2) + Integer.toHexString(name.hashCode());
        String safe = attempt.replaceAll("[^A-Za-z0-9_-]", "_");
        return join(
                parent(path),
                "." + shortened + "."
                        + (safe.length() > MOST_ATTEMPT ? safe.substring(safe.length() - MOST_ATTEMPT) : safe) + end);
    }

    /// Whether a file of that name is one that is still being written.
    static boolean isUnfinished(String name) {
        return name.startsWith(".") && name.endsWith(END);
    }
}
