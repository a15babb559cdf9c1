package dev.sluice.model.secret;

/// A secret found in a document. Its text never appears in [#toString()].
///
/// @param pointer where the value stands that is to be replaced: the whole `SecureString` object, or the plain string
/// @param form how it was written
/// @param value the secret itself; for a connection string the whole of it
/// @param shown what may be shown in its place
public record Secret(String pointer, Form form, String value, String shown) {
    /// How a secret was written.
    public enum Form {
        /// `{"type": "SecureString", "value": "…"}`.
        SECURE_STRING,
        /// A plain string in a member that is known to hold a secret.
        MEMBER,
        /// A connection string or URL that carries a password, key or signature among other things.
        CONNECTION_STRING
    }

    @Override
    public String toString() {
        return "Secret[" + pointer + ", " + form + "]";
    }
}
