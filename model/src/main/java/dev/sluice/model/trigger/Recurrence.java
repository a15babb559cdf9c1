package dev.sluice.model.trigger;

import dev.sluice.model.Place;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How often a schedule trigger fires.
///
/// @param interval every how many of the frequency's units
/// @param startTime null: when the trigger was created
/// @param endTime null: for ever
/// @param timeZone a Windows or IANA name
/// @param timeZonePointer where it stands
public record Recurrence(
        Frequency frequency,
        int interval,
        @Nullable WallTime startTime,
        @Nullable WallTime endTime,
        String timeZone,
        String timeZonePointer,
        Schedule schedule) {
    /// Largest interval, as in Data Factory.
    public static final int MAX_INTERVAL = 1_000;

    /// The unit of the interval.
    public enum Frequency {
        MINUTE,
        HOUR,
        DAY,
        WEEK,
        MONTH,
        YEAR
    }

    /// Which times within the recurrence; what is empty follows from the start time.
    ///
    /// @param minutes of the hour, 0 to 59
    /// @param hours of the day, 0 to 23
    /// @param weekDays only with weeks
    /// @param monthDays 1 to 31, or -1 (the last) to -31; only with months
    /// @param monthlyOccurrences e.g. the last Friday; only with months
    public record Schedule(
            List<Integer> minutes,
            List<Integer> hours,
            List<DayOfWeek> weekDays,
            List<Integer> monthDays,
            List<Occurrence> monthlyOccurrences) {
        public Schedule {
            minutes = List.copyOf(minutes);
            hours = List.copyOf(hours);
            weekDays = List.copyOf(weekDays);
            monthDays = List.copyOf(monthDays);
            monthlyOccurrences = List.copyOf(monthlyOccurrences);
        }
    }

    /// The `occurrence`-th such day of a month; from the end when negative.
    public record Occurrence(DayOfWeek day, int occurrence) {}

    static Recurrence of(Place place) {
        Frequency frequency = frequency(place.member("frequency"));
        Place interval = place.member("interval");
        if (!interval.present()) {
            throw interval.missing();
        }
        Place zone = place.member("timeZone");
        return new Recurrence(
                frequency,
                (int) interval.whole(1, MAX_INTERVAL).orElse(1),
                WallTime.of(place.member("startTime")),
                WallTime.of(place.member("endTime")),
                zone.text().filter(z -> !z.isBlank()).orElse("UTC"),
                zone.pointer(),
                schedule(place.member("schedule"), frequency));
    }

    private static Frequency frequency(Place place) {
        String word = place.requiredText().strip();
        for (Frequency frequency : Frequency.values()) {
            if (frequency.name().equalsIgnoreCase(word)) {
                return frequency;
            }
        }
        throw place.invalid("Minute, Hour, Day, Week, Month or Year");
    }

    private static Schedule schedule(Place place, Frequency frequency) {
        if (place.present() && !place.json().isObject()) {
            throw place.invalid("an object");
        }
        Place weekDays = place.member("weekDays");
        Place monthDays = place.member("monthDays");
        Place occurrences = place.member("monthlyOccurrences");
        only(weekDays, frequency == Frequency.WEEK, "no weekDays, which only the frequency Week can have");
        boolean months = frequency == Frequency.MONTH || frequency == Frequency.YEAR;
        only(monthDays, months, "no monthDays, which only the frequency Month can have");
        only(occurrences, months, "no monthlyOccurrences, which only the frequency Month can have");
        return new Schedule(
                numbers(place.member("minutes"), 0, 59),
                numbers(place.member("hours"), 0, 23),
                weekDays.items().stream().map(Recurrence::day).distinct().toList(),
                monthDays(monthDays),
                occurrences.items().stream()
                        .map(Recurrence::occurrence)
                        .distinct()
                        .toList());
    }

    private static void only(Place place, boolean fits, String expected) {
        if (!fits && !place.items().isEmpty()) {
            throw place.invalid(expected);
        }
    }

    private static List<Integer> numbers(Place place, int least, int most) {
        SortedSet<Integer> numbers = new TreeSet<>();
        for (Place item : place.items()) {
            numbers.add((int) item.whole(least, most).orElseThrow(() -> item.invalid("a number")));
        }
        return List.copyOf(numbers);
    }

    private static List<Integer> monthDays(Place place) {
        List<Integer> days = new ArrayList<>(numbers(place, -31, 31));
        if (days.contains(0)) {
            throw place.invalid("days from 1 to 31, or from -1, the last, to -31");
        }
        return days;
    }

    private static Occurrence occurrence(Place place) {
        Place number = place.member("occurrence");
        if (!number.present()) {
            throw number.missing();
        }
        int value = (int) number.whole(-5, 5).orElse(0);
        if (value == 0) {
            throw number.invalid("a number from 1 to 5, or from -1, the last, to -5");
        }
        return new Occurrence(day(place.member("day")), value);
    }

    private static DayOfWeek day(Place place) {
        String word = place.requiredText().strip().toUpperCase(Locale.ROOT);
        Optional<DayOfWeek> day = List.of(DayOfWeek.values()).stream()
                .filter(d -> d.name().equals(word))
                .findFirst();
        return day.orElseThrow(() -> place.invalid("a day of the week such as Monday"));
    }
}
