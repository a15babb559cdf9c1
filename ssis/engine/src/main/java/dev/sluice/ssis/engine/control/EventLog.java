package dev.sluice.ssis.engine.control;

/// Hears every event of a package, in the order in which they are raised, from several threads.
public interface EventLog {
    void raised(Event event);
}
