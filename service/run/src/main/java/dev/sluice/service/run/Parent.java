package dev.sluice.service.run;

/// The activity of another run that called this one.
///
/// @param runId of the calling run
/// @param activity the calling activity's path in that run
/// @param attempt of the calling activity
/// @param waits whether that activity wants to be told how this run ends
/// @param depth how many runs stand above this one
public record Parent(String runId, String activity, int attempt, boolean waits, int depth) {}
