package dev.sluice.ssis.catalog;

/// Whom a message comes from, with SSISDB's codes (`message_source_type`).
public enum MessageSource {
    /// The catalog's own operations.
    ENTRY(10),
    /// The process that ran the package.
    PROCESS(20),
    PACKAGE(30),
    TASK(40),
    CONTAINER(50),
    DATA_FLOW(60);

    private final int code;

    MessageSource(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
