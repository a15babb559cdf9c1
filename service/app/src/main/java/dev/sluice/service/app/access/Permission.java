package dev.sluice.service.app.access;

/// What an operation asks of its caller.
public enum Permission {
    /// Nothing.
    OPEN("", Role.READER),
    /// A node's own proof, checked by the operation.
    NODE("", Role.READER),
    READ("read", Role.READER),
    WRITE("change or run anything, or see keys", Role.CONTRIBUTOR),
    ADMINISTER("give access to others", Role.OWNER);

    private final String words;
    private final Role needed;

    Permission(String words, Role needed) {
        this.words = words;
        this.needed = needed;
    }

    String words() {
        return words;
    }

    Role needed() {
        return needed;
    }
}
