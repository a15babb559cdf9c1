package dev.sluice.ssis.catalog;

import java.util.EnumSet;
import java.util.Set;

/// What permissions are given on, with SSISDB's codes (`catalog.explicit_object_permissions.object_type`).
public enum Securable {
    FOLDER(1, "folder", EnumSet.complementOf(EnumSet.of(Right.EXECUTE))),
    PROJECT(2, "project", EnumSet.of(Right.READ, Right.MODIFY, Right.EXECUTE, Right.MANAGE_PERMISSIONS)),
    ENVIRONMENT(3, "environment", EnumSet.of(Right.READ, Right.MODIFY, Right.MANAGE_PERMISSIONS));

    private final int code;
    private final String word;
    private final Set<Right> rights;

    Securable(int code, String word, Set<Right> rights) {
        this.code = code;
        this.word = word;
        this.rights = rights;
    }

    public int code() {
        return code;
    }

    /// For messages.
    public String word() {
        return word;
    }

    /// What can be given on it, in the order of the codes.
    public Set<Right> rights() {
        return EnumSet.copyOf(rights);
    }
}
