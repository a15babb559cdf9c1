package dev.sluice.model.trigger;

/// A trigger that fires when something happened elsewhere.
public sealed interface EventTrigger extends Trigger permits BlobEventsTrigger, CustomEventsTrigger {}
