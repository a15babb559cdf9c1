package dev.sluice.connectors.azure;

import dev.sluice.data.spi.SecretValue;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/// A storage account and the right to use it.
///
/// @param endpoint address of the blob service, without a slash at the end; where the host is an emulator's, its path
/// is
///     the account's name
/// @param name the account's name
/// @param container the only container the address leads to, if it names one
record AzureAccount(URI endpoint, String name, Credential credential, Optional<String> container) {
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    /// What proves who is asking.
    sealed interface Credential {
        /// For messages: who that is.
        String user(String account);
    }

    /// @param key Base64
    record AccountKey(SecretValue key) implements Credential {
        @Override
        public String user(String account) {
            return "account key of " + account;
        }
    }

    /// @param token query string without a question mark
    /// @param expiry its `se` parameter: until when it holds; empty when a stored policy says so
    record Sas(SecretValue token, String expiry) implements Credential {
        @Override
        public String user(String account) {
            return "shared access signature for " + account + (expiry.isEmpty() ? "" : ", valid until " + expiry);
        }
    }

    /// A token of Microsoft Entra ID, sent with every request.
    record Identity(EntraIdentity identity) implements Credential {
        @Override
        public String user(String account) {
            return identity.user();
        }
    }

    /// Nothing: only what is public can be read.
    record Anonymous() implements Credential {
        @Override
        public String user(String account) {
            return "anonymous";
        }
    }

    String host() {
        return endpoint.getHost();
    }

    int port() {
        return endpoint.getPort() > 0 ? endpoint.getPort() : isTls() ? HTTPS : HTTP;
    }

    String user() {
        return credential.user(name);
    }

    private boolean isTls() {
        return "https".equals(endpoint.getScheme().toLowerCase(Locale.ROOT));
    }

    /// Whether an account's name stands in the path, as emulators and addresses without DNS have it.
    static boolean isPathStyle(String host) {
        return host.indexOf('.') < 0 || host.startsWith("[") || host.matches("[0-9.]+");
    }
}
