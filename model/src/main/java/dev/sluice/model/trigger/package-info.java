/// Triggers as typed, read-only views of their documents: which pipelines, and when.
///
/// Start at [Trigger]. Reading is what validates: every member that does not fit is a located problem. Whether a
/// pipeline or a time zone exists is for those to say who know.
///
/// Must not come in: computing the next occurrence, state, expressions.
@NullMarked
package dev.sluice.model.trigger;

import org.jspecify.annotations.NullMarked;
