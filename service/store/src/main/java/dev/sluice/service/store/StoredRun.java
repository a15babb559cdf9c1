package dev.sluice.service.store;

import tools.jackson.databind.node.ObjectNode;

/// The state of a run as it is stored.
public record StoredRun(String runId, String factory, long version, boolean ended, ObjectNode state) {}
