package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Column types that Parquet cannot say, as an entry of the footer's key-value metadata: `0:DURATION(6),4:TIME(7)`.
/// A note is believed only where it fits what the column says about itself.
final class TypeNotes {
    static final String KEY = "sluice.types";

    private static final int LONGEST = 1 << 20;

    private TypeNotes() {}

    /// The entry's text; empty when Parquet's types say everything.
    static String of(Schema schema) {
        Map<Integer, String> notes = new TreeMap<>();
        for (int i = 0; i < schema.size(); i++) {
            DataType type = schema.field(i).type();
            boolean needed = switch (type.kind()) {
                case DURATION -> true;
                case TIME, INSTANT -> type.scale() == 7;
                default -> false;
            };
            if (needed) {
                notes.put(i, type.toString());
            }
        }
        return notes.entrySet().stream()
                .map(e -> e.getKey() + ":" + e.getValue())
                .collect(Collectors.joining(","));
    }

    /// The notes by column; what is not understood is left out.
    static Map<Integer, DataType> parse(String text) {
        Map<Integer, DataType> notes = new HashMap<>();
        if (text.length() > LONGEST) {
            return notes;
        }
        for (String note : text.split(",", -1)) {
            if (note.matches("\\d{1,6}:(DURATION\\([3679]\\)|(TIME|INSTANT)\\(7\\))")) {
                int colon = note.indexOf(':');
                int digits = note.charAt(note.length() - 2) - '0';
                DataType type = switch (note.charAt(colon + 1)) {
                    case 'D' -> DataType.duration(digits);
                    case 'T' -> DataType.time(digits);
                    default -> DataType.instant(digits);
                };
                notes.put(Integer.parseInt(note.substring(0, colon)), type);
            }
        }
        return notes;
    }
}
