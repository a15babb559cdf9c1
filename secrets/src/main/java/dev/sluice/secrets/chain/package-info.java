/// Whether a chain of certificates can be trusted, link by link: who issued whom, dates, names, revocation.
///
/// Start at [ChainCheck]; it gives a [ChainReport] that a person can read, where the JDK gives one
/// exception. What it says last is the JDK's own verdict on the same path, so nothing is accepted here that
/// the JDK would refuse. Rules: RFC 5280 (path, CRL), RFC 6960 (OCSP), RFC 9525 (names).
///
/// Must not come in: HTTP (see [Retrieval]), files, the text of a command.
@NullMarked
package dev.sluice.secrets.chain;

import org.jspecify.annotations.NullMarked;
