package dev.sluice.service.app.access;

/// What an operation asks of its caller.
public enum Permission {
    /// Nothing.
    OPEN("", Role.READER),
    /// A node's own proof, checked by the operation.
    NODE("", Role.READER),
    /// A caller who is known; the operation itself looks at what they may see or do.
    SIGNED_IN("", Role.READER),
    READ("read", Role.READER),
    RUN("start or stop anything", Role.OPERATOR),
    WRITE("change anything, or see keys", Role.CONTRIBUTOR),
    ADMINISTER("give access to others", Role.OWNER);

    private final String words;
    private final Role needed;

    Permission(String words, Role needed) {
        this.words = words;
        this.needed = needed;
    }

    /// For messages.
    public String words() {
        return words;
    }

    /// The lowest role that has it.
    public Role needed() {
        return needed;
    }
}
