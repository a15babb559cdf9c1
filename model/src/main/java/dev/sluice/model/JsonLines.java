package dev.sluice.model;

import dev.sluice.diagnosis.ProblemException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Where the values of a JSON text stand, by JSON pointer: lines and columns of a file that people look at. A member's
/// place is that of its name, an element's that of its value. Immutable.
public final class JsonLines {
    private final Map<String, Position> places;

    private JsonLines(Map<String, Position> places) {
        this.places = places;
    }

    /// A place in a text, both from 1; columns count characters.
    public record Position(int line, int column) {}

    /// Reads a text that [Json#parse(byte[])] has accepted; of any other, the places up to what is wrong.
    public static JsonLines of(byte[] text) {
        Map<String, Position> places = new HashMap<>();
        try (JsonParser parser = new JsonFactory()
                .createParser(new String(text, java.nio.charset.StandardCharsets.UTF_8).replace("\uFEFF", ""))) {
            parser.nextToken();
            places.put("", position(parser));
            value(parser, "", places, 0);
        } catch (JacksonException | ProblemException e) {
            // The places found so far are what there is.
            places.putIfAbsent("", new Position(1, 1));
        }
        return new JsonLines(places);
    }

    private static void value(JsonParser parser, String pointer, Map<String, Position> places, int depth) {
        if (depth > Json.MAX_DEPTH) {
            return;
        }
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String inner =
                        pointer + "/" + parser.currentName().replace("~", "~0").replace("/", "~1");
                places.putIfAbsent(inner, position(parser));
                parser.nextToken();
                value(parser, inner, places, depth + 1);
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null; i++) {
                places.putIfAbsent(pointer + "/" + i, position(parser));
                value(parser, pointer + "/" + i, places, depth + 1);
            }
        }
    }

    private static Position position(JsonParser parser) {
        TokenStreamLocation at = parser.currentTokenLocation();
        return new Position(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
    }

    /// The place of a value, or of the innermost value around it that is there.
    public Position at(String pointer) {
        String at = pointer;
        while (true) {
            Optional<Position> found = Optional.ofNullable(places.get(at));
            if (found.isPresent() || at.isEmpty()) {
                return found.orElse(new Position(1, 1));
            }
            at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
        }
    }
}
