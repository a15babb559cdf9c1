package dev.sluice.wire;

import tools.jackson.databind.JsonNode;

/// A job leased to a node.
///
/// @param kind what runs it, e.g. `Copy`
/// @param spec what is to be done; opaque here
/// @param timeoutMillis after which the node ends the job as timed out; counted from the lease
public record JobOffer(JobRef job, String kind, JsonNode spec, long timeoutMillis) {}
