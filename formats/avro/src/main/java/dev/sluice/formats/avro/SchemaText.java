package dev.sluice.formats.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.FilePlace;
import dev.sluice.data.trees.Json;
import dev.sluice.data.trees.Shape;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads the schema of a file. What Avro has no type for is a text with a note of ours (`sluice.type`), believed only
/// where it fits what the schema says besides.
final class SchemaText {
    static final String TYPE_NOTE = "sluice.type";
    static final String NAME_NOTE = "sluice.name";

    private static final int LONGEST = 16 << 20;
    private static final int MOST_MEMBERS = 20_000;

    private final FilePlace file;
    private final Map<String, AvroType> named = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private int members;

    private SchemaText(FilePlace file) {
        this.file = file;
    }

    /// The type of the file's rows.
    static AvroType.Structure parse(byte[] json, FilePlace file) {
        if (json.length > LONGEST) {
            throw file.unsupported("a schema of " + json.length + " bytes; at most " + LONGEST + " are read");
        }
        Object tree;
        try (JsonParser p = Json.parser(new ByteArrayInputStream(json))) {
            p.nextToken();
            tree = tree(p);
        } catch (JacksonException e) {
            throw file.malformed(4, "its schema is no JSON: " + e.getOriginalMessage());
        }
        AvroType type = new SchemaText(file).type(tree, "", 0);
        return type instanceof AvroType.Structure s
                ? s
                : new AvroType.Structure(List.of(new AvroType.Member("value", type)));
    }

    private static @Nullable Object tree(JsonParser p) {
        return switch (p.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (p.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = p.currentName();
                    p.nextToken();
                    map.put(name, tree(p));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (p.nextToken() != JsonToken.END_ARRAY) {
                    list.add(tree(p));
                }
                yield list;
            }
            case VALUE_STRING -> p.getString();
            case VALUE_NUMBER_INT -> p.getDecimalValue();
            case null, default -> null;
        };
    }

    private AvroType type(@Nullable Object schema, String space, int depth) {
        if (depth > AvroType.DEEPEST) {
            throw file.unsupported("types nested more than " + AvroType.DEEPEST + " levels");
        }
        return switch (schema) {
            case String name -> byName(name, space);
            case List<?> branches -> union(branches, space, depth);
            case Map<?, ?> definition -> definition(definition, space, depth);
            case null, default -> throw wrong("a type is " + schema);
        };
    }

    private AvroType byName(String name, String space) {
        AvroType simple = primitive(name);
        if (simple != null) {
            return simple;
        }
        String full = name.indexOf('.') >= 0 || space.isEmpty() ? name : space + "." + name;
        AvroType found = named.getOrDefault(full, named.get(name));
        if (found == null) {
            if (open.contains(full) || open.contains(name)) {
                throw file.unsupported("the type '" + name + "' contains itself");
            }
            throw wrong("the type '" + name + "' is not defined");
        }
        return found;
    }

    private static @Nullable AvroType primitive(String name) {
        return switch (name) {
            case "null" -> new AvroType.Primitive(AvroType.Form.NULL, DataType.STRING);
            case "boolean" -> new AvroType.Primitive(AvroType.Form.BOOLEAN, DataType.BOOLEAN);
            case "int" -> new AvroType.Primitive(AvroType.Form.INT, DataType.INT32);
            case "long" -> new AvroType.Primitive(AvroType.Form.LONG, DataType.INT64);
            case "float" -> new AvroType.Primitive(AvroType.Form.FLOAT, DataType.FLOAT32);
            case "double" -> new AvroType.Primitive(AvroType.Form.DOUBLE, DataType.FLOAT64);
            case "bytes" -> new AvroType.Primitive(AvroType.Form.BYTES, DataType.BINARY);
            case "string" -> new AvroType.Primitive(AvroType.Form.STRING, DataType.STRING);
            default -> null;
        };
    }

