package dev.sluice.service.app.access;

import java.util.Optional;

/// What a token may do; each role may do all that the one before it may.
public enum Role {
    READER("Reader"),
    CONTRIBUTOR("Contributor"),
    OWNER("Owner");

    private final String word;

    Role(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    public static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.word.equalsIgnoreCase(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
