package dev.sluice.service.run;

import java.util.List;

/// What follows from an event.
///
/// @param state to be kept instead of the one before; the same one when the event changed nothing
/// @param commands in the order they are to be carried out
public record Decision(RunState state, List<Command> commands) {
    public Decision {
        commands = List.copyOf(commands);
    }
}
