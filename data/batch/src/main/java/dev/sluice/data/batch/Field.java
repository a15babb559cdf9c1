package dev.sluice.data.batch;

/// A column of a [Schema].
///
/// @param nullable whether a null may occur; a reader that does not know says true
public record Field(String name, DataType type, boolean nullable) {
    public Field(String name, DataType type) {
        this(name, type, true);
    }

    public Field withName(String other) {
        return new Field(other, type, nullable);
    }

    public Field withType(DataType other) {
        return new Field(name, other, nullable);
    }
}
