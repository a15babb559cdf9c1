package dev.sluice.node.agent.job;

import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.SqlParameter;
import dev.sluice.data.spi.SqlParameter.Direction;
import dev.sluice.data.spi.SqlParameter.Type;
import dev.sluice.model.TimeSpan;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Parameters of scripts and procedures as documents give them, with values of their types.
final class SqlParameters {
    private SqlParameters() {}

    /// `parameters` of a script's block: objects of name, type, value, direction and size.
    static List<SqlParameter> ofBlock(Settings block) {
        List<SqlParameter> parameters = new ArrayList<>();
        List<?> list = block.list("parameters");
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof Map<?, ?> members)) {
                throw block.wrong("parameters", String.valueOf(list.get(i)), "objects of name, type, value, direction");
            }
            parameters.add(one(section(block.pointer() + "/parameters/" + i, members), Optional.empty()));
        }
        return parameters;
    }

    /// `storedProcedureParameters`: an object of name to value and type, or to the value itself.
    static List<SqlParameter> ofProcedure(Settings parameters) {
        List<SqlParameter> all = new ArrayList<>();
        for (String name : parameters.names()) {
            Object given = parameters.value(name).orElseThrow();
            Settings one = given instanceof Map<?, ?> members
                    ? section(parameters.pointer() + "/" + name, members)
                    : new Settings(parameters.pointer() + "/" + name, Map.of("value", given));
            all.add(one(one, Optional.of(name)));
        }
        return all;
    }

    static Settings section(String pointer, Map<?, ?> members) {
        Map<String, @Nullable Object> inner = new LinkedHashMap<>();
        members.forEach((name, value) -> inner.put(String.valueOf(name), value));
        return new Settings(pointer, inner);
    }

    private static SqlParameter one(Settings given, Optional<String> name) {
        String called = name.orElseGet(() -> given.text("name").orElse(""));
        while (called.startsWith("@") || called.startsWith(":")) {
            called = called.substring(1);
        }
        Object raw = given.value("value").orElse(null);
        Type type = given.text("type")
                .map(text -> Type.named(text).orElseThrow(() -> given.wrong("type", text, types())))
                .orElseGet(() -> natural(raw));
        Object value = raw == null ? null : value(type, raw, given);
        if (value instanceof LocalDateTime && type == Type.DATE) {
            type = Type.DATETIME;
        }
        int size = given.number("size", -1, Integer.MAX_VALUE).orElse(0L).intValue();
        return new SqlParameter(called, type, value, direction(given), size);
    }

    private static String types() {
        return "one of Boolean, Byte, Int16, Int32, Int64, Single, Double, Decimal, String, Guid, Date, DateTime,"
                + " DateTimeOffset, TimeSpan";
    }

    private static Direction direction(Settings given) {
        String text = given.text("direction").orElse("Input");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "input" -> Direction.INPUT;
            case "output" -> Direction.OUTPUT;
            case "inputoutput" -> Direction.INPUT_OUTPUT;
            default -> throw given.wrong("direction", text, "Input, Output or InputOutput");
        };
    }

    private static Type natural(@Nullable Object raw) {
        return switch (raw) {
            case Boolean _ -> Type.BOOLEAN;
            case BigDecimal d -> d.stripTrailingZeros().scale() <= 0 ? Type.INT64 : Type.DECIMAL;
            case null, default -> Type.STRING;
        };
    }

    private static Object value(Type type, Object raw, Settings given) {
        String text = given.text("value")
                .orElseThrow(() -> given.wrong("value", raw, type.name().toLowerCase(Locale.ROOT)));
        try {
            return switch (type) {
                case BOOLEAN -> given.flag("value", false);
                case BYTE -> given.number("value", 0, 255).orElseThrow();
                case INT16 ->
                    given.number("value", Short.MIN_VALUE, Short.MAX_VALUE).orElseThrow();
                case INT32 ->
                    given.number("value", Integer.MIN_VALUE, Integer.MAX_VALUE).orElseThrow();
                case INT64 ->
                    given.number("value", Long.MIN_VALUE, Long.MAX_VALUE).orElseThrow();
                case SINGLE -> Float.valueOf(text.strip());
                case DOUBLE -> Double.valueOf(text.strip());
                case DECIMAL -> new BigDecimal(text.strip());
                case STRING -> text;
                case GUID -> UUID.fromString(text.strip().replace("{", "").replace("}", ""));
                case DATE -> dateOnly(moment(text));
                case DATETIME -> moment(text).toLocalDateTime();
                case DATETIMEOFFSET -> moment(text);
                case TIMESPAN ->
                    TimeSpan.parse(text.strip()).orElseThrow(() -> given.wrong("value", text, "a time span"));
            };
        } catch (NumberFormatException | DateTimeException e) {
            throw given.wrong("value", text, "a value of type " + type.name());
        } catch (IllegalArgumentException e) {
            throw given.wrong("value", text, "a GUID");
        }
    }

    private static Object dateOnly(OffsetDateTime moment) {
        LocalDateTime local = moment.toLocalDateTime();
        return local.toLocalTime().equals(LocalTime.MIDNIGHT) ? (Object) local.toLocalDate() : local;
    }

    private static OffsetDateTime moment(String text) {
        String iso = text.strip().replace(' ', 'T');
        if (!iso.contains("T")) {
            return LocalDate.parse(iso).atStartOfDay().atOffset(ZoneOffset.UTC);
        }
        TemporalAccessor parsed =
                DateTimeFormatter.ISO_DATE_TIME.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
        return parsed instanceof OffsetDateTime o ? o : ((LocalDateTime) parsed).atOffset(ZoneOffset.UTC);
    }
}
