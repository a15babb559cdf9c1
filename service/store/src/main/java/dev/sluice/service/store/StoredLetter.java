package dev.sluice.service.store;

import tools.jackson.databind.node.ObjectNode;

/// A letter to a run that nobody has answered yet.
///
/// @param id its own
/// @param runId whom it is for
/// @param body JSON, as it was given
public record StoredLetter(String id, String runId, ObjectNode body) {}
