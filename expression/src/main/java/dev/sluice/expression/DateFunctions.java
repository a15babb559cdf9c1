package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.StringNode;

/// Time stamps: text in, text out, by default in the format `o`.
final class DateFunctions {
    static final List<NamedFunction> TABLE = List.of(
            function("addDays", 2, 3, a -> moved(a, ChronoUnit.DAYS)),
            function("addHours", 2, 3, a -> moved(a, ChronoUnit.HOURS)),
            function("addMinutes", 2, 3, a -> moved(a, ChronoUnit.MINUTES)),
            function("addSeconds", 2, 3, a -> moved(a, ChronoUnit.SECONDS)),
            function("addToTime", 3, 4, a -> shifted(a, 1)),
            function("subtractFromTime", 3, 4, a -> shifted(a, -1)),
            function("getFutureTime", 2, 3, a -> fromNow(a, 1)),
            function("getPastTime", 2, 3, a -> fromNow(a, -1)),
            function("convertFromUtc", 2, 3, DateFunctions::convertFromUtc),
            function("convertToUtc", 2, 3, DateFunctions::convertToUtc),
            function("convertTimeZone", 3, 4, DateFunctions::convertTimeZone),
            function("dayOfMonth", 1, a -> IntNode.valueOf(stamp(a).time().getDayOfMonth())),
            function(
                    "dayOfWeek",
                    1,
                    a -> IntNode.valueOf(stamp(a).time().getDayOfWeek().getValue() % 7)),
            function("dayOfYear", 1, a -> IntNode.valueOf(stamp(a).time().getDayOfYear())),
            function("formatDateTime", 1, 2, a -> formatted(a, stamp(a), 1)),
            function("startOfDay", 1, 2, a -> started(a, time -> time.truncatedTo(ChronoUnit.DAYS))),
            function("startOfHour", 1, 2, a -> started(a, time -> time.truncatedTo(ChronoUnit.HOURS))),
            function(
                    "startOfMonth",
                    1,
                    2,
                    a -> started(a, time -> time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1))),
            function("ticks", 1, a -> LongNode.valueOf(stamp(a).ticks())),
            function("utcNow", 0, 1, a -> formatted(a, now(a), 0)));

    private DateFunctions() {}

    private static Timestamp stamp(Arguments a) {
        Timestamp stamp = Timestamp.parse(a.text(0));
        if (stamp == null) {
            throw new Refusal(
                    0,
                    "expects its first parameter to be a time stamp such as '2018-03-15T13:00:00Z'; the value of "
                            + a.text(0).length() + " characters is none.");
        }
        return stamp;
    }

    private static Timestamp now(Arguments a) {
        return new Timestamp(LocalDateTime.ofInstant(a.scope().clock().instant(), ZoneOffset.UTC), true);
    }

    private static JsonNode formatted(Arguments a, Timestamp stamp, int formatIndex) {
        String format = a.textOrNull(formatIndex);
        try {
            return StringNode.valueOf(DotNetFormat.format(stamp, format == null ? "o" : format));
        } catch (IllegalArgumentException e) {
            throw new Refusal(formatIndex, "expects its format to be a .NET date format; " + e.getMessage() + ".");
        }
    }

    private static JsonNode moved(Arguments a, ChronoUnit unit) {
        return formatted(a, plus(stamp(a), a.integer(1), unit), 2);
    }

    private static JsonNode shifted(Arguments a, int sign) {
        Timestamp stamp = stamp(a);
        return formatted(a, plus(stamp, sign * a.integer(1), unit(a, 2)), 3);
    }

    private static JsonNode fromNow(Arguments a, int sign) {
        return formatted(a, plus(now(a), sign * a.integer(0), unit(a, 1)), 2);
    }

    private static JsonNode started(Arguments a, UnaryOperator<LocalDateTime> start) {
        Timestamp stamp = stamp(a);
        return formatted(a, new Timestamp(start.apply(stamp.time()), stamp.utc()), 1);
    }

    private static Timestamp plus(Timestamp stamp, long amount, ChronoUnit unit) {
        try {
            LocalDateTime moved = stamp.time().plus(amount, unit);
            if (moved.getYear() < 1 || moved.getYear() > 9999) {
                throw new DateTimeException("year " + moved.getYear());
            }
            return new Timestamp(moved, stamp.utc());
        } catch (DateTimeException | ArithmeticException e) {
            throw new Refusal("has a result outside the years 1 to 9999.");
        }
    }

    private static ChronoUnit unit(Arguments a, int index) {
        return switch (a.text(index).toLowerCase(Locale.ROOT)) {
            case "second" -> ChronoUnit.SECONDS;
            case "minute" -> ChronoUnit.MINUTES;
            case "hour" -> ChronoUnit.HOURS;
            case "day" -> ChronoUnit.DAYS;
            case "week" -> ChronoUnit.WEEKS;
            case "month" -> ChronoUnit.MONTHS;
            case "year" -> ChronoUnit.YEARS;
            default ->
                throw new Refusal(
                        index, "expects its unit to be one of Second, Minute, Hour, Day, Week, Month and Year.");
        };
    }

    private static JsonNode convertFromUtc(Arguments a) {
        TimeZones.Zone to = zone(a, 1);
        return formatted(a, to.fromUtc(stamp(a).time()), 2);
    }

    private static JsonNode convertToUtc(Arguments a) {
        Timestamp stamp = stamp(a);
        TimeZones.Zone from = zone(a, 1);
        // A time that says it is UTC already is not moved again.
        LocalDateTime utc = stamp.utc() ? stamp.time() : from.toUtc(stamp.time());
        return formatted(a, new Timestamp(utc, true), 2);
    }

    private static JsonNode convertTimeZone(Arguments a) {
        TimeZones.Zone from = zone(a, 1);
        TimeZones.Zone to = zone(a, 2);
        return formatted(a, to.fromUtc(from.toUtc(stamp(a).time())), 3);
    }

    private static TimeZones.Zone zone(Arguments a, int index) {
        TimeZones.@Nullable Zone zone = TimeZones.byName(a.text(index));
        if (zone == null) {
            throw new Refusal(
                    index,
                    "expects its " + Arguments.ordinal(index)
                            + " parameter to be the name of a time zone such as 'Pacific Standard Time' or 'UTC'.");
        }
        return zone;
    }
}
