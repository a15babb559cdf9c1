package dev.sluice.expression;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A point in time as .NET's `DateTime`: to 100 nanoseconds, and either known to be UTC or not said.
record Timestamp(LocalDateTime time, boolean utc) {
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final String TIME =
            "(?:[T ]\\s*(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(?:\\s*([AaPp][Mm]))?"
                    + "\\s*(Z|z|GMT|UTC|[+-]\\d{2}:?\\d{2})?)?";
    private static final String WEEKDAY = "(?:[A-Za-z]{3,9},\\s*)?";

    /// Groups 1 to 3 are the date in the order named, then hour, minute, second, fraction, AM/PM, offset.
    private enum Order {
        YEAR_MONTH_DAY("(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})", 1, 2, 3),
        MONTH_DAY_YEAR("(\\d{1,2})[-/](\\d{1,2})[-/](\\d{4})", 3, 1, 2),
        DAY_NAME_YEAR("(\\d{1,2})[- ]([A-Za-z]{3,9})[- ](\\d{4})", 3, 2, 1),
        NAME_DAY_YEAR("([A-Za-z]{3,9}) (\\d{1,2}),? (\\d{4})", 3, 1, 2);

        private final Pattern pattern;
        private final int year;
        private final int month;
        private final int day;

        Order(String date, int year, int month, int day) {
            this.pattern = Pattern.compile(WEEKDAY + date + TIME);
            this.year = year;
            this.month = month;
            this.day = day;
        }
    }

    private static final List<Order> ORDERS = List.of(Order.values());

    Timestamp {
        time = time.withNano(time.getNano() / 100 * 100);
    }

    /// Reads ISO 8601 and the forms .NET reads in its invariant culture: month before day with slashes, names of
    /// months. An offset is taken into account: the result is UTC. Null when the text is no time stamp.
    static @Nullable Timestamp parse(String text) {
        String trimmed = text.strip();
        if (trimmed.length() > 64) {
            return null;
        }
        for (Order order : ORDERS) {
            Matcher found = order.pattern.matcher(trimmed);
            if (found.matches()) {
                return read(found, order);
            }
        }
        return null;
    }

    private static @Nullable Timestamp read(Matcher found, Order order) {
        try {
            LocalDate date = LocalDate.of(
                    Integer.parseInt(found.group(order.year)),
                    month(found.group(order.month)),
                    Integer.parseInt(found.group(order.day)));
            LocalDateTime local = date.atTime(time(found));
            String offset = found.group(9);
            if (offset == null) {
                return new Timestamp(local, false);
            }
            return new Timestamp(
                    Character.isLetter(offset.charAt(0))
                            ? local
                            : local.minusSeconds(ZoneOffset.of(offset).getTotalSeconds()),
                    true);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int month(String text) {
        if (Character.isDigit(text.charAt(0))) {
            return Integer.parseInt(text);
        }
        int at = MONTHS.indexOf(text.substring(0, 3).toLowerCase(Locale.ROOT));
        if (at < 0 || at % 3 != 0) {
            throw new DateTimeException("no month");
        }
        return at / 3 + 1;
    }

    private static LocalTime time(Matcher found) {
        if (found.group(4) == null) {
            return LocalTime.MIDNIGHT;
        }
        int hour = Integer.parseInt(found.group(4));
        String half = found.group(8);
        if (half != null) {
            if (hour < 1 || hour > 12) {
                throw new DateTimeException("hour " + hour + " with AM or PM");
            }
            hour = hour % 12 + (half.toLowerCase(Locale.ROOT).equals("pm") ? 12 : 0);
        }
        int second = found.group(6) == null ? 0 : Integer.parseInt(found.group(6));
        String fraction = found.group(7) == null ? "" : found.group(7);
        return LocalTime.of(
                hour,
                Integer.parseInt(found.group(5)),
                second,
                Integer.parseInt((fraction + "000000000").substring(0, 9)));
    }

    /// 100-nanosecond units since the beginning of year 1.
    long ticks() {
        long epoch = LocalDate.of(1, 1, 1).toEpochDay();
        long seconds = (time.toLocalDate().toEpochDay() - epoch) * 86_400L
                + time.toLocalTime().toSecondOfDay();
        return seconds * 10_000_000L + time.getNano() / 100;
    }
}
