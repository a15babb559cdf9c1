package dev.sluice.connectors.jdbc.postgresql;

/// A value that the column's type in batches cannot hold; on its way from the decoder to the reader, which knows the
/// row.
final class ValueRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final int column;
    private final String value;
    private final String detail;

    ValueRefused(int column, String value, String detail) {
        super(detail, null, false, false);
        this.column = column;
        this.value = value;
        this.detail = detail;
    }

    int column() {
        return column;
    }

    String value() {
        return value;
    }

    String detail() {
        return detail;
    }
}
