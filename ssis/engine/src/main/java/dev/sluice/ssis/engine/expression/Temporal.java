package dev.sluice.ssis.engine.expression;

import dev.sluice.ssis.engine.expression.SsisType.Kind;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Dates and times: parts, differences, texts.
final class Temporal {
    private static final DateTimeFormatter DATE_TIME_FRACTION = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-M-d[ ['T']H:m[:s")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendPattern("]][XXX]")
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
            .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    /// What the product takes besides ISO with an English (United States) locale.
    private static final List<DateTimeFormatter> OTHERS = List.of(
            form("M/d/uuuu[ h:m[:s][ ]a]"),
            form("M/d/uuuu[ H:m[:s]]"),
            form("M-d-uuuu[ H:m[:s]]"),
            form("uuuu/M/d[ H:m[:s]]"),
            form("uuuuMMdd[ H:m[:s]]"),
            form("MMM d[,] uuuu[ h:m[:s][ ]a]"),
            form("MMM d[,] uuuu[ H:m[:s]]"),
            form("d MMM uuuu[ H:m[:s]]"));

    private static final Map<String, List<String>> PARTS = Map.ofEntries(
            Map.entry("year", List.of("year", "yy", "yyyy")),
            Map.entry("quarter", List.of("quarter", "qq", "q")),
            Map.entry("month", List.of("month", "mm", "m")),
            Map.entry("dayofyear", List.of("dayofyear", "dy", "y")),
            Map.entry("day", List.of("day", "dd", "d")),
            Map.entry("week", List.of("week", "wk", "ww")),
            Map.entry("weekday", List.of("weekday", "dw", "w")),
            Map.entry("hour", List.of("hour", "hh")),
            Map.entry("minute", List.of("minute", "mi", "n")),
            Map.entry("second", List.of("second", "ss", "s")),
            Map.entry("millisecond", List.of("millisecond", "ms")));

    private Temporal() {}

