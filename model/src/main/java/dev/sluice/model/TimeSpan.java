package dev.sluice.model;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// .NET time spans as Data Factory writes them: `[d.]hh:mm[:ss[.fffffff]]`, or days alone.
public final class TimeSpan {
    private static final Pattern FORM =
            Pattern.compile("(-)?(?:(\\d{1,8})\\.)?(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:\\.(\\d{1,7}))?)?");
    private static final Pattern DAYS = Pattern.compile("\\d{1,8}");

    private TimeSpan() {}

    /// The span, empty when the text is none or negative.
    public static Optional<Duration> parse(String text) {
        String trimmed = text.trim();
        if (DAYS.matcher(trimmed).matches()) {
            return Optional.of(Duration.ofDays(Long.parseLong(trimmed)));
        }
        Matcher m = FORM.matcher(trimmed);
        if (!m.matches() || m.group(1) != null) {
            return Optional.empty();
        }
        long hours = number(m, 3);
        long minutes = number(m, 4);
        long seconds = number(m, 5);
        if (hours > 23 || minutes > 59 || seconds > 59) {
            return Optional.empty();
        }
        String fraction = m.group(6) == null ? "0" : m.group(6);
        long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
        return Optional.of(Duration.ofDays(number(m, 2))
                .plusHours(hours)
                .plusMinutes(minutes)
                .plusSeconds(seconds)
                .plusNanos(nanos));
    }

    /// As Data Factory's authoring tools write it: `d.hh:mm:ss`.
    public static String format(Duration span) {
        return "%d.%02d:%02d:%02d"
                .formatted(span.toDays(), span.toHoursPart(), span.toMinutesPart(), span.toSecondsPart());
    }

    private static long number(Matcher m, int group) {
        return m.group(group) == null ? 0 : Long.parseLong(m.group(group));
    }
}
