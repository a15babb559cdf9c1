package dev.sluice.data.trees;

import java.io.InputStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// JSON tokens within limits: texts of 256 MiB, 500 levels, numbers of 1,000 digits.
public final class Json {
    static final int LONGEST_TEXT = 256 << 20;
    static final int DEEPEST = 500;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_TEXT)
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(1_000)
                    .maxNameLength(64 << 10)
                    .maxDocumentLength(-1L)
                    .build())
            .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private Json() {}

    /// Tokens of a text in UTF-8 (UTF-16 and UTF-32 are recognised). The stream is its owner's.
    public static JsonParser parser(InputStream utf8) {
        return FACTORY.createParser(ObjectReadContext.empty(), utf8);
    }

    /// Appends a text as JSON has it.
    public static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /// The value at a path of a document: a text or number as it is, an object or array as JSON. Empty when
    /// it is null or not there.
    public static java.util.Optional<String> find(byte[] utf8, TreePath path) {
        try (JsonParser p = parser(utf8)) {
            p.nextToken();
            boolean there = TreeCursor.enter(p, path.steps()) && p.currentToken() != null;
            if (!there || p.currentToken() == tools.jackson.core.JsonToken.VALUE_NULL) {
                return java.util.Optional.empty();
            }
            return java.util.Optional.of(p.currentToken().isStructStart() ? JsonText.of(p) : p.getString());
        }
    }

    static JsonParser parser(byte[] utf8) {
        return FACTORY.createParser(ObjectReadContext.empty(), utf8);
    }
}
