package dev.sluice.node.agent.web;

/// How a call proves who makes it.
public sealed interface Identity {
    /// It does not.
    Identity NONE = new Anonymous();

    /// No proof.
    record Anonymous() implements Identity {}

    /// A user and a password, in every request.
    record Basic(String user, String password) implements Identity {
        @Override
        public String toString() {
            return "Basic[" + user + "]";
        }
    }

    /// A certificate with its key.
    ///
    /// @param pfx PKCS #12, in Base64
    record Certificate(String pfx, String password) implements Identity {
        @Override
        public String toString() {
            return "Certificate[]";
        }
    }

    /// An application of Microsoft Entra ID with a secret.
    ///
    /// @param resource for which the token is
    record ServicePrincipal(String tenant, String client, String secret, String resource) implements Identity {
        @Override
        public String toString() {
            return "ServicePrincipal[" + client + "]";
        }
    }

    /// The identity of the machine, where it has one.
    ///
    /// @param client of an identity that the user assigned; empty for the machine's own
    record Managed(String client, String resource) implements Identity {}

    /// A token that somebody else has given.
    record Bearer(String token) implements Identity {
        @Override
        public String toString() {
            return "Bearer[]";
        }
    }
}
