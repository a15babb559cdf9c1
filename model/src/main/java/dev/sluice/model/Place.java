package dev.sluice.model;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// One value in a document and where it stands, read the way Data Factory reads: member names in any case, null as
/// absent, booleans and whole numbers also as strings, time spans as `d.hh:mm:ss`. Reading never changes the document.
///
/// The typed readers throw [DocumentFaults#MEMBER_INVALID] at the value's JSON pointer, or
/// [DocumentFaults#MEMBER_MISSING] at the object that lacks it.
///
/// @param json the value; a missing node where there is none
/// @param pointer RFC 6901 pointer from the document's root, empty for the root itself
public record Place(JsonNode json, String pointer) {
    /// The root of a document.
    public static Place root(JsonNode json) {
        return new Place(json, "");
    }

    /// Whether there is a value other than null.
    public boolean present() {
        return !json.isMissingNode() && !json.isNull();
    }

    /// The member of that name, in exactly that case or else in any; absent when there is none.
    public Place member(String name) {
        JsonNode exact = json.isObject() ? json.get(name) : null;
        if (exact != null) {
            return new Place(exact, pointer + "/" + escaped(name));
        }
        if (json.isObject()) {
            for (Map.Entry<String, JsonNode> e : json.properties()) {
                if (e.getKey().equalsIgnoreCase(name)) {
                    return new Place(e.getValue(), pointer + "/" + escaped(e.getKey()));
                }
            }
        }
        return new Place(MissingNode.getInstance(), pointer + "/" + escaped(name));
    }

    /// Members in a row, e.g. `at("properties", "typeProperties")`.
    public Place at(String... names) {
        Place place = this;
        for (String name : names) {
            place = place.member(name);
        }
        return place;
    }

    /// The elements of an array; none when absent.
    public List<Place> items() {
        if (!present()) {
            return List.of();
        }
        if (!json.isArray()) {
            throw invalid("an array");
        }
        List<Place> items = new ArrayList<>(json.size());
        for (int i = 0; i < json.size(); i++) {
            items.add(new Place(json.get(i), pointer + "/" + i));
        }
        return items;
    }

    /// The members of an object in their order, without those that are null; none when absent.
    public Map<String, Place> members() {
        if (!present()) {
            return Map.of();
        }
        if (!json.isObject()) {
            throw invalid("an object");
        }
        Map<String, Place> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> e : json.properties()) {
            if (!e.getValue().isNull()) {
                members.put(e.getKey(), new Place(e.getValue(), pointer + "/" + escaped(e.getKey())));
            }
        }
        return members;
    }

    public Optional<String> text() {
        if (!present()) {
            return Optional.empty();
        }
        if (!json.isString()) {
            throw invalid("a string");
        }
        return Optional.of(json.stringValue());
    }

    /// Text that must be there and not be empty.
    public String requiredText() {
        return text().filter(t -> !t.isEmpty()).orElseThrow(this::missing);
    }

    public Optional<Boolean> flag() {
        if (!present()) {
            return Optional.empty();
        }
        if (json.isBoolean()) {
            return Optional.of(json.booleanValue());
        }
        String text = json.isString() ? json.stringValue().trim().toLowerCase(Locale.ROOT) : "";
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> throw invalid("true or false");
        };
    }

    public OptionalLong whole() {
        if (!present()) {
            return OptionalLong.empty();
        }
        try {
            BigDecimal value = json.isNumber()
                    ? json.decimalValue()
                    : new BigDecimal(json.isString() ? json.stringValue().trim() : "none");
            // A huge exponent is refused before it is written out digit by digit.
            if (Math.abs((long) value.scale()) <= 100) {
                return OptionalLong.of(value.longValueExact());
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw invalid("a whole number", e);
        }
        throw invalid("a whole number");
    }

    /// A whole number within bounds.
    public OptionalLong whole(long least, long most) {
        OptionalLong value = whole();
        if (value.isPresent() && (value.getAsLong() < least || value.getAsLong() > most)) {
            throw invalid("a whole number from " + least + " to " + most);
        }
        return value;
    }

    public Optional<Duration> span() {
        if (!present()) {
            return Optional.empty();
        }
        return Optional.of(TimeSpan.parse(json.isString() ? json.stringValue() : json.toString())
                .orElseThrow(() -> invalid("a time span such as 0.12:00:00 (days.hours:minutes:seconds)")));
    }

    /// [DocumentFaults#MEMBER_INVALID] here: names the member, shows its value unless it is an object or array.
    public ProblemException invalid(String expected) {
        return invalidProblem(expected).exception();
    }

    private ProblemException invalid(String expected, Exception origin) {
        return invalidProblem(expected).from(origin).exception();
    }

    private dev.sluice.diagnosis.Problem.Builder invalidProblem(String expected) {
        return DocumentFaults.MEMBER_INVALID
                .problem()
                .at(pointer)
                .evidence("member", called())
                .evidence("value", shown())
                .evidence("expected", expected);
    }

    /// [DocumentFaults#MEMBER_MISSING] for this place.
    public ProblemException missing() {
        int slash = pointer.lastIndexOf('/');
        return DocumentFaults.MEMBER_MISSING
                .problem()
                .at(slash < 0 ? pointer : pointer.substring(0, slash))
                .evidence("member", called())
                .exception();
    }

    /// The last step of the pointer as it is written in the document.
    public String name() {
        String last = pointer.substring(pointer.lastIndexOf('/') + 1);
        return last.replace("~1", "/").replace("~0", "~");
    }

    /// As [#name()]; an item of an array by the array's name, `conditions[0]`, since a bare number says nothing.
    private String called() {
        String name = name();
        int slash = pointer.lastIndexOf('/');
        if (slash <= 0 || name.isEmpty() || !name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return name;
        }
        return new Place(json, pointer.substring(0, slash)).called() + "[" + name + "]";
    }

    private String shown() {
        if (!present()) {
            return "absent";
        }
        if (json.isContainer()) {
            return json.isArray() ? "an array" : "an object";
        }
        String text = json.toString();
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
