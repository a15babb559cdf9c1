package dev.sluice.secrets.chain;

/// What follows when nobody can say whether a certificate was revoked.
public enum RevocationPolicy {
    /// It is said and the chain stands, as in browsers.
    SOFT,
    /// The chain does not stand, as in Windows services with `X509RevocationFlag`.
    HARD,
    /// Nobody is asked.
    OFF
}
