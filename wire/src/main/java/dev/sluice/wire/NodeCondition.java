package dev.sluice.wire;

/// What a node that speaks says of its own ability to work.
///
/// @param state one of the words below; an unknown one, of a newer node, counts as [#WORKING]
/// @param code of the diagnosis catalogue; empty when all is well
/// @param detail what was seen, for a person; empty when all is well
public record NodeCondition(String state, String code, String detail) {
    /// Takes jobs.
    public static final String WORKING = "Working";

    /// Takes no jobs until what `code` says is mended.
    public static final String AILING = "Ailing";

    /// The service asked it to take no new jobs.
    public static final String DRAINING = "Draining";

    /// It is being stopped on its machine: takes no jobs, lets running ones end.
    public static final String STOPPING = "Stopping";

    /// It takes another version of the software: takes no jobs, lets running ones end, and is away for a moment. The
    /// detail is that version.
    public static final String UPGRADING = "Upgrading";

    public static final NodeCondition FINE = new NodeCondition(WORKING, "", "");

    public NodeCondition {
        // Absent from a message that lacks them.
        state = state == null ? WORKING : state;
        code = code == null ? "" : code;
        detail = detail == null ? "" : detail;
    }
}
