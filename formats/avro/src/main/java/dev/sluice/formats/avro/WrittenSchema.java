package dev.sluice.formats.avro;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.trees.Json;
import java.util.HashSet;
import java.util.Set;

/// How columns are stored in an Avro file: by its types and logical types, everything that has none as text
/// in the form of delimited text, with a note ([TypeNotes]) by which we read it back. A name that Avro does
/// not allow is changed, and the original noted beside it.
final class WrittenSchema {
    private WrittenSchema() {}

    /// The schema as JSON.
    static String of(Schema schema, String name, String space) {
        StringBuilder out = new StringBuilder("{\"type\":\"record\",\"name\":");
        Json.quote(name, out);
        if (!space.isEmpty()) {
            out.append(",\"namespace\":");
            Json.quote(space, out);
        }
        out.append(",\"fields\":[");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < schema.size(); i++) {
            out.append(i == 0 ? "" : ",");
            field(schema.field(i), names, out);
        }
        return out.append("]}").toString();
    }

    private static void field(Field field, Set<String> names, StringBuilder out) {
        String name = allowed(field.name(), names);
        out.append("{\"name\":");
        Json.quote(name, out);
        if (!name.equals(field.name())) {
            out.append(",\"").append(SchemaText.NAME_NOTE).append("\":");
            Json.quote(field.name(), out);
        }
        if (TypeNotes.needed(field.type())) {
            out.append(",\"").append(SchemaText.TYPE_NOTE).append("\":");
            Json.quote(TypeNotes.of(field.type()), out);
        }
        out.append(",\"type\":[\"null\",").append(type(field.type())).append("],\"default\":null}");
    }

    /// Letters, digits and `_`, no digit first; unique.
    private static String allowed(String name, Set<String> names) {
        StringBuilder changed = new StringBuilder(name.replaceAll("[^A-Za-z0-9_]", "_"));
        if (changed.isEmpty() || Character.isDigit(changed.charAt(0))) {
            changed.insert(0, '_');
        }
        String base = changed.toString();
        String unique = base;
        for (int n = 2; !names.add(unique); n++) {
            unique = base + "_" + n;
        }
        return unique;
    }

    private static String type(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "\"boolean\"";
            case INT8, UINT8, INT16, UINT16, INT32 -> "\"int\"";
            case UINT32, INT64 -> "\"long\"";
            case FLOAT32 -> "\"float\"";
            case FLOAT64 -> "\"double\"";
            case STRING, DURATION -> "\"string\"";
            case BINARY -> "\"bytes\"";
            case GUID -> logical("string", "uuid");
            case DATE -> logical("int", "date");
            case UINT64 -> decimal(20, 0);
            case DECIMAL -> decimal(type.precision(), type.scale());
            case TIME ->
                switch (type.scale()) {
                    case 3 -> logical("int", "time-millis");
                    case 6 -> logical("long", "time-micros");
                    default -> "\"string\"";
                };
            case TIMESTAMP -> type.scale() == 7 ? "\"string\"" : logical("long", "local-timestamp-" + unit(type));
            case INSTANT -> type.scale() == 7 ? "\"string\"" : logical("long", "timestamp-" + unit(type));
        };
    }

    /// Whether values lie as their text.
    static boolean asText(DataType type) {
        return switch (type.kind()) {
            case DURATION, GUID -> true;
            case TIME -> type.scale() > 6;
            case TIMESTAMP, INSTANT -> type.scale() == 7;
            case BOOLEAN,
                    INT8,
                    UINT8,
                    INT16,
                    UINT16,
                    INT32,
                    UINT32,
                    INT64,
                    UINT64,
                    FLOAT32,
                    FLOAT64,
                    DECIMAL,
                    DATE,
                    STRING,
                    BINARY -> false;
        };
    }

    private static String unit(DataType type) {
        return switch (type.scale()) {
            case 3 -> "millis";
            case 6 -> "micros";
            default -> "nanos";
        };
    }

    private static String logical(String base, String meaning) {
        return "{\"type\":\"" + base + "\",\"logicalType\":\"" + meaning + "\"}";
    }

    private static String decimal(int precision, int scale) {
        return "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":" + precision + ",\"scale\":" + scale
                + "}";
    }
}
