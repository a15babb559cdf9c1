package dev.sluice.model;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How every JSON text of Sluice is read and written: numbers keep all their digits, members keep their order, a
/// member given twice is refused, and size, nesting, names, strings and numbers have limits. Thread-safe.
///
/// Errors are [DocumentFaults#JSON_MALFORMED] and [DocumentFaults#LIMIT_EXCEEDED], located `line 3, column 17` (an
/// exponent by its JSON pointer); they never quote the text itself, which may hold a secret. The one thing that is not
/// kept is the sign of a zero.
public final class Json {
    /// Largest document, in bytes. A pipeline of 120 activities with full mappings stays well below.
    public static final int MAX_BYTES = 8 * 1024 * 1024;

    /// Deepest nesting of objects and arrays.
    public static final int MAX_DEPTH = 200;

    /// Longest string value, in characters.
    public static final int MAX_STRING = 4 * 1024 * 1024;

    /// Longest member name, in characters.
    public static final int MAX_NAME = 1_000;

    /// Longest number, in digits.
    public static final int MAX_NUMBER = 400;

    /// Largest exponent of a number, either way: beyond it, writing the number out would fill the memory.
    public static final int MAX_EXPONENT = 1_000;

    private static final Pattern LIMIT =
            Pattern.compile("^(.{1,60}?) \\((\\d+)\\) exceeds the maximum(?: allowed)? \\((\\d+)", Pattern.DOTALL);

    private static final JsonText TEXT =
            new JsonText(new JsonText.Limits(MAX_BYTES, MAX_DEPTH, MAX_STRING, MAX_NAME, MAX_NUMBER, true));

    /// For what Sluice wrote itself: whole run states hold many documents and outputs that were within limits each.
    private static final JsonText STORED =
            new JsonText(new JsonText.Limits(1L << 30, 1_000, 1 << 28, MAX_NAME, MAX_NUMBER, true));

    private Json() {}

    /// Reads what Sluice itself wrote and stored, e.g. a run state made of many documents: bounded only by what memory
    /// allows. Never for text that came from outside.
    public static ObjectNode parseStored(byte[] text) {
        if (read(() -> STORED.read(text)) instanceof ObjectNode object) {
            return object;
        }
        throw malformed("an object is expected, { … }", "line 1, column 1", null);
    }

    /// Reads one JSON value that fills the whole text (UTF-8, a byte order mark is accepted).
    public static JsonNode parse(byte[] text) {
        if (text.length > MAX_BYTES) {
            throw limit("The document's length in bytes", text.length, MAX_BYTES);
        }
        return read(() -> TEXT.read(text));
    }

    /// Reads one JSON value that fills the whole text.
    public static JsonNode parse(String text) {
        if (text.length() > MAX_BYTES) {
            throw limit("The document's length", text.length(), MAX_BYTES);
        }
        return read(() -> TEXT.read(text));
    }

    /// Reads one JSON object that fills the whole text; anything else is malformed.
    public static ObjectNode parseObject(byte[] text) {
        if (parse(text) instanceof ObjectNode object) {
            return object;
        }
        throw malformed("an object is expected, { … }", "line 1, column 1", null);
    }

    /// Reads one JSON object that fills the whole text; anything else is malformed.
    public static ObjectNode parseObject(String text) {
        return parseObject(text.getBytes(StandardCharsets.UTF_8));
    }

    /// One line, no spaces, members in their order.
    public static String write(JsonNode json) {
        return new String(bytes(json), StandardCharsets.UTF_8);
    }

    /// As [#write(JsonNode)], in UTF-8.
    public static byte[] bytes(JsonNode json) {
        return TEXT.bytes(json);
    }

    /// Indented, for people.
    public static String pretty(JsonNode json) {
        return new String(TEXT.pretty(json), StandardCharsets.UTF_8);
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public static JsonNode text(String value) {
        return JsonNodeFactory.instance.stringNode(value);
    }

    public static JsonNode nothing() {
        return JsonNodeFactory.instance.nullNode();
    }

    private interface Reading {
        JsonNode read();
    }

    private static JsonNode read(Reading reading) {
        try {
            JsonNode json = reading.read();
            if (json.isMissingNode()) {
                throw malformed("the text is empty", "line 1, column 1", null);
            }
            bounded(json, "");
            return json;
        } catch (StreamConstraintsException e) {
            throw limit(e);
        } catch (JacksonException e) {
            throw malformed(detail(e), place(e), e);
        } catch (NumberFormatException e) {
            // The parser lets an exponent through that no number can have.
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .evidence("what", "The exponent of a number")
                    .evidence("value", "larger")
                    .evidence("limit", MAX_EXPONENT)
                    .exception();
        }
    }

    private static void bounded(JsonNode json, String pointer) {
        if (json.isBigDecimal() && Math.abs((long) json.decimalValue().scale()) > MAX_EXPONENT) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(pointer)
                    .evidence("what", "The exponent of a number")
                    .evidence("value", -(long) json.decimalValue().scale())
                    .evidence("limit", MAX_EXPONENT)
                    .exception();
        }
        if (json.isObject()) {
            for (Map.Entry<String, JsonNode> e : json.properties()) {
                if (e.getValue().isContainer() || e.getValue().isBigDecimal()) {
                    bounded(
                            e.getValue(),
                            pointer + "/" + e.getKey().replace("~", "~0").replace("/", "~1"));
                }
            }
        } else if (json.isArray()) {
            for (int i = 0; i < json.size(); i++) {
                if (json.get(i).isContainer() || json.get(i).isBigDecimal()) {
                    bounded(json.get(i), pointer + "/" + i);
                }
            }
        }
    }

    private static ProblemException limit(StreamConstraintsException e) {
        Matcher m = LIMIT.matcher(String.valueOf(e.getOriginalMessage()));
        boolean known = m.find();
        return DocumentFaults.LIMIT_EXCEEDED
                .problem()
                .at(place(e))
                .evidence("what", known ? m.group(1) : "The JSON text")
                .evidence("value", known ? m.group(2) : "too large")
                .evidence("limit", known ? m.group(3) : String.valueOf(MAX_BYTES))
                .from(e)
                .exception();
    }

    private static ProblemException limit(String what, long value, long limit) {
        return DocumentFaults.LIMIT_EXCEEDED
                .problem()
                .evidence("what", what)
                .evidence("value", value)
                .evidence("limit", limit)
                .exception();
    }

    private static ProblemException malformed(
            String detail, String place, @org.jspecify.annotations.Nullable JacksonException origin) {
        var problem = DocumentFaults.JSON_MALFORMED.problem().at(place).evidence("detail", detail);
        return (origin == null ? problem : problem.from(origin)).exception();
    }

    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return at == null
                ? "line 1, column 1"
                : "line " + Math.max(1, at.getLineNr()) + ", column " + Math.max(1, at.getColumnNr());
    }

    /// The parser's words, except where they would quote the document.
    private static String detail(JacksonException e) {
        String text = String.valueOf(e.getOriginalMessage());
        if (text.startsWith("Unrecognized token")) {
            return "an unquoted word; expected a string in double quotes, a number, true, false, null, { or [";
        }
        if (text.startsWith("Trailing token")) {
            return "more text follows the end of the value";
        }
        if (text.contains("numeric value") || text.contains("Numeric value")) {
            return "a number is not written as JSON allows";
        }
        int aside = text.indexOf(" (start marker");
        String first = (aside < 0 ? text : text.substring(0, aside))
                .lines()
                .findFirst()
                .orElse("");
        return first.length() > 300 ? first.substring(0, 300) + "…" : first;
    }
}