    private AvroType union(List<?> branches, String space, int depth) {
        if (branches.isEmpty() || branches.size() > 1_000) {
            throw wrong("a union has " + branches.size() + " branches");
        }
        List<AvroType> types = new ArrayList<>();
        for (Object branch : branches) {
            types.add(type(branch, space, depth + 1));
        }
        List<AvroType> others = types.stream().filter(t -> !isNull(t)).toList();
        if (others.isEmpty()) {
            return new AvroType.Union(types, new Shape.Leaf(DataType.STRING));
        }
        if (others.size() == 1) {
            return new AvroType.Union(types, others.getFirst().shape());
        }
        return new AvroType.Union(types, new Shape.Leaf(common(others)));
    }

    private static boolean isNull(AvroType t) {
        return t instanceof AvroType.Primitive p && p.base() == AvroType.Form.NULL;
    }

    /// The type of a column whose values are of several.
    private DataType common(List<AvroType> branches) {
        boolean whole = true;
        boolean real = true;
        for (AvroType t : branches) {
            DataType type = t.shape() instanceof Shape.Leaf leaf ? leaf.type() : DataType.BINARY;
            whole &= type.equals(DataType.INT32) || type.equals(DataType.INT64);
            real &= type.equals(DataType.INT32) || type.equals(DataType.FLOAT32) || type.equals(DataType.FLOAT64);
            boolean plain = type.equals(DataType.BOOLEAN)
                    || type.equals(DataType.INT32)
                    || type.equals(DataType.INT64)
                    || type.equals(DataType.FLOAT32)
                    || type.equals(DataType.FLOAT64)
                    || type.equals(DataType.STRING);
            if (!plain) {
                throw file.unsupported("a union of several types, of which one is neither number, Boolean nor text");
            }
        }
        return whole ? DataType.INT64 : real ? DataType.FLOAT64 : DataType.STRING;
    }

    private AvroType definition(Map<?, ?> definition, String space, int depth) {
        Object kind = definition.get("type");
        if (!(kind instanceof String name)) {
            return type(kind, space, depth + 1);
        }
        return switch (name) {
            case "record", "error" -> structure(definition, space, depth);
            case "array" -> new AvroType.Array(type(definition.get("items"), space, depth + 1));
            case "map" -> new AvroType.Dictionary(type(definition.get("values"), space, depth + 1));
            case "enum" -> {
                List<byte[]> symbols = new ArrayList<>();
                if (definition.get("symbols") instanceof List<?> list) {
                    list.forEach(s -> symbols.add(String.valueOf(s).getBytes(UTF_8)));
                }
                yield define(definition, space, new AvroType.Enumeration(symbols));
            }
            case "fixed" -> {
                int size = number(definition, "size", -1);
                if (size < 0) {
                    throw wrong("a fixed type has the size " + definition.get("size"));
                }
                yield define(definition, space, new AvroType.Fixed(size, fixed(definition, size)));
            }
            default -> {
                AvroType known = byName(String.valueOf(name), space);
                yield known instanceof AvroType.Primitive p
                        ? new AvroType.Primitive(p.base(), meaning(definition, p))
                        : known;
            }
        };
    }

    private AvroType define(Map<?, ?> definition, String space, AvroType type) {
        named.put(fullName(definition, space), type);
        return type;
    }

    private static String fullName(Map<?, ?> definition, String space) {
        String name = String.valueOf(definition.get("name"));
        String own = definition.get("namespace") instanceof String s ? s : space;
        return name.indexOf('.') >= 0 || own.isEmpty() ? name : own + "." + name;
    }

