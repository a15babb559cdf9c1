package dev.sluice.model.run;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// The body of a run query (`RunFilterParameters`): which runs, in which order, from which page on.
///
/// @param after runs last updated at or after this time
/// @param before runs last updated at or before this time
/// @param conditions all must hold
/// @param order first to last significance; empty means by start time, oldest first
/// @param continuation where the page before ended; null for the first page
public record RunFilter(
        Instant after,
        Instant before,
        List<Condition> conditions,
        List<Order> order,
        @Nullable Position continuation) {
    /// Most conditions, and most values of one condition.
    public static final int MAX_CONDITIONS = 100;

    public static final int MAX_VALUES = 1_000;

    public RunFilter {
        conditions = List.copyOf(conditions);
        order = List.copyOf(order);
    }

    /// One condition. Texts are compared without regard to case, times as times.
    public record Condition(Operand operand, Operator operator, List<String> values) {
        public Condition {
            values = List.copyOf(values);
        }

        boolean holds(Queryable run) {
            String actual = run.value(operand);
            boolean among = actual != null && values.stream().anyMatch(v -> same(actual, v));
            return switch (operator) {
                case EQUALS, IN -> among;
                case NOT_EQUALS, NOT_IN -> !among;
            };
        }

        private boolean same(String actual, String wanted) {
            if (operand.isTime()) {
                return Timestamps.parse(wanted).equals(Timestamps.parse(actual));
            }
            return actual.equalsIgnoreCase(wanted);
        }
    }

    public enum Operator {
        EQUALS("Equals"),
        NOT_EQUALS("NotEquals"),
        IN("In"),
        NOT_IN("NotIn");

        private final String word;

        Operator(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public record Order(Operand by, boolean descending) {}

    /// The place in the order where a page ended: the last record's order values and its id.
    public record Position(List<String> values, String id) {
        public Position {
            values = List.copyOf(values);
        }

        /// As an opaque `continuationToken`.
        public String token() {
            ArrayNode json = Json.array();
            json.add(id);
            values.forEach(json::add);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
        }
    }

    /// One page of records.
    ///
    /// @param next the token of the next page; null when this is the last
    public record Page<T>(List<T> value, @Nullable String next) {
        public Page {
            value = List.copyOf(value);
        }
    }

    /// Reads the body of a query; throws a located problem for the first thing that is wrong.
    public static RunFilter parse(JsonNode body) {
        Place root = Place.root(body);
        if (!body.isObject()) {
            throw root.invalid("an object");
        }
        List<Condition> conditions = limited(root.member("filters"), MAX_CONDITIONS).stream()
                .map(RunFilter::condition)
                .toList();
        List<Order> order = limited(root.member("orderBy"), MAX_CONDITIONS).stream()
                .map(RunFilter::order)
                .toList();
        Place token = root.member("continuationToken");
        boolean first = token.text().orElse("").isEmpty();
        return new RunFilter(
                time(root.member("lastUpdatedAfter")),
                time(root.member("lastUpdatedBefore")),
                conditions,
                order,
                first ? null : position(token));
    }

    /// Whether a run is asked for; the page is not looked at.
    public boolean matches(Queryable run) {
        return !run.lastUpdated().isBefore(after)
                && !run.lastUpdated().isAfter(before)
                && conditions.stream().allMatch(c -> c.holds(run));
    }

    /// The page asked for, of at most `size` records: those that match, in order, after the continuation. Records that
    /// come or change in between neither repeat nor hide others.
    public <T extends Queryable> Page<T> page(Collection<T> runs, int size) {
        Comparator<Position> comparator = comparator();
        List<T> rest = runs.stream()
                .filter(this::matches)
                .filter(r -> continuation == null || comparator.compare(position(r), continuation) > 0)
                .sorted(Comparator.comparing(this::position, comparator))
                .limit(size + 1L)
                .toList();
        if (rest.size() <= size) {
            return new Page<>(rest, null);
        }
        List<T> page = rest.subList(0, size);
        return new Page<>(page, position(page.getLast()).token());
    }

    /// Where a record stands in this filter's order.
    public Position position(Queryable run) {
        return new Position(
                effective(run).stream()
                        .map(o -> {
                            String value = run.value(o.by());
                            return value == null ? "" : value;
                        })
                        .toList(),
                run.id());
    }

    private List<Order> effective(Queryable run) {
        if (!order.isEmpty()) {
            return order;
        }
        return switch (run) {
            case PipelineRun p -> List.of(new Order(Operand.RUN_START, false));
            case ActivityRun a -> List.of(new Order(Operand.ACTIVITY_RUN_START, false));
            case TriggerRun t -> List.of(new Order(Operand.TRIGGER_RUN_TIMESTAMP, false));
        };
    }

    private Comparator<Position> comparator() {
        return (a, b) -> {
            for (int i = 0; i < Math.min(a.values.size(), b.values.size()); i++) {
                int by = a.values.get(i).compareToIgnoreCase(b.values.get(i));
                if (by != 0) {
                    return i < order.size() && order.get(i).descending() ? -by : by;
                }
            }
            return a.id.compareTo(b.id);
        };
    }

    private static Condition condition(Place place) {
        Place operand = place.member("operand");
        Place operator = place.member("operator");
        Place values = place.member("values");
        if (!values.present()) {
            throw values.missing();
        }
        List<String> texts = new ArrayList<>();
        for (Place value : limited(values, MAX_VALUES)) {
            texts.add(
                    value.json().isString()
                            ? value.json().stringValue()
                            : value.json().toString());
        }
        return new Condition(
                Operand.of(operand.requiredText())
                        .orElseThrow(() -> operand.invalid("an operand such as PipelineName or Status")),
                operator(operator),
                texts);
    }

    private static Operator operator(Place place) {
        String word = place.requiredText();
        for (Operator operator : Operator.values()) {
            if (operator.word.equalsIgnoreCase(word)) {
                return operator;
            }
        }
        throw place.invalid("Equals, NotEquals, In or NotIn");
    }

    private static Order order(Place place) {
        Place by = place.member("orderBy");
        Place direction = place.member("order");
        boolean descending = switch (direction.requiredText().toUpperCase(Locale.ROOT)) {
            case "ASC" -> false;
            case "DESC" -> true;
            default -> throw direction.invalid("ASC or DESC");
        };
        return new Order(
                Operand.of(by.requiredText())
                        .orElseThrow(() -> by.invalid("an operand such as RunStart or PipelineName")),
                descending);
    }

    private static Instant time(Place place) {
        Instant time = Timestamps.read(place);
        if (time == null) {
            throw place.missing();
        }
        return time;
    }

    private static Position position(Place token) {
        try {
            String json = new String(Base64.getUrlDecoder().decode(token.requiredText()), StandardCharsets.UTF_8);
            List<String> parts = Place.root(Json.parse(json)).items().stream()
                    .map(p -> p.text().orElse(""))
                    .toList();
            return new Position(parts.subList(1, parts.size()), parts.getFirst());
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NoSuchElementException | ProblemException e) {
            throw token.invalid("a continuationToken of an earlier answer");
        }
    }

    private static List<Place> limited(Place list, int most) {
        List<Place> items = list.items();
        if (items.size() > most) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(list.pointer())
                    .evidence("what", "The number of elements of '" + list.name() + "'")
                    .evidence("value", items.size())
                    .evidence("limit", most)
                    .exception();
        }
        return items;
    }
}