    private static DateTimeFormatter form(String pattern) {
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern)
                .toFormatter(Locale.US)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    /// The full name of a date part; empty when there is none of that name.
    static String part(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        return PARTS.entrySet().stream()
                .filter(e -> e.getValue().contains(lower))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    /// Any value with a date as a date and time; an offset is left out after going to UTC is not wanted here, so the
    /// local reading counts.
    static LocalDateTime local(Object value) {
        return switch (value) {
            case LocalDateTime t -> t;
            case LocalDate d -> d.atStartOfDay();
            case OffsetDateTime o -> o.toLocalDateTime();
            case LocalTime t -> LocalDate.of(1899, 12, 30).atTime(t);
            default -> throw new IllegalStateException("no date: " + value.getClass());
        };
    }

    static long datePart(String part, LocalDateTime t) {
        return switch (part) {
            case "year" -> t.getYear();
            case "quarter" -> (t.getMonthValue() + 2) / 3;
            case "month" -> t.getMonthValue();
            case "dayofyear" -> t.getDayOfYear();
            case "day" -> t.getDayOfMonth();
            case "week" -> {
                int first = sundayBased(t.toLocalDate().withDayOfYear(1));
                yield (t.getDayOfYear() - 1 + first - 1) / 7 + 1;
            }
            case "weekday" -> sundayBased(t.toLocalDate());
            case "hour" -> t.getHour();
            case "minute" -> t.getMinute();
            case "second" -> t.getSecond();
            default -> t.getNano() / 1_000_000;
        };
    }

    /// 1 for Sunday.
    private static int sundayBased(LocalDate date) {
        return date.getDayOfWeek() == DayOfWeek.SUNDAY ? 1 : date.getDayOfWeek().getValue() + 1;
    }

    static LocalDateTime add(String part, long n, LocalDateTime t) {
        try {
            return switch (part) {
                case "year" -> t.plusYears(n);
                case "quarter" -> t.plusMonths(Math.multiplyExact(n, 3));
                case "month" -> t.plusMonths(n);
                case "week" -> t.plusWeeks(n);
                case "dayofyear", "day", "weekday" -> t.plusDays(n);
                case "hour" -> t.plusHours(n);
                case "minute" -> t.plusMinutes(n);
                case "second" -> t.plusSeconds(n);
                default -> t.plus(n, ChronoUnit.MILLIS);
            };
        } catch (DateTimeException | ArithmeticException e) {
            throw new RowFailure(RowFailure.Code.FUNCTION_OVERFLOW, "the date is out of range");
        }
    }

    /// Boundaries crossed, as T-SQL counts.
    static long difference(String part, LocalDateTime a, LocalDateTime b) {
        return switch (part) {
            case "year" -> b.getYear() - a.getYear();
            case "quarter" -> quarters(b) - quarters(a);
            case "month" -> months(b) - months(a);
            case "week" -> Math.floorDiv(sundays(b), 7) - Math.floorDiv(sundays(a), 7);
            case "dayofyear", "day", "weekday" -> ChronoUnit.DAYS.between(a.toLocalDate(), b.toLocalDate());
            case "hour" -> between(a, b, ChronoUnit.HOURS);
            case "minute" -> between(a, b, ChronoUnit.MINUTES);
            case "second" -> between(a, b, ChronoUnit.SECONDS);
            default -> between(a, b, ChronoUnit.MILLIS);
        };
    }

    private static long between(LocalDateTime a, LocalDateTime b, ChronoUnit unit) {
        return unit.between(a.truncatedTo(unit), b.truncatedTo(unit));
    }

    private static long quarters(LocalDateTime t) {
        return t.getYear() * 4L + (t.getMonthValue() - 1) / 3;
    }

    private static long months(LocalDateTime t) {
        return t.getYear() * 12L + t.getMonthValue();
    }

    /// Days since a Sunday.
    private static long sundays(LocalDateTime t) {
        return t.toLocalDate().toEpochDay() + 4;
    }

    /// A text as the type that is wanted.
    static Object parse(String text, Kind kind) {
        String t = text.strip();
        try {
            return switch (kind) {
                case DBDATE -> moment(t).toLocalDate();
                case DBTIME, DBTIME2 -> time(t);
                case DBTIMESTAMPOFFSET -> offset(t);
                default -> moment(t);
            };
        } catch (DateTimeException e) {
            throw new RowFailure(RowFailure.Code.CAST, "'" + text + "' is no DT_" + kind.name());
        }
    }

    private static LocalTime time(String text) {
        if (text.contains("-") || text.contains("/")) {
            return moment(text).toLocalTime();
        }
        return LocalTime.parse(text.length() > 1 && text.charAt(1) == ':' ? "0" + text : text);
    }

    private static OffsetDateTime offset(String text) {
        int sign = Math.max(text.lastIndexOf('+'), text.lastIndexOf(" -"));
        if (sign > 10) {
            String zone = text.substring(sign).strip();
            return moment(text.substring(0, sign).strip()).atOffset(ZoneOffset.of(zone));
        }
        return moment(text).atOffset(ZoneOffset.UTC);
    }

    private static LocalDateTime moment(String text) {
        try {
            return LocalDateTime.from(DATE_TIME_FRACTION.parse(text));
        } catch (DateTimeParseException iso) {
            for (DateTimeFormatter other : OTHERS) {
                try {
                    var parsed = other.parseBest(text, LocalDateTime::from, LocalDate::from);
                    return parsed instanceof LocalDate d ? d.atStartOfDay() : (LocalDateTime) parsed;
                } catch (DateTimeParseException next) {
                    continue;
                }
            }
            throw iso;
        }
    }

    /// A value as text.
    static String text(Object value, SsisType type) {
        return switch (value) {
            case LocalDate d -> d.toString();
            case LocalTime t -> clock(t, type.kind() == Kind.DBTIME ? 0 : type.scale());
            case OffsetDateTime o ->
                o.toLocalDate() + " " + clock(o.toLocalTime(), type.scale()) + " "
                        + (o.getOffset().equals(ZoneOffset.UTC)
                                ? "+00:00"
                                : o.getOffset().getId());
            case LocalDateTime t -> moment(t, type);
            default -> throw new IllegalStateException("no date: " + value.getClass());
        };
    }

    private static String moment(LocalDateTime t, SsisType type) {
        if (type.kind() == Kind.DATE) {
            // The United States' form, without a time of day where there is none.
            String date = t.getMonthValue() + "/" + t.getDayOfMonth() + "/" + t.getYear();
            return t.toLocalTime().equals(LocalTime.MIDNIGHT)
                    ? date
                    : date + " "
                            + DateTimeFormatter.ofPattern("h:mm:ss a", Locale.US)
                                    .format(t);
        }
        if (type.kind() == Kind.DBTIMESTAMP && t.getNano() == 0) {
            return t.toLocalDate() + " " + clock(t.toLocalTime(), 0);
        }
        return t.toLocalDate() + " " + clock(t.toLocalTime(), type.kind() == Kind.DBTIMESTAMP2 ? type.scale() : 3);
    }

    private static String clock(LocalTime t, int digits) {
        String seconds = String.format(Locale.ROOT, "%02d:%02d:%02d", t.getHour(), t.getMinute(), t.getSecond());
        return digits == 0
                ? seconds
                : seconds + "."
                        + String.format(Locale.ROOT, "%09d", t.getNano()).substring(0, digits);
    }

    /// Cuts a fraction of a second to that many digits.
    static LocalDateTime truncated(LocalDateTime t, int digits) {
        return t.withNano(cut(t.getNano(), digits));
    }

    static LocalTime truncated(LocalTime t, int digits) {
        return t.withNano(cut(t.getNano(), digits));
    }

    private static int cut(int nano, int digits) {
        int unit = 1;
        for (int i = digits; i < 9; i++) {
            unit *= 10;
        }
        return nano / unit * unit;
    }
}
