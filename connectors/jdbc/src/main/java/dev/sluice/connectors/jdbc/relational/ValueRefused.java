package dev.sluice.connectors.jdbc.relational;

/// A value that the column's type in batches cannot hold; on its way from where it is found to the reader, which knows
/// the row.
public final class ValueRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final int column;
    private final String value;
    private final String detail;

    public ValueRefused(int column, String value, String detail) {
        super(detail, null, false, false);
        this.column = column;
        this.value = value;
        this.detail = detail;
    }

    public int column() {
        return column;
    }

    public String value() {
        return value;
    }

    public String detail() {
        return detail;
    }
}
