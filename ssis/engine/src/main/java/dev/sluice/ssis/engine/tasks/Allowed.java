package dev.sluice.ssis.engine.tasks;

/// What the owner of a machine lets packages do on it.
///
/// @param processes whether Execute Process tasks may start programs
/// @param scripts whether Script tasks and components may be compiled and run
public record Allowed(boolean processes, boolean scripts) {
    public static final Allowed NOTHING = new Allowed(false, false);
}
