package dev.sluice.formats.avro;

import dev.sluice.data.batch.DataType;
import java.util.Optional;

/// Column types that Avro cannot say, as a property of the field: `"sluice.type": "DURATION(6)"`.
final class TypeNotes {
    private TypeNotes() {}

    /// Whether a column of that type needs one.
    static boolean needed(DataType type) {
        return switch (type.kind()) {
            case INT8, UINT8, INT16, UINT16, UINT32, UINT64, DURATION -> true;
            case TIME -> type.scale() > 6;
            case TIMESTAMP, INSTANT -> type.scale() == 7;
            case BOOLEAN, INT32, INT64, FLOAT32, FLOAT64, DECIMAL, DATE, STRING, BINARY, GUID -> false;
        };
    }

    static String of(DataType type) {
        return type.kind().name() + (type.scale() == 0 ? "" : "(" + type.scale() + ")");
    }

    /// The type noted, if it can be meant by what the schema says.
    static Optional<DataType> fits(String note, AvroType.Primitive stored) {
        return switch (stored.base()) {
            case INT ->
                switch (note) {
                    case "INT8" -> Optional.of(DataType.INT8);
                    case "UINT8" -> Optional.of(DataType.UINT8);
                    case "INT16" -> Optional.of(DataType.INT16);
                    case "UINT16" -> Optional.of(DataType.UINT16);
                    default -> Optional.empty();
                };
            case LONG -> note.equals("UINT32") ? Optional.of(DataType.UINT32) : Optional.empty();
            case BYTES ->
                note.equals("UINT64") && stored.type().equals(DataType.decimal(20, 0))
                        ? Optional.of(DataType.UINT64)
                        : Optional.empty();
            case STRING -> text(note);
            case NULL, BOOLEAN, FLOAT, DOUBLE -> Optional.empty();
        };
    }

    private static Optional<DataType> text(String note) {
        if (!note.matches("(TIME|TIMESTAMP|INSTANT|DURATION)\\([3679]\\)")) {
            return Optional.empty();
        }
        int digits = note.charAt(note.length() - 2) - '0';
        return Optional.of(
                switch (note.substring(0, note.indexOf('('))) {
                    case "TIME" -> DataType.time(digits);
                    case "TIMESTAMP" -> DataType.timestamp(digits);
                    case "INSTANT" -> DataType.instant(digits);
                    default -> DataType.duration(digits);
                });
    }
}
