package dev.sluice.data.trees;

import dev.sluice.diagnosis.DataFaults;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// JSON as text: a subtree copied token by token, numbers as they are written.
final class JsonText {
    /// Characters that one value may have as JSON.
    static final int LONGEST = 64 << 20;

    private JsonText() {}

    /// The value at the parser's current token, which is then its last.
    static String of(JsonParser p) {
        StringBuilder out = new StringBuilder();
        copy(p, out);
        return out.toString();
    }

    private static void copy(JsonParser p, StringBuilder out) {
        int depth = 0;
        boolean first = true;
        for (JsonToken t = p.currentToken(); t != null; t = p.nextToken()) {
            boolean end = t == JsonToken.END_OBJECT || t == JsonToken.END_ARRAY;
            boolean afterName = out.length() > 0 && out.charAt(out.length() - 1) == ':' && !first;
            if (!first && !end && !afterName) {
                out.append(',');
            }
            first = false;
            switch (t) {
                case START_OBJECT, START_ARRAY -> {
                    out.append(t == JsonToken.START_OBJECT ? '{' : '[');
                    depth++;
                    first = true;
                }
                case END_OBJECT, END_ARRAY -> {
                    out.append(t == JsonToken.END_OBJECT ? '}' : ']');
                    depth--;
                }
                case PROPERTY_NAME -> {
                    Json.quote(p.currentName(), out);
                    out.append(':');
                }
                case VALUE_STRING -> Json.quote(p.getString(), out);
                default -> out.append(p.getString());
            }
            if (out.length() > LONGEST) {
                throw DataFaults.VALUE_TOO_LONG
                        .problem()
                        .evidence("column", String.valueOf(p.currentName()))
                        .evidence("length", out.length())
                        .evidence("limit", LONGEST)
                        .exception();
            }
            if (depth == 0) {
                return;
            }
        }
    }
}
