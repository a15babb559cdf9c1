package dev.sluice.data.batch;

/// A column of a [Schema].
///
/// @param nullable whether a null may occur; a reader that does not know says true
/// @param document whether the texts of a STRING column are JSON values: what writes trees writes them as such, for
///     everything else they are text
public record Field(String name, DataType type, boolean nullable, boolean document) {
    public Field(String name, DataType type) {
        this(name, type, true, false);
    }

    public Field(String name, DataType type, boolean nullable) {
        this(name, type, nullable, false);
    }

    /// A column of JSON values.
    public static Field ofDocuments(String name) {
        return new Field(name, DataType.STRING, true, true);
    }

    public Field withName(String other) {
        return new Field(other, type, nullable, document);
    }

    public Field withType(DataType other) {
        return new Field(name, other, nullable, document && other.equals(type));
    }
}
