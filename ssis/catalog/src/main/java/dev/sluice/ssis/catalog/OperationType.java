package dev.sluice.ssis.catalog;

/// What was done with the catalog, with SSISDB's codes (`catalog.operations.operation_type`).
public enum OperationType {
    RETENTION_CLEANUP(2),
    VERSION_CLEANUP(3),
    DEPLOY_PROJECT(101),
    RESTORE_PROJECT(106),
    EXECUTE_PACKAGE(200),
    CONFIGURE_CATALOG(1000);

    private final int code;

    OperationType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
