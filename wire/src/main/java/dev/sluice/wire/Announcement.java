package dev.sluice.wire;

import java.util.List;

/// A change of the service's addresses that is still to come.
///
/// @param version rises with every change of what is announced; 0 when nothing ever was
public record Announcement(long version, List<ServiceEndpoint> announced) {
    /// Nothing will change.
    public static final Announcement NONE = new Announcement(0, List.of());

    @SuppressWarnings("NullAway") // may be left out
    public Announcement {
        announced = announced == null ? List.of() : List.copyOf(announced);
    }
}
