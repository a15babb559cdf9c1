package dev.sluice.service.run.trigger;

import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.expression.TimeZones;
import dev.sluice.model.trigger.Recurrence;
import dev.sluice.model.trigger.Recurrence.Frequency;
import dev.sluice.model.trigger.Recurrence.Occurrence;
import dev.sluice.model.trigger.WallTime;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The moments of a recurrence, found one after the other. A value; thread-safe.
///
/// Days, weeks and months go by the clock of the time zone: 08:00 stays 08:00 when the clocks change. A time that is
/// left out comes when the clock before the change would have shown it; a time that occurs twice comes once, in
/// standard time. Minutes and hours go by what has passed, whatever the clocks do, as Data Factory's documentation says
/// ("daylight saving adjustment will only happen for trigger with recurrence set to Days or above"). Where `minutes`
/// are given without `hours` they mean every hour there is: none in an hour left out, both in one that occurs twice.
public final class Occurrences {
    /// Periods without any occurrence after which there is none: the 29th of February is missing for eight years at
    /// most, and intervals of 1,000 months meet every month of the year within three.
    private static final int EMPTY_PERIODS = 60;

    /// Steps of minutes or hours within which every filter by the time of day has come round.
    private static final int EMPTY_STEPS = 20_000;

    private final Recurrence recurrence;
    private final ZoneId zone;
    private final Instant start;
    private final ZonedDateTime local;
    private final @Nullable Instant end;

    private Occurrences(Recurrence recurrence, ZoneId zone, Instant created) {
        this.recurrence = recurrence;
        this.zone = zone;
        WallTime given = recurrence.startTime();
        this.start = given == null ? created.truncatedTo(ChronoUnit.SECONDS) : given.in(zone);
        this.local = start.atZone(zone);
        WallTime until = recurrence.endTime();
        this.end = until == null ? null : until.in(zone);
    }

    /// @param created when the trigger was made: its start time when it names none
    /// @throws dev.sluice.diagnosis.ProblemException [TriggerFaults#TIME_ZONE_UNKNOWN]
    public static Occurrences of(Recurrence recurrence, Instant created) {
        ZoneId zone = TimeZones.zone(recurrence.timeZone())
                .orElseThrow(() -> TriggerFaults.TIME_ZONE_UNKNOWN
                        .problem()
                        .at(recurrence.timeZonePointer())
                        .evidence("zone", recurrence.timeZone())
                        .exception());
        return new Occurrences(recurrence, zone, created);
    }

    /// The last moment of all; empty when it goes on for ever.
    public Optional<Instant> end() {
        return Optional.ofNullable(end);
    }

    /// The first occurrence at or after a moment; empty when there is none (any more).
    public Optional<Instant> next(Instant from) {
        Instant least = from.isBefore(start) ? start : from;
        Optional<Instant> found = switch (recurrence.frequency()) {
            case MINUTE -> bySteps(least, Duration.ofMinutes(recurrence.interval()));
            case HOUR -> byHours(least);
            case DAY, WEEK, MONTH, YEAR -> byDates(least);
        };
        return found.filter(at -> end == null || !at.isAfter(end));
    }

    // ---- by what has passed

    private Optional<Instant> bySteps(Instant least, Duration step) {
        Instant at = start.plus(step.multipliedBy(stepsUntil(least, step)));
        for (int tried = 0; tried < EMPTY_STEPS; tried++) {
            if (!at.isBefore(least) && hourFits(at) && minuteFits(at)) {
                return Optional.of(at);
            }
            at = at.plus(step);
        }
        return Optional.empty();
    }

    private long stepsUntil(Instant least, Duration step) {
        return Math.max(0, Duration.between(start, least).dividedBy(step));
    }

    private boolean hourFits(Instant at) {
        List<Integer> hours = recurrence.schedule().hours();
        return hours.isEmpty() || hours.contains(at.atZone(zone).getHour());
    }

    private boolean minuteFits(Instant at) {
        List<Integer> minutes = recurrence.schedule().minutes();
        return minutes.isEmpty() || minutes.contains(at.atZone(zone).getMinute());
    }

