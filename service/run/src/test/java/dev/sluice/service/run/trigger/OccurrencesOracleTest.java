package dev.sluice.service.run.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random recurrences around the changes of clocks, against a slow reading of the rules: look at every minute of the
/// calendar (days and above) or at every minute that passes (hours and minutes) and ask whether it is one.
class OccurrencesOracleTest {
    static final List<String> ZONES = List.of(
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Asia/Kolkata",
            "Africa/Cairo",
            "America/St_Johns",
            "Pacific/Auckland",
            "UTC");

    /// A random recurrence, kept in its parts for the oracle.
    static final class Random {
        final SplittableRandom random;
        final String frequency;
        final int interval;
        final ZoneId zone;
        final LocalDateTime start;
        final List<Integer> minutes;
        final List<Integer> hours;
        final List<DayOfWeek> weekDays;
        final List<Integer> monthDays;
        final List<Object[]> occurrences = new ArrayList<>();

        Random(long seed) {
            random = new SplittableRandom(seed);
            frequency = List.of("Minute", "Hour", "Day", "Week", "Month").get(random.nextInt(5));
            zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            interval = frequency.equals("Minute") ? 1 + random.nextInt(90) : 1 + random.nextInt(3);
            Instant change = Optional.ofNullable(zone.getRules()
                            .nextTransition(LocalDateTime.of(2026, 1 + random.nextInt(11), 1, 0, 0)
                                    .toInstant(ZoneOffset.UTC)))
                    .map(t -> t.getInstant())
                    .orElse(Instant.parse("2026-05-05T05:05:00Z"));
            start = change.minus(Duration.ofMinutes(random.nextInt(60 * 24 * 20)))
                    .atZone(zone)
                    .toLocalDateTime();
            minutes = random.nextBoolean() ? List.of() : some(3, 0, 59);
            hours = random.nextBoolean() ? List.of() : some(3, 0, 5);
            weekDays = frequency.equals("Week") && random.nextBoolean()
                    ? some(3, 1, 7).stream().map(DayOfWeek::of).toList()
                    : List.of();
            boolean months = frequency.equals("Month");
            monthDays = months && random.nextBoolean()
                    ? some(3, -31, 31).stream().filter(d -> d != 0).toList()
                    : List.of();
            if (months && random.nextBoolean()) {
                occurrences.add(new Object[] {DayOfWeek.of(1 + random.nextInt(7)), random.nextBoolean() ? 1 : -1});
            }
        }

        List<Integer> some(int most, int least, int greatest) {
            return IntStream.rangeClosed(0, random.nextInt(most))
                    .map(i -> least + random.nextInt(greatest - least + 1))
                    .distinct()
                    .boxed()
                    .toList();
        }

        String json() {
            String days = weekDays.stream().map(d -> "'" + d + "'").collect(Collectors.joining(","));
            String monthly = occurrences.stream()
                    .map(o -> "{'day':'" + o[0] + "','occurrence':" + o[1] + "}")
                    .collect(Collectors.joining(","));
            return "'frequency':'" + frequency + "','interval':" + interval + ",'timeZone':'" + zone
                    + "','startTime':'" + start.truncatedTo(ChronoUnit.MINUTES) + ":00','schedule':{'minutes':"
                    + minutes
                    + ",'hours':" + hours + ",'weekDays':[" + days + "],'monthDays':" + monthDays
                    + ",'monthlyOccurrences':[" + monthly + "]}";
        }

        Instant startInstant() {
            return byClock(start);
        }

        /// What a time of the clock means, spelt out.
        Instant byClock(LocalDateTime time) {
            List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
            if (offsets.isEmpty()) {
                return time.toInstant(zone.getRules().getTransition(time).getOffsetBefore());
            }
            return offsets.stream().map(time::toInstant).max(Instant::compareTo).orElseThrow();
        }

        SortedSet<Instant> until(Duration span) {
            SortedSet<Instant> found = new TreeSet<>();
            Instant first = startInstant();
            if (frequency.equals("Minute") || frequency.equals("Hour")) {
                for (long m = 0; m <= span.toMinutes(); m++) {
                    Instant at = first.plus(Duration.ofMinutes(m));
                    if (passes(at, m)) {
                        found.add(at);
                    }
                }
                return found;
            }
            LocalDateTime time = start.toLocalDate().atStartOfDay();
            for (long m = 0; m <= span.toMinutes(); m++) {
                LocalDateTime at = time.plusMinutes(m);
                if (shows(at)) {
                    if (hours.isEmpty() && !minutes.isEmpty()) {
                        zone.getRules().getValidOffsets(at).forEach(o -> found.add(at.toInstant(o)));
                    } else {
                        found.add(byClock(at));
                    }
                }
            }
            found.removeIf(
                    at -> at.isBefore(first) || at.isAfter(first.plus(span).minus(Duration.ofDays(2))));
            return found;
        }

