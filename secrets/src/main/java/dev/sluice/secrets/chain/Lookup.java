package dev.sluice.secrets.chain;

/// One question asked of the network about a certificate.
///
/// @param address of the responder or file
/// @param detail what came back, or why nothing did
public record Lookup(Kind kind, String address, Outcome outcome, String detail) {
    /// What was asked for.
    public enum Kind {
        /// The issuer's certificate (authority information access).
        AIA,
        OCSP,
        CRL
    }

    /// What came back.
    public enum Outcome {
        /// The issuer was found there; or the certificate is not revoked.
        GOOD,
        REVOKED,
        /// The responder does not know the certificate.
        UNKNOWN,
        /// Nobody answered, or with an error.
        UNREACHABLE,
        /// What came back is not what it should be: not signed by the issuer, out of date, no certificate.
        INVALID
    }
}
