/// HTTPS for the service: HTTP/2 and 1.1, limits, request ids, and one place where a problem becomes an answer.
///
/// Start at [WebServer] (Jetty, TLS), then [Routes] (which action a path has) and [Answer]. An action gets a whole
/// [Request] and gives a whole [Answer]; it runs on a virtual thread and may block.
///
/// Must not come in: what any path means, the database.
@NullMarked
package dev.sluice.service.app.http;

import org.jspecify.annotations.NullMarked;
