package dev.sluice.connectors.azure;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.trees.Json;
import dev.sluice.diagnosis.DocumentFaults;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The columns that entities show: a table has none of its own but keys and time. Where the type of a property is not
/// the same everywhere the column is the number that holds them all, else text.
final class EntityColumns {
    private static final String ANNOTATION = "@odata.type";
    private static final int MOST = 10_000;
    private static final DataType MOMENT = DataType.timestamp(7);

    private final Map<String, DataType> found = new LinkedHashMap<>();

    EntityColumns() {
        found.put("PartitionKey", DataType.STRING);
        found.put("RowKey", DataType.STRING);
        found.put("Timestamp", MOMENT);
    }

    Schema schema() {
        List<Field> fields = new ArrayList<>();
        found.forEach((name, type) ->
                fields.add(new Field(name, type, !name.equals("PartitionKey") && !name.equals("RowKey"))));
        return new Schema(fields);
    }

    /// Takes the properties of a page's entities into account.
    void see(byte[] page) {
        try (JsonParser p = Json.parser(new ByteArrayInputStream(page))) {
            int depth = 0;
            Map<String, String> types = new HashMap<>();
            for (JsonToken t = p.nextToken(); t != null; t = p.nextToken()) {
                // An answer is an object, its array is `value`, the entities are two levels down.
                switch (t) {
                    case START_OBJECT, START_ARRAY -> depth++;
                    case END_OBJECT, END_ARRAY -> depth--;
                    case PROPERTY_NAME -> {}
                    default -> {
                        if (depth == 3) {
                            property(p, t, types);
                        }
                    }
                }
                if (t == JsonToken.END_OBJECT) {
                    types.clear();
                }
            }
        }
    }

    private void property(JsonParser p, JsonToken t, Map<String, String> types) {
        String name = p.currentName();
        if (name == null || t == JsonToken.VALUE_NULL || name.startsWith("odata.")) {
            return;
        }
        if (name.endsWith(ANNOTATION)) {
            // Stands before the value.
            types.put(name.substring(0, name.length() - ANNOTATION.length()), p.getString());
            return;
        }
        if (name.contains("@odata.")) {
            return;
        }
        DataType type = name.equals("Timestamp") ? MOMENT : type(types.getOrDefault(name, ""), t);
        found.merge(name, type, EntityColumns::both);
        if (found.size() > MOST) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .evidence("what", "the number of columns")
                    .evidence("value", found.size())
                    .evidence("limit", MOST)
                    .exception();
        }
    }

    private static DataType type(String edm, JsonToken token) {
        return switch (edm) {
            case "Edm.Int64" -> DataType.INT64;
            case "Edm.Int32" -> DataType.INT32;
            case "Edm.Double" -> DataType.FLOAT64;
            case "Edm.Boolean" -> DataType.BOOLEAN;
            case "Edm.DateTime" -> MOMENT;
            case "Edm.Guid" -> DataType.GUID;
            case "Edm.Binary" -> DataType.BINARY;
            default ->
                switch (token) {
                    case VALUE_NUMBER_INT -> DataType.INT32;
                    case VALUE_NUMBER_FLOAT -> DataType.FLOAT64;
                    case VALUE_TRUE, VALUE_FALSE -> DataType.BOOLEAN;
                    default -> DataType.STRING;
                };
        };
    }

    private static DataType both(DataType one, DataType other) {
        if (one.equals(other)) {
            return one;
        }
        List<DataType> pair = List.of(one, other);
        if (pair.contains(DataType.INT32) && pair.contains(DataType.INT64)) {
            return DataType.INT64;
        }
        if (pair.contains(DataType.INT32) && pair.contains(DataType.FLOAT64)) {
            return DataType.FLOAT64;
        }
        return DataType.STRING;
    }
}
