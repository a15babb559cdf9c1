package dev.sluice.service.app.access;

import java.util.Optional;

/// What a caller may do; each role may do all that the one before it may. Three have the ids that Azure gives its
/// built-in roles of these names.
public enum Role {
    READER("Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "Sees documents, runs and status."),
    OPERATOR(
            "Operator",
            "0d1f6a52-6d2c-4c5f-9a0e-5b7c1f0a3e61",
            "And starts and cancels runs, starts and stops triggers."),
    CONTRIBUTOR(
            "Contributor",
            "b24988ac-6180-42a0-ab88-20f7382dd24c",
            "And changes documents and nodes, and sees registration keys."),
    OWNER("Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "And gives access to others.");

    private final String word;
    private final String id;
    private final String description;

    Role(String word, String id, String description) {
        this.word = word;
        this.id = id;
        this.description = description;
    }

    public String word() {
        return word;
    }

    /// GUID by which role definitions are referred to.
    public String id() {
        return id;
    }

    public String description() {
        return description;
    }

    /// The role of that word or id, in any case.
    public static Optional<Role> of(String wordOrId) {
        for (Role role : values()) {
            if (role.word.equalsIgnoreCase(wordOrId) || role.id.equalsIgnoreCase(wordOrId)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