        /// @param m minutes since the start
        private boolean passes(Instant at, long m) {
            LocalDateTime shown = at.atZone(zone).toLocalDateTime();
            boolean hour = hours.isEmpty() || hours.contains(shown.getHour());
            boolean minute = minutes.isEmpty() || minutes.contains(shown.getMinute());
            if (frequency.equals("Minute") || minutes.isEmpty()) {
                long step = frequency.equals("Minute") ? interval : 60L * interval;
                return m % step == 0 && hour && minute;
            }
            long sinceFullHour = m + start.getMinute();
            return sinceFullHour / 60 % interval == 0 && hour && minute;
        }

        private boolean shows(LocalDateTime at) {
            boolean hour = hours.isEmpty()
                    ? !minutes.isEmpty() || at.getHour() == start.getHour()
                    : hours.contains(at.getHour());
            boolean minute = minutes.isEmpty() ? at.getMinute() == start.getMinute() : minutes.contains(at.getMinute());
            return hour && minute && day(at.toLocalDate());
        }

        private boolean day(LocalDate day) {
            LocalDate first = start.toLocalDate();
            return switch (frequency) {
                case "Day" -> ChronoUnit.DAYS.between(first, day) % interval == 0;
                case "Week" ->
                    ChronoUnit.WEEKS.between(sunday(first), sunday(day)) % interval == 0
                            && (weekDays.isEmpty()
                                    ? day.getDayOfWeek() == first.getDayOfWeek()
                                    : weekDays.contains(day.getDayOfWeek()));
                default -> {
                    int months = (day.getYear() - first.getYear()) * 12 + day.getMonthValue() - first.getMonthValue();
                    yield months % interval == 0 && ofMonth(day, first);
                }
            };
        }

        private static LocalDate sunday(LocalDate day) {
            LocalDate at = day;
            while (at.getDayOfWeek() != DayOfWeek.SUNDAY) {
                at = at.minusDays(1);
            }
            return at;
        }

        private boolean ofMonth(LocalDate day, LocalDate first) {
            boolean last = day.plusDays(1).getDayOfMonth() == 1;
            if (monthDays.isEmpty() && occurrences.isEmpty()) {
                return day.getDayOfMonth() == first.getDayOfMonth()
                        || last && day.getDayOfMonth() < first.getDayOfMonth();
            }
            for (int wanted : monthDays) {
                LocalDate meant = wanted > 0
                        ? day.withDayOfMonth(1).plusDays(wanted - 1L)
                        : day.withDayOfMonth(1).plusMonths(1).plusDays(wanted);
                if (meant.equals(day)) {
                    return true;
                }
            }
            for (Object[] wanted : occurrences) {
                boolean firstOrLast = (int) wanted[1] > 0
                        ? day.minusWeeks(1).getMonth() != day.getMonth()
                        : day.plusWeeks(1).getMonth() != day.getMonth();
                if (day.getDayOfWeek() == wanted[0] && firstOrLast) {
                    return true;
                }
            }
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_occurrence_is_found_in_order_and_no_other(long block) {
        for (long seed = block * 1000; seed < block * 1000 + 40; seed++) {
            Random random = new Random(seed);
            Duration span = Duration.ofDays(random.frequency.equals("Month") ? 100 : 40);
            SortedSet<Instant> expected = random.until(span);
            Instant last = random.startInstant().plus(span).minus(Duration.ofDays(2));
            Occurrences occurrences = OccurrencesTest.occurrences(random.json());
            List<Instant> found = new ArrayList<>();
            Optional<Instant> at = occurrences.next(Instant.EPOCH);
            while (at.isPresent() && !at.get().isAfter(last)) {
                found.add(at.get());
                at = occurrences.next(at.get().plusNanos(1));
            }
            assertThat(found)
                    .as("seed " + seed + ": " + random.json())
                    .containsExactlyElementsOf(expected.headSet(last.plusNanos(1)));
        }
    }
}