    private AvroType structure(Map<?, ?> definition, String space, int depth) {
        String full = fullName(definition, space);
        int dot = full.lastIndexOf('.');
        String inner = dot < 0 ? "" : full.substring(0, dot);
        open.add(full);
        List<AvroType.Member> found = new ArrayList<>();
        if (!(definition.get("fields") instanceof List<?> fields)) {
            throw wrong("the record '" + full + "' has no fields");
        }
        for (Object f : fields) {
            if (!(f instanceof Map<?, ?> field) || !(field.get("name") instanceof String name)) {
                throw wrong("a field of the record '" + full + "' has no name");
            }
            if (++members > MOST_MEMBERS) {
                throw file.unsupported("a schema of more than " + MOST_MEMBERS + " fields");
            }
            String shown = field.get(NAME_NOTE) instanceof String original ? original : name;
            found.add(new AvroType.Member(shown, noted(type(field.get("type"), inner, depth + 1), field)));
        }
        open.remove(full);
        return define(definition, space, new AvroType.Structure(found));
    }

    /// The type that a writer of ours meant.
    private static AvroType noted(AvroType type, Map<?, ?> field) {
        if (!(field.get(TYPE_NOTE) instanceof String note)) {
            return type;
        }
        return switch (type) {
            case AvroType.Primitive p ->
                TypeNotes.fits(note, p)
                        .<AvroType>map(t -> new AvroType.Primitive(p.base(), t))
                        .orElse(p);
            case AvroType.Union u
            when u.branches().size() == 2 -> {
                List<AvroType> branches = u.branches().stream()
                        .map(b -> isNull(b) ? b : noted(b, field))
                        .toList();
                yield new AvroType.Union(
                        branches,
                        branches.stream()
                                .filter(b -> !isNull(b))
                                .findFirst()
                                .orElse(u)
                                .shape());
            }
            default -> type;
        };
    }

    private DataType meaning(Map<?, ?> definition, AvroType.Primitive p) {
        String logical = String.valueOf(definition.get("logicalType"));
        return switch (p.base()) {
            case INT ->
                switch (logical) {
                    case "date" -> DataType.DATE;
                    case "time-millis" -> DataType.time(3);
                    default -> p.type();
                };
            case LONG ->
                switch (logical) {
                    case "time-micros" -> DataType.time(6);
                    case "timestamp-millis" -> DataType.instant(3);
                    case "timestamp-micros" -> DataType.instant(6);
                    case "timestamp-nanos" -> DataType.instant(9);
                    case "local-timestamp-millis" -> DataType.timestamp(3);
                    case "local-timestamp-micros" -> DataType.timestamp(6);
                    case "local-timestamp-nanos" -> DataType.timestamp(9);
                    default -> p.type();
                };
            case BYTES -> logical.equals("decimal") ? decimal(definition) : p.type();
            case STRING -> logical.equals("uuid") ? DataType.GUID : p.type();
            case NULL, BOOLEAN, FLOAT, DOUBLE -> p.type();
        };
    }

    private DataType fixed(Map<?, ?> definition, int size) {
        return switch (String.valueOf(definition.get("logicalType"))) {
            case "decimal" -> size == 0 ? DataType.BINARY : decimal(definition);
            case "duration" -> size == 12 ? DataType.duration(3) : DataType.BINARY;
            case "uuid" -> size == 16 ? DataType.GUID : DataType.BINARY;
            default -> DataType.BINARY;
        };
    }

    /// A decimal whose precision and scale make no sense is what it is stored as.
    private DataType decimal(Map<?, ?> definition) {
        int precision = number(definition, "precision", 0);
        int scale = number(definition, "scale", 0);
        if (precision > 38) {
            throw file.unsupported("a decimal of " + precision + " digits; 38 are possible");
        }
        return precision < 1 || scale < 0 || scale > precision ? DataType.BINARY : DataType.decimal(precision, scale);
    }

    private static int number(Map<?, ?> definition, String name, int otherwise) {
        return definition.get(name) instanceof BigDecimal d
                        && d.signum() >= 0
                        && d.compareTo(BigDecimal.valueOf(1 << 28)) < 0
                ? d.intValue()
                : otherwise;
    }

    private RuntimeException wrong(String detail) {
        return file.malformed(4, "its schema cannot be used: " + detail);
    }
}
