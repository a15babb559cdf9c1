package dev.sluice.service.store;

import java.util.List;

/// What became of a deletion.
public sealed interface Removal {
    record Removed() implements Removal {}

    /// There was nothing.
    record Absent() implements Removal {}

    /// It is a trigger that is started.
    record Started() implements Removal {}

    /// Others refer to it.
    ///
    /// @param by kind word and name of each, e.g. `dataset orders`
    record Referenced(List<String> by) implements Removal {
        public Referenced {
            by = List.copyOf(by);
        }
    }
}