    /// Every so many hours from the start on; the minutes of a schedule within the clock's hour that it began in.
    private Optional<Instant> byHours(Instant least) {
        Duration step = Duration.ofHours(recurrence.interval());
        List<Integer> minutes = recurrence.schedule().minutes();
        if (minutes.isEmpty()) {
            return bySteps(least, step);
        }
        Instant full = local.truncatedTo(ChronoUnit.HOURS).toInstant();
        long first = Math.max(0, Duration.between(full, least).dividedBy(step) - 1);
        for (long n = first; n < first + EMPTY_STEPS; n++) {
            Instant hour = full.plus(step.multipliedBy(n));
            int shown = hour.atZone(zone).getMinute();
            Optional<Instant> found = minutes.stream()
                    .map(m -> hour.plus(Duration.ofMinutes(Math.floorMod(m - shown, 60))))
                    .filter(at -> !at.isBefore(least) && hourFits(at))
                    .min(Instant::compareTo);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    // ---- by the clock

    private Optional<Instant> byDates(Instant least) {
        LocalDate first = local.toLocalDate();
        // A time left out may have moved to the next date.
        LocalDate near = least.atZone(zone).toLocalDate().minusDays(1);
        LocalDate date = near.isBefore(first) ? first : near;
        for (int empty = 0; empty < EMPTY_PERIODS; ) {
            LocalDate period = period(date);
            if (inTurn(period)) {
                Optional<Instant> found = within(date, period, least);
                if (found.isPresent()) {
                    return found;
                }
                empty++;
            }
            date = after(period);
        }
        return Optional.empty();
    }

    /// The first occurrence from a date of a period to its end.
    private Optional<Instant> within(LocalDate date, LocalDate period, Instant least) {
        LocalDate next = after(period);
        for (LocalDate day = date; day.isBefore(next); day = day.plusDays(1)) {
            if (dayFits(day)) {
                Optional<Instant> found = on(day, least);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /// The first day of the day, week or month that a date is in.
    private LocalDate period(LocalDate date) {
        return switch (recurrence.frequency()) {
            case MINUTE, HOUR, DAY -> date;
            case WEEK -> date.minusDays(date.getDayOfWeek().getValue() % 7);
            case MONTH, YEAR -> date.withDayOfMonth(1);
        };
    }

    private LocalDate after(LocalDate period) {
        return switch (recurrence.frequency()) {
            case MINUTE, HOUR, DAY -> period.plusDays(1);
            case WEEK -> period.plusWeeks(1);
            case MONTH, YEAR -> period.plusMonths(1);
        };
    }

    private boolean inTurn(LocalDate period) {
        LocalDate first = period(local.toLocalDate());
        long passed = switch (recurrence.frequency()) {
            case MINUTE, HOUR, DAY -> ChronoUnit.DAYS.between(first, period);
            case WEEK -> ChronoUnit.WEEKS.between(first, period);
            case MONTH, YEAR -> ChronoUnit.MONTHS.between(first, period);
        };
        long every = recurrence.frequency() == Frequency.YEAR ? 12L * recurrence.interval() : recurrence.interval();
        return passed >= 0 && passed % every == 0;
    }

    private boolean dayFits(LocalDate day) {
        return switch (recurrence.frequency()) {
            case MINUTE, HOUR, DAY -> true;
            case WEEK -> {
                List<DayOfWeek> days = recurrence.schedule().weekDays();
                yield days.isEmpty() ? day.getDayOfWeek() == local.getDayOfWeek() : days.contains(day.getDayOfWeek());
            }
            case MONTH, YEAR -> monthDayFits(day);
        };
    }

    private boolean monthDayFits(LocalDate day) {
        List<Integer> days = recurrence.schedule().monthDays();
        List<Occurrence> occurrences = recurrence.schedule().monthlyOccurrences();
        int length = day.lengthOfMonth();
        if (days.isEmpty() && occurrences.isEmpty()) {
            return day.getDayOfMonth() == Math.min(local.getDayOfMonth(), length);
        }
        int fromEnd = day.getDayOfMonth() - length - 1;
        return days.contains(day.getDayOfMonth())
                || days.contains(fromEnd)
                || occurrences.contains(new Occurrence(day.getDayOfWeek(), (day.getDayOfMonth() - 1) / 7 + 1))
                || occurrences.contains(new Occurrence(day.getDayOfWeek(), (fromEnd + 1) / 7 - 1));
    }

    private Optional<Instant> on(LocalDate day, Instant least) {
        List<Integer> minutes = recurrence.schedule().minutes();
        List<Integer> hours = recurrence.schedule().hours();
        boolean everyHour = hours.isEmpty() && !minutes.isEmpty();
        int second = minutes.isEmpty() ? local.getSecond() : 0;
        int nano = minutes.isEmpty() ? local.getNano() : 0;
        IntStream ofDay = everyHour
                ? IntStream.range(0, 24)
                : hours.isEmpty()
                        ? IntStream.of(local.getHour())
                        : hours.stream().mapToInt(h -> h);
        List<Integer> ofHour = minutes.isEmpty() ? List.of(local.getMinute()) : minutes;
        return ofDay.boxed()
                .flatMap(h -> ofHour.stream().map(m -> day.atTime(LocalTime.of(h, m, second, nano))))
                .flatMap(time -> moments(time, everyHour).stream())
                .filter(at -> !at.isBefore(least))
                .min(Instant::compareTo);
    }

    private List<Instant> moments(LocalDateTime time, boolean everyHour) {
        return everyHour
                ? zone.getRules().getValidOffsets(time).stream()
                        .map(time::toInstant)
                        .toList()
                : List.of(new WallTime(time, null).in(zone));
    }
}
