package dev.sluice.formats.orc;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Column types that ORC cannot say, as an entry of the file's metadata: `0:DURATION(6),4:TIME(7)`. A note is believed
/// only where it fits what the column says about itself.
final class TypeNotes {
    static final String KEY = "sluice.types";

    private static final int LONGEST = 1 << 20;

    private TypeNotes() {}

    static ByteBuffer of(Schema schema) {
        Map<Integer, String> notes = new TreeMap<>();
        for (int i = 0; i < schema.size(); i++) {
            DataType type = schema.field(i).type();
            boolean needed = switch (type.kind()) {
                case UINT8, UINT16, UINT32, UINT64, TIME, DURATION, GUID -> true;
                case TIMESTAMP, INSTANT -> type.scale() != 7;
                case BOOLEAN, INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, DECIMAL, DATE, STRING, BINARY -> false;
            };
            if (needed) {
                notes.put(i, type.kind() + "(" + type.scale() + ")");
            }
        }
        String text = notes.entrySet().stream()
                .map(e -> e.getKey() + ":" + e.getValue())
                .collect(Collectors.joining(","));
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The notes by column; what is not understood is left out.
    static Map<Integer, DataType> parse(ByteBuffer entry) {
        Map<Integer, DataType> notes = new HashMap<>();
        if (entry.remaining() > LONGEST) {
            return notes;
        }
        byte[] bytes = new byte[entry.remaining()];
        entry.duplicate().get(bytes);
        for (String note : new String(bytes, StandardCharsets.UTF_8).split(",", -1)) {
            if (note.matches(
                    "\\d{1,6}:(UINT8|UINT16|UINT32|UINT64|TIME|DURATION|GUID|TIMESTAMP|INSTANT)\\([03679]\\)")) {
                int colon = note.indexOf(':');
                int digits = note.charAt(note.length() - 2) - '0';
                String kind = note.substring(colon + 1, note.indexOf('('));
                boolean timed = kind.matches("TIME|DURATION|TIMESTAMP|INSTANT");
                if (timed == digits > 0) {
                    notes.put(
                            Integer.parseInt(note.substring(0, colon)),
                            new DataType(DataType.Kind.valueOf(kind), 0, digits));
                }
            }
        }
        return notes;
    }

    static boolean mayMean(DataType stored, DataType note) {
        return switch (note.kind()) {
            case UINT8 -> stored.equals(DataType.INT16);
            case UINT16 -> stored.equals(DataType.INT32);
            case UINT32 -> stored.equals(DataType.INT64);
            case UINT64 -> stored.equals(DataType.decimal(20, 0));
            case TIME, DURATION, GUID -> stored.equals(DataType.STRING);
            case TIMESTAMP, INSTANT -> stored.kind() == note.kind();
            case BOOLEAN, INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, DECIMAL, DATE, STRING, BINARY -> false;
        };
    }
}
