package dev.sluice.connectors.ftp;

import dev.sluice.data.remote.LinkedMembers;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A linked service `Sftp`.
///
/// @param password, key by what the user proves who they are; at least one is there
/// @param fingerprint of the host key; empty when any is taken
record SftpServer(
        String name,
        String host,
        int port,
        String user,
        Optional<SecretValue> password,
        Optional<Key> key,
        Optional<String> fingerprint) {
    static final int PORT = 22;
    static final List<String> MEMBERS = List.of(
            "host",
            "port",
            "authenticationType",
            "userName",
            "password",
            "privateKeyPath",
            "privateKeyContent",
            "passPhrase",
            "skipHostKeyValidation",
            "hostKeyFingerprint");

    /// A private key.
    ///
    /// @param path of a file on the node; or empty
    /// @param content of such a file, in Base64 or as it is; or empty
    record Key(Optional<String> path, Optional<SecretValue> content, Optional<SecretValue> passPhrase) {}

    static SftpServer of(Endpoint endpoint) {
        LinkedMembers m = new LinkedMembers(endpoint).only(MEMBERS);
        Settings s = m.settings();
        String kind = s.text("authenticationType").orElse("Basic").toLowerCase(Locale.ROOT);
        boolean byPassword = kind.equals("basic") || kind.equals("multifactor");
        boolean byKey = kind.equals("sshpublickey") || kind.equals("multifactor");
        if (!byPassword && !byKey) {
            throw m.invalid("authenticationType", "it must be Basic, SshPublicKey or MultiFactor");
        }
        Optional<SecretValue> password = byPassword ? s.secret("password") : Optional.empty();
        if (byPassword && password.isEmpty()) {
            throw s.missing("password");
        }
        return new SftpServer(
                endpoint.linkedServiceName(),
                m.host(),
                m.port(PORT),
                s.requiredText("userName"),
                password,
                byKey ? Optional.of(key(m)) : Optional.empty(),
                fingerprint(m));
    }

    private static Key key(LinkedMembers m) {
        Settings s = m.settings();
        Optional<String> path = s.text("privateKeyPath").filter(p -> !p.isBlank());
        Optional<SecretValue> content = s.secret("privateKeyContent");
        if (path.isEmpty() && content.isEmpty()) {
            throw s.missing("privateKeyContent");
        }
        return new Key(content.isPresent() ? Optional.empty() : path, content, s.secret("passPhrase"));
    }

    private static Optional<String> fingerprint(LinkedMembers m) {
        if (m.settings().flag("skipHostKeyValidation", false)) {
            return Optional.empty();
        }
        return Optional.of(m.settings()
                .text("hostKeyFingerprint")
                .map(String::strip)
                .filter(f -> !f.isEmpty())
                .orElseThrow(() -> m.invalid(
                        "hostKeyFingerprint",
                        "it is needed (SHA256:… or the MD5 form with colons) unless skipHostKeyValidation is true")));
    }
}
