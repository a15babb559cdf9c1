/// Problems as answers: the error body of the REST API and the `error` object of an activity run, in Data Factory's
/// shapes, with code, evidence and resolution in `details`.
///
/// Start at [ErrorDocument] and [ActivityError].
///
/// Must not come in: texts of errors (they are `diagnosis`'s), HTTP status codes.
@NullMarked
package dev.sluice.model.error;

import org.jspecify.annotations.NullMarked;
