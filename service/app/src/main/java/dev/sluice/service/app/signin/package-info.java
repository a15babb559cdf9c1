/// Signing in: the built-in token endpoint that Azure's clients know how to use, tokens of other OpenID
/// Connect issuers, service principals, role assignments, and the documents by which clients find all that
/// (discovery, keys, clouds, tenants, subscriptions).
///
/// Start at [SignIn], which tells who a request comes from; [TokenApi] gives tokens out, [AccessApi] says
/// who may sign in and do what.
///
/// Must not come in: what the other operations do.
@NullMarked
package dev.sluice.service.app.signin;

import org.jspecify.annotations.NullMarked;
