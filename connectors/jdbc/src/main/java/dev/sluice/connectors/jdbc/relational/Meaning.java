package dev.sluice.connectors.jdbc.relational;

/// What a database's error code says, in the words of the faults.
public enum Meaning {
    WRONG_PASSWORD,
    DATABASE_MISSING,
    TABLE_MISSING,
    DENIED,
    TOO_MANY_CONNECTIONS,
    BUSY,
    DISK_FULL,
    NULL_REFUSED,
    ROW_REFUSED,
    LOST,
    TLS,
    TIMEOUT,
    STATEMENT
}
