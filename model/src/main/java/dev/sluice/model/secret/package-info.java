/// Where secrets stand in a document, and the forms they take: as written, sealed (as stored and sent to nodes) and
/// masked (as shown).
///
/// Start at [SecretPlaces]. How text is sealed and opened is the business of `secrets`; here it is a function.
///
/// Must not come in: cryptography, keys, anything that prints a secret.
@NullMarked
package dev.sluice.model.secret;

import org.jspecify.annotations.NullMarked;
