package dev.sluice.model.trigger;

import dev.sluice.model.Place;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An advanced filter of Event Grid: a condition on one member of an event.
///
/// @param key the member's path with points: `subject`, `data.size`
/// @param values of the condition: any of them (for the `Not…` operators: none of them) must fit
public record EventFilter(Operator operator, String key, List<JsonNode> values) {
    /// Most values of one filter, as in Event Grid.
    public static final int MAX_VALUES = 25;

    public EventFilter {
        values = List.copyOf(values);
    }

    /// How a member is compared; texts without regard to case.
    public enum Operator {
        NUMBER_IN(Operator::sameNumber, true),
        NUMBER_NOT_IN(Operator::sameNumber, false),
        NUMBER_LESS_THAN((a, b) -> order(a, b, c -> c < 0), true),
        NUMBER_LESS_THAN_OR_EQUALS((a, b) -> order(a, b, c -> c <= 0), true),
        NUMBER_GREATER_THAN((a, b) -> order(a, b, c -> c > 0), true),
        NUMBER_GREATER_THAN_OR_EQUALS((a, b) -> order(a, b, c -> c >= 0), true),
        NUMBER_IN_RANGE(Operator::within, true),
        NUMBER_NOT_IN_RANGE(Operator::within, false),
        BOOL_EQUALS((a, b) -> a.isBoolean() && b.isBoolean() && a.booleanValue() == b.booleanValue(), true),
        STRING_IN((a, b) -> texts(a, b, String::equals), true),
        STRING_NOT_IN((a, b) -> texts(a, b, String::equals), false),
        STRING_BEGINS_WITH((a, b) -> texts(a, b, String::startsWith), true),
        STRING_NOT_BEGINS_WITH((a, b) -> texts(a, b, String::startsWith), false),
        STRING_ENDS_WITH((a, b) -> texts(a, b, String::endsWith), true),
        STRING_NOT_ENDS_WITH((a, b) -> texts(a, b, String::endsWith), false),
        STRING_CONTAINS((a, b) -> texts(a, b, String::contains), true),
        STRING_NOT_CONTAINS((a, b) -> texts(a, b, String::contains), false),
        IS_NULL_OR_UNDEFINED((a, b) -> false, true),
        IS_NOT_NULL((a, b) -> false, false);

        private final BiPredicate<JsonNode, JsonNode> fits;
        private final boolean wanted;

        Operator(BiPredicate<JsonNode, JsonNode> fits, boolean wanted) {
            this.fits = fits;
            this.wanted = wanted;
        }

        private static boolean sameNumber(JsonNode a, JsonNode b) {
            return order(a, b, c -> c == 0);
        }

        private static boolean order(JsonNode a, JsonNode b, java.util.function.IntPredicate holds) {
            return a.isNumber() && b.isNumber() && holds.test(compare(a, b));
        }

        private static int compare(JsonNode a, JsonNode b) {
            BigDecimal left = a.decimalValue();
            return left.compareTo(b.decimalValue());
        }

        /// The value is `[from, to]`.
        private static boolean within(JsonNode a, JsonNode range) {
            return range.isArray()
                    && range.size() == 2
                    && order(a, range.get(0), c -> c >= 0)
                    && order(a, range.get(1), c -> c <= 0);
        }

        private static boolean texts(JsonNode a, JsonNode b, BiPredicate<String, String> holds) {
            return a.isString()
                    && b.isString()
                    && holds.test(
                            a.stringValue().toLowerCase(Locale.ROOT),
                            b.stringValue().toLowerCase(Locale.ROOT));
        }
    }

    /// Whether an event fits.
    public boolean holds(JsonNode event) {
        JsonNode value = event;
        for (String step : key.split("\\.")) {
            value = Place.root(value).member(step).json();
        }
        boolean absent = value.isMissingNode() || value.isNull();
        if (operator == Operator.IS_NULL_OR_UNDEFINED || operator == Operator.IS_NOT_NULL) {
            return absent == operator.wanted;
        }
        JsonNode found = value;
        boolean any = values.stream().anyMatch(v -> {
            if (found.isArray()) {
                return found.valueStream().anyMatch(one -> operator.fits.test(one, v));
            }
            return operator.fits.test(found, v);
        });
        return any == operator.wanted;
    }

    static EventFilter of(Place place) {
        Operator operator = operator(place.member("operatorType"));
        String key = place.member("key").requiredText();
        List<JsonNode> values = new ArrayList<>();
        Place several = place.member("values");
        several.items().forEach(item -> values.add(item.json()));
        Place single = place.member("value");
        if (single.present()) {
            values.add(single.json());
        }
        if (values.size() > MAX_VALUES) {
            throw several.invalid("at most " + MAX_VALUES + " values");
        }
        boolean none = operator == Operator.IS_NULL_OR_UNDEFINED || operator == Operator.IS_NOT_NULL;
        if (values.isEmpty() && !none) {
            throw several.missing();
        }
        return new EventFilter(operator, key, values);
    }

    private static Operator operator(Place place) {
        String word = place.requiredText();
        @Nullable Operator found = null;
        for (Operator operator : Operator.values()) {
            if (operator.name().replace("_", "").equalsIgnoreCase(word)) {
                found = operator;
            }
        }
        if (found == null) {
            throw place.invalid("an operator of Event Grid such as StringContains or NumberIn");
        }
        return found;
    }
}
