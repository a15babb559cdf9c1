package dev.sluice.ssis.packages;

/// What runs when an event is raised at an executable or inside it.
///
/// @param event e.g. `OnError`
/// @param body a container; its variables hold `System::Propagate`
public record EventHandler(String event, Executable body) {}
