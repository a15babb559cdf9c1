package dev.sluice.service.store;

import tools.jackson.databind.node.ObjectNode;

/// Where a trigger stands.
///
/// @param factory and `trigger`, in lower case
/// @param version counts its steps, from 1
/// @param state JSON, as it was given
public record StoredTrigger(String factory, String trigger, boolean started, long version, ObjectNode state) {}
