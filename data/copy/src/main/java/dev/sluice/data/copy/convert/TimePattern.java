package dev.sluice.data.copy.convert;

import dev.sluice.data.spi.Settings;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Optional;

/// A custom date and time format string of .NET as Data Factory takes it, e.g. `yyyy-MM-dd HH:mm:ss.fff zzz`.
/// Immutable, thread-safe.
public final class TimePattern {
    private final DateTimeFormatter formatter;

    private TimePattern(DateTimeFormatter formatter) {
        this.formatter = formatter;
    }

    static Optional<TimePattern> of(Settings settings, String member, Optional<String> culture) {
        return settings.text(member).filter(p -> !p.isBlank()).map(pattern -> {
            try {
                return of(pattern, Locale.forLanguageTag(culture.orElse("en-US")));
            } catch (IllegalArgumentException e) {
                throw settings.wrong(member, pattern, "a .NET custom date and time format");
            }
        });
    }

    /// @throws IllegalArgumentException when it has a specifier that is not known here
    static TimePattern of(String pattern, Locale locale) {
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder().parseCaseInsensitive();
        int at = 0;
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            int end = at + 1;
            if (c == '\'' || c == '"') {
                end = pattern.indexOf(c, at + 1);
                if (end < 0) {
                    throw new IllegalArgumentException("quote not closed");
                }
                builder.appendLiteral(pattern.substring(at + 1, end));
                end++;
            } else if (c == '\\' && end < pattern.length()) {
                builder.appendLiteral(pattern.charAt(end++));
            } else if (Character.isLetter(c)) {
                while (end < pattern.length() && pattern.charAt(end) == c) {
                    end++;
                }
                specifier(builder, c, end - at);
            } else if (c == '.' && end < pattern.length() && pattern.charAt(end) == 'F') {
                while (end < pattern.length() && pattern.charAt(end) == 'F') {
                    end++;
                }
                // The point comes and goes with the digits.
                builder.appendFraction(ChronoField.NANO_OF_SECOND, 0, Math.min(9, end - at - 1), true);
            } else if (c != '%') {
                builder.appendLiteral(c);
            }
            at = end;
        }
        return new TimePattern(
                builder.parseDefaulting(ChronoField.ERA, 1).toFormatter(locale).withResolverStyle(ResolverStyle.SMART));
    }

    private static void specifier(DateTimeFormatterBuilder b, char c, int n) {
        switch (c) {
            case 'y' -> {
                if (n <= 2) {
                    b.appendValueReduced(ChronoField.YEAR_OF_ERA, 2, 2, LocalDate.of(1950, 1, 1));
                } else {
                    b.appendPattern("y".repeat(Math.max(4, n)));
                }
            }
            case 'M' -> b.appendPattern("M".repeat(Math.min(4, n)));
            case 'd' -> b.appendPattern(n <= 2 ? "d".repeat(n) : n == 3 ? "EEE" : "EEEE");
            case 'H', 'h', 'm', 's' -> b.appendPattern(String.valueOf(c).repeat(Math.min(2, n)));
            case 'f' -> b.appendFraction(ChronoField.NANO_OF_SECOND, Math.min(9, n), Math.min(9, n), false);
            case 'F' -> b.appendFraction(ChronoField.NANO_OF_SECOND, 0, Math.min(9, n), false);
            case 't' -> b.appendPattern("a");
            case 'z' -> b.appendOffset(n == 1 ? "+H" : n == 2 ? "+HH" : "+HH:MM", n == 3 ? "+00:00" : "+00");
            case 'K' -> b.appendOffset("+HH:MM", "Z");
            case 'T', 'Z' -> b.appendLiteral(c);
            default -> throw new IllegalArgumentException("specifier " + c);
        }
    }

    String format(TemporalAccessor time) {
        return formatter.format(time);
    }

    /// Seconds since the epoch in UTC and nanoseconds; null when the text does not have this form. A date
    /// without time is midnight, a time without date lies on 1970-01-01.
    @org.jspecify.annotations.Nullable
    Moment parse(String text) {
        try {
            TemporalAccessor t = formatter.parse(text);
            LocalDate date = t.query(TemporalQueries.localDate());
            LocalTime time = t.query(TemporalQueries.localTime());
            ZoneOffset offset = t.query(TemporalQueries.offset());
            if (date == null && time == null) {
                return null;
            }
            long seconds = (date == null ? 0 : date.toEpochDay() * 86_400)
                    + (time == null ? 0 : time.toSecondOfDay())
                    - (offset == null ? 0 : offset.getTotalSeconds());
            return new Moment(seconds, time == null ? 0 : time.getNano());
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// A point on the clock.
    record Moment(long seconds, int nanos) {}
}
