package dev.sluice.node.agent.job;

import dev.sluice.data.batch.Schema;
import dev.sluice.model.Json;
import dev.sluice.model.TimeSpan;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Rows as the objects that Data Factory makes of them: numbers and Booleans as such, dates and times as .NET writes
/// them (a time without zone with a Z), bytes in Base64, everything else as text. A column without a name is called
/// `Prop_0` after its position; a name that comes again gets a number.
final class JsonRows {
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 7, true)
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral('T')
            .append(TIME)
            .toFormatter(Locale.ROOT);

    private final List<String> names;

    JsonRows(Schema columns) {
        this.names = names(columns.names());
    }

    private static List<String> names(List<String> given) {
        List<String> names = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (int i = 0; i < given.size(); i++) {
            String name = given.get(i).isEmpty() ? "Prop_" + i : given.get(i);
            String unique = name;
            for (int n = 1; !used.add(unique); n++) {
                unique = name + n;
            }
            names.add(unique);
        }
        return names;
    }

    ObjectNode row(List<@Nullable Object> values) {
        ObjectNode row = Json.object();
        for (int i = 0; i < names.size(); i++) {
            row.set(names.get(i), value(values.get(i)));
        }
        return row;
    }

    /// A value of one of the classes that [dev.sluice.data.spi.SqlParameter] lists.
    static JsonNode value(@Nullable Object value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (value) {
            case null -> json.nullNode();
            case Boolean b -> json.booleanNode(b);
            case Integer i -> json.numberNode(i.longValue());
            case Long l -> json.numberNode(l.longValue());
            case BigDecimal d -> json.numberNode(d);
            case java.math.BigInteger i -> json.numberNode(i);
            case Float f -> Float.isFinite(f) ? json.numberNode(f.floatValue()) : json.stringNode(f.toString());
            case Double d -> Double.isFinite(d) ? json.numberNode(d.doubleValue()) : json.stringNode(d.toString());
            case String s -> json.stringNode(s);
            case UUID id -> json.stringNode(id.toString());
            case LocalDate d -> json.stringNode(DATE_TIME.format(d.atStartOfDay()) + "Z");
            case LocalDateTime t -> json.stringNode(DATE_TIME.format(t) + "Z");
            case OffsetDateTime t -> json.stringNode(DATE_TIME.format(t.toLocalDateTime()) + offset(t.getOffset()));
            case LocalTime t -> json.stringNode(TIME.format(t));
            case Duration d -> json.stringNode(TimeSpan.format(d));
            case byte[] bytes -> json.stringNode(Base64.getEncoder().encodeToString(bytes));
            default -> throw new IllegalArgumentException(value.getClass() + " is no class of values");
        };
    }

    private static String offset(ZoneOffset offset) {
        return offset.getTotalSeconds() == 0 ? "+00:00" : offset.getId();
    }
}
