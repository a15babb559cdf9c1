package dev.sluice.connectors.ftp;

import dev.sluice.data.remote.LinkedMembers;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A linked service `FtpServer`.
///
/// @param user `anonymous` where nobody logs in
/// @param checked whether the server's certificate must be trusted and be the host's
record FtpServer(
        String name,
        String host,
        int port,
        String user,
        Optional<SecretValue> password,
        Encryption encryption,
        boolean checked) {
    static final List<String> MEMBERS = List.of(
            "host",
            "port",
            "authenticationType",
            "userName",
            "password",
            "enableSsl",
            "enableServerCertificateValidation");
    private static final int PORT = 21;
    /// Registered for FTP that begins with TLS.
    private static final int IMPLICIT_PORT = 990;

    enum Encryption {
        NONE,
        /// `AUTH TLS` on the usual port.
        EXPLICIT,
        /// TLS from the first byte.
        IMPLICIT
    }

    static FtpServer of(Endpoint endpoint) {
        LinkedMembers m = new LinkedMembers(endpoint).only(MEMBERS);
        Settings s = m.settings();
        String kind = s.text("authenticationType").orElse("Basic").toLowerCase(Locale.ROOT);
        boolean anonymous = kind.equals("anonymous");
        if (!anonymous && !kind.equals("basic")) {
            throw m.invalid("authenticationType", "it must be Basic or Anonymous");
        }
        String user = anonymous ? "anonymous" : s.requiredText("userName");
        Optional<SecretValue> password = anonymous ? Optional.of(new SecretValue("anonymous@")) : s.secret("password");
        if (password.isEmpty()) {
            throw s.missing("password");
        }
        // A line break would begin another command.
        if ((user + password.get().reveal()).chars().anyMatch(c -> c < ' ')) {
            throw m.invalid("userName", "user name and password must not hold control characters");
        }
        int port = m.port(PORT);
        Encryption encryption = !s.flag("enableSsl", true)
                ? Encryption.NONE
                : port == IMPLICIT_PORT ? Encryption.IMPLICIT : Encryption.EXPLICIT;
        return new FtpServer(
                endpoint.linkedServiceName(),
                m.host(),
                port,
                user,
                password,
                encryption,
                s.flag("enableServerCertificateValidation", true));
    }
}
