/// Secrets at rest and on the way: seal a value to certificates, open it with a key, never print it.
///
/// Start at [Secret] (a value in memory), [Envelope] (a value at rest), [CertificateAuthority] and [NodeKeys]
/// (who is who), [RequestSignature] (a node proves itself per request) and [Redaction] (what a log must not
/// show). Keys, signatures and ciphers come from the JDK's own providers; BouncyCastle is used for ASN.1
/// structures only and its provider is never loaded, because that costs start-up time.
///
/// Must not come in: HTTP, JSON, stores; a global security provider; any text that shows a secret.
@NullMarked
package dev.sluice.secrets;

import org.jspecify.annotations.NullMarked;
