/// Who may do what: bearer tokens with roles for people and programs, authentication keys by which machines become
/// nodes.
///
/// Start at [Tokens] and [AuthKeys].
///
/// Must not come in: HTTP beyond the value of a header, what the operations do.
@NullMarked
package dev.sluice.service.app.access;

import org.jspecify.annotations.NullMarked;
