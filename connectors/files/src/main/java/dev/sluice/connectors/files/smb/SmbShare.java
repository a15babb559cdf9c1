package dev.sluice.connectors.files.smb;

import dev.sluice.data.remote.LinkedMembers;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A linked service `FileServer` whose host is `\\server\share\folder`.
///
/// @param port 445 unless the address says otherwise (`\\server:1445\share`, a form of ours)
/// @param folder below the share, with slashes; or empty
/// @param domain of the user; or empty
record SmbShare(
        String name,
        String host,
        int port,
        String share,
        String folder,
        String user,
        String domain,
        SecretValue password) {
    static final List<String> MEMBERS = List.of("host", "userId", "password");
    private static final int PORT = 445;
    private static final Pattern UNC = Pattern.compile(
            "\\\\\\\\([A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:]{2,45}])(?::(\\d{1,5}))?\\\\([^\\\\]{1,80})((?:\\\\[^\\\\]+)*)\\\\?");
    private static final Pattern RESERVED = Pattern.compile("[:*?\"<>|\\p{Cntrl}]");

    /// Whether a host is written as an address of a share.
    static boolean is(String host) {
        String address = host.strip();
        return address.startsWith("\\\\") || address.startsWith("//");
    }

    /// A linked service `FileServer`.
    static SmbShare of(Endpoint endpoint) {
        LinkedMembers m = new LinkedMembers(endpoint).only(MEMBERS);
        String user = m.settings().text("userId").map(String::strip).orElse("");
        if (user.isEmpty()) {
            throw m.invalid(
                    "userId",
                    "a share needs a user (DOMAIN\\user) and a password; or mount the share on the node, and name the"
                            + " folder it is mounted at or map it with the system property sluice.files.mounts");
        }
        return of(
                m,
                m.settings().requiredText("host"),
                user,
                m.settings().secret("password").orElseThrow(() -> m.settings().missing("password")));
    }

    /// @param given the share's address
    /// @param user with the domain in front, if there is one
    static SmbShare of(LinkedMembers m, String given, String user, SecretValue password) {
        String address = given.strip().replace('/', '\\');
        Matcher parts = UNC.matcher(address);
        if (!parts.matches()
                || RESERVED.matcher(parts.group(3) + parts.group(4)).find()
                || List.of(parts.group(4).split("\\\\", -1)).stream().anyMatch(p -> p.equals("..") || p.equals("."))) {
            throw m.invalid("host", "the address of a share is \\\\server\\share or \\\\server\\share\\folder");
        }
        int port = parts.group(2) == null ? PORT : Integer.parseInt(parts.group(2));
        if (port < 1 || port > 65_535) {
            throw m.invalid("host", "the port must be one of 1 to 65535");
        }
        int backslash = user.indexOf('\\');
        String folder = parts.group(4).replace('\\', '/');
        return new SmbShare(
                m.endpoint().linkedServiceName(),
                parts.group(1).replaceAll("[\\[\\]]", ""),
                port,
                parts.group(3),
                folder.isEmpty() ? "" : folder.substring(1),
                user.substring(backslash + 1),
                backslash < 0 ? "" : user.substring(0, backslash),
                password);
    }

    /// For messages.
    String place() {
        return "share \\\\" + host + "\\" + share + (folder.isEmpty() ? "" : "\\" + folder.replace('/', '\\'));
    }
}
