/// Calls of web services for activities: one request with its redirects and polling, authentication, and what the
/// owner of the node allows.
///
/// Start at [WebClient]. Every wait ends when its thread is interrupted. Secrets come in as plain text, go into
/// headers and keys only, and are taken out of what is told of an answer.
///
/// Must not come in: activities and their documents (those are `job`), connectors.
@NullMarked
package dev.sluice.node.agent.web;

import org.jspecify.annotations.NullMarked;
