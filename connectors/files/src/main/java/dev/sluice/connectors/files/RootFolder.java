package dev.sluice.connectors.files;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.diagnosis.ConnectionFaults;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Finds the folder that a linked service's `host` means.
final class RootFolder {
    /// System property that says where Windows paths are mounted: `\\server\share=/mnt/share;D:\data=/data`.
    static final String MOUNTS = "sluice.files.mounts";

    private static final Pattern WINDOWS = Pattern.compile("(?:\\\\\\\\|[A-Za-z]:[\\\\/]).*");

    private RootFolder() {}

    /// The real path of an existing folder.
    static Path of(Endpoint endpoint, FileProblems problems) {
        String host = endpoint.linkedService().requiredText("host").strip();
        String local = File.separatorChar == '/' && WINDOWS.matcher(host).matches() ? mounted(host, endpoint) : host;
        try {
            Path path = Path.of(local);
            if (!path.isAbsolute()) {
                throw invalid(endpoint, host, "it must be the absolute path of a folder on the node");
            }
            if (Files.isRegularFile(path)) {
                throw invalid(endpoint, host, "it is a file, not a folder");
            }
            return path.toRealPath();
        } catch (InvalidPathException e) {
            throw invalid(endpoint, host, "it is no path");
        } catch (IOException e) {
            throw problems.named(e, local, "read");
        }
    }

    /// Whether a Windows path is one of this machine: it runs Windows, or the path is said to be mounted.
    static boolean isLocal(String host) {
        return File.separatorChar != '/' || mount(host.strip()).isPresent();
    }

    private static String mounted(String host, Endpoint endpoint) {
        return mount(host)
                .orElseThrow(() -> invalid(
                        endpoint,
                        host,
                        "it is a Windows path and this node does not run Windows; name the folder it is mounted at, or"
                                + " map it with the system property " + MOUNTS));
    }

    private static Optional<String> mount(String host) {
        String wanted = windows(host);
        Map<String, String> mounts = new TreeMap<>(java.util.Comparator.reverseOrder());
        for (String mount : System.getProperty(MOUNTS, "").split(";")) {
            int equals = mount.indexOf('=');
            if (equals > 0) {
                mounts.put(windows(mount.substring(0, equals)), mount.substring(equals + 1));
            }
        }
        for (Map.Entry<String, String> mount : mounts.entrySet()) {
            String share = mount.getKey();
            if (wanted.equals(share) || wanted.startsWith(share + "/")) {
                // Case is not compared, but kept below the mount.
                String rest = host.replace('\\', '/').substring(share.length());
                return Optional.of(mount.getValue() + rest);
            }
        }
        return Optional.empty();
    }

    private static String windows(String path) {
        String slashed = path.strip().replace('\\', '/').toLowerCase(Locale.ROOT);
        return slashed.length() > 3 && slashed.endsWith("/") ? slashed.substring(0, slashed.length() - 1) : slashed;
    }

    private static RuntimeException invalid(Endpoint endpoint, String host, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(endpoint.linkedService().pointer() + "/host")
                .evidence("setting", "host")
                .evidence("store", endpoint.linkedServiceName())
                .evidence("value", host)
                .evidence("detail", detail)
                .exception();
    }
}
