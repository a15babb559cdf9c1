package dev.sluice.model;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON text to tree and back, straight from the parser's tokens: numbers keep all their digits, members their order.
/// Thread-safe.
///
/// Without the library's object mapper, which looks at classes, modules and annotations and takes some
/// 1,000 classes and 12 MB of a process: more than all else that a waiting worker needs.
public final class JsonText {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectWriteContext PRETTY = new Indented();

    private final JsonFactory factory;

    /// What a text may have.
    ///
    /// @param bytes of the whole
    /// @param depth of objects and arrays in each other
    /// @param string characters of one string
    /// @param name characters of a member's name
    /// @param number digits of a number
    /// @param unique whether a member given twice is refused; otherwise the last one counts
    public record Limits(long bytes, int depth, int string, int name, int number, boolean unique) {}

    public JsonText(Limits limits) {
        this.factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(limits.bytes())
                        .maxNestingDepth(limits.depth())
                        .maxStringLength(limits.string())
                        .maxNameLength(limits.name())
                        .maxNumberLength(limits.number())
                        .build())
                .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, limits.unique())
                .build();
    }

    /// The one value that fills the text; missing when there is none.
    ///
    /// @throws tools.jackson.core.JacksonException when the text is not that, or beyond a limit
    public JsonNode read(byte[] text) {
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
            return whole(parser);
        }
    }

    /// As [#read(byte[])].
    public JsonNode read(String text) {
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
            return whole(parser);
        }
    }

    /// One line, no spaces, in UTF-8.
    public byte[] bytes(JsonNode json) {
        return written(json, ObjectWriteContext.empty());
    }

    /// Indented, for people.
    public byte[] pretty(JsonNode json) {
        return written(json, PRETTY);
    }

    private static JsonNode whole(JsonParser parser) {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return MissingNode.getInstance();
        }
        JsonNode value = value(parser, first);
        if (parser.nextToken() != null) {
            throw new StreamReadException(parser, "Trailing token after the value");
        }
        return value;
    }

    /// Recursive: the parser's limit on depth bounds it.
    private static JsonNode value(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_NUMBER_INT -> whole(parser, parser.getNumberType());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new StreamReadException(parser, "Unexpected " + token);
        };
    }

    private static JsonNode whole(JsonParser parser, JsonParser.NumberType type) {
        return switch (type) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    private static ObjectNode object(JsonParser parser) {
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            object.set(name, value(parser, parser.nextToken()));
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser) {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(parser, token));
        }
        return array;
    }

    private byte[] written(JsonNode json, ObjectWriteContext context) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = factory.createGenerator(context, out)) {
            write(json, generator);
        }
        return out.toByteArray();
    }

    private static void write(JsonNode json, JsonGenerator out) {
        switch (json.getNodeType()) {
            case OBJECT -> {
                out.writeStartObject(json);
                json.properties().forEach(member -> {
                    out.writeName(member.getKey());
                    write(member.getValue(), out);
                });
                out.writeEndObject();
            }
            case ARRAY -> {
                out.writeStartArray(json, json.size());
                json.forEach(element -> write(element, out));
                out.writeEndArray();
            }
            case STRING -> out.writeString(json.stringValue());
            case NUMBER -> number(json, out);
            case BOOLEAN -> out.writeBoolean(json.booleanValue());
            case NULL, MISSING -> out.writeNull();
            case BINARY, POJO -> throw new IllegalArgumentException("no JSON: " + json.getNodeType());
        }
    }

    private static void number(JsonNode json, JsonGenerator out) {
        switch (json.numberType()) {
            case INT -> out.writeNumber(json.intValue());
            case LONG -> out.writeNumber(json.longValue());
            case BIG_INTEGER -> out.writeNumber(json.bigIntegerValue());
            case FLOAT -> out.writeNumber(json.floatValue());
            case DOUBLE -> out.writeNumber(json.doubleValue());
            case BIG_DECIMAL -> out.writeNumber((BigDecimal) json.numberValue());
        }
    }

    private static final class Indented extends ObjectWriteContext.Base {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }
}
