package dev.sluice.model.trigger;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import dev.sluice.model.TimeSpan;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Starts a pipeline once for every window of time from `startTime` on, without gaps: window i reaches from
/// `startTime + i × size` to the start of the next one. Times are UTC.
///
/// @param endTime the last window ends at or before it; null: for ever
/// @param delay how long after its end a window's turn comes
/// @param maxConcurrency most windows whose runs are under way
/// @param retries how often a failed run is made again
/// @param dependencies what must have succeeded before a window's turn comes
public record TumblingWindowTrigger(
        List<TriggeredPipeline> pipelines,
        Frequency frequency,
        int interval,
        Instant startTime,
        @Nullable Instant endTime,
        Duration delay,
        int maxConcurrency,
        int retries,
        Duration retryInterval,
        List<Dependency> dependencies)
        implements Trigger {
    /// Shortest window, as in Data Factory.
    public static final Duration MIN_WINDOW = Duration.ofMinutes(5);

    /// Most other triggers to depend on, as in Data Factory.
    public static final int MAX_DEPENDENCIES = 5;

    private static final Duration MIN_RETRY = Duration.ofSeconds(30);

    public TumblingWindowTrigger {
        pipelines = List.copyOf(pipelines);
        dependencies = List.copyOf(dependencies);
    }

    /// The unit of the interval.
    public enum Frequency {
        MINUTE,
        HOUR,
        MONTH
    }

    /// The windows of `trigger` from `offset` after a window's start, for `size`, must have succeeded.
    ///
    /// @param trigger null: the trigger itself
    /// @param size null: as long as the window
    public record Dependency(
            @Nullable String trigger,
            Duration offset,
            @Nullable Duration size) {}

    @Override
    public String type() {
        return "TumblingWindowTrigger";
    }

    /// Where the window that begins there ends.
    public Instant end(Instant windowStart) {
        return switch (frequency) {
            case MINUTE -> windowStart.plus(Duration.ofMinutes(interval));
            case HOUR -> windowStart.plus(Duration.ofHours(interval));
            case MONTH -> {
                // Counted from the first window, so that the 31st comes back after a short month.
                LocalDateTime first = LocalDateTime.ofInstant(startTime, ZoneOffset.UTC);
                LocalDateTime own = LocalDateTime.ofInstant(windowStart, ZoneOffset.UTC);
                long months = (own.getYear() - first.getYear()) * 12L + own.getMonthValue() - first.getMonthValue();
                yield first.plusMonths(months + interval).toInstant(ZoneOffset.UTC);
            }
        };
    }

    /// Where the window begins that a moment is in, at or after `startTime`.
    public Instant begin(Instant moment) {
        Duration passed = Duration.between(startTime, moment);
        return switch (frequency) {
            case MINUTE -> begin(passed, Duration.ofMinutes(interval));
            case HOUR -> begin(passed, Duration.ofHours(interval));
            case MONTH -> {
                LocalDateTime first = LocalDateTime.ofInstant(startTime, ZoneOffset.UTC);
                LocalDateTime at = LocalDateTime.ofInstant(moment, ZoneOffset.UTC);
                long months = (at.getYear() - first.getYear()) * 12L + at.getMonthValue() - first.getMonthValue();
                long whole = Math.max(0, months / interval) * interval;
                LocalDateTime begin = first.plusMonths(whole);
                yield (begin.isAfter(at) ? first.plusMonths(whole - interval) : begin).toInstant(ZoneOffset.UTC);
            }
        };
    }

    private Instant begin(Duration passed, Duration size) {
        return startTime.plus(size.multipliedBy(passed.dividedBy(size)));
    }

    static TumblingWindowTrigger of(Place properties) {
        Place own = properties.member("typeProperties");
        if (!own.present()) {
            throw own.missing();
        }
        Frequency frequency = frequency(own.member("frequency"));
        Place interval = own.member("interval");
        int count = (int) required(interval).whole(1, 1_000_000).orElse(1);
        if (frequency == Frequency.MINUTE && count < MIN_WINDOW.toMinutes()) {
            throw interval.invalid("at least " + MIN_WINDOW.toMinutes() + " minutes");
        }
        WallTime start = WallTime.of(required(own.member("startTime")));
        WallTime end = WallTime.of(own.member("endTime"));
        Place retry = own.member("retryPolicy");
        return new TumblingWindowTrigger(
                TriggeredPipeline.one(properties),
                frequency,
                count,
                start == null ? Instant.EPOCH : start.in(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS),
                end == null ? null : end.in(ZoneOffset.UTC),
                own.member("delay").span().orElse(Duration.ZERO),
                (int) required(own.member("maxConcurrency")).whole(1, 50).orElse(1),
                (int) retry.member("count").whole(0, 1_000).orElse(0),
                Duration.ofSeconds(retry.member("intervalInSeconds")
                        .whole(MIN_RETRY.toSeconds(), 86_400)
                        .orElse(MIN_RETRY.toSeconds())),
                dependencies(own.member("dependsOn")));
    }

    private static Place required(Place place) {
        if (!place.present()) {
            throw place.missing();
        }
        return place;
    }

    private static Frequency frequency(Place place) {
        String word = place.requiredText().strip();
        for (Frequency frequency : Frequency.values()) {
            if (frequency.name().equalsIgnoreCase(word)) {
                return frequency;
            }
        }
        throw place.invalid("Minute, Hour or Month");
    }

    private static List<Dependency> dependencies(Place place) {
        List<Dependency> all =
                place.items().stream().map(TumblingWindowTrigger::dependency).toList();
        long others = all.stream().filter(d -> d.trigger() != null).count();
        if (others > MAX_DEPENDENCIES) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(place.pointer())
                    .evidence("what", "The number of triggers that the trigger depends on")
                    .evidence("value", others)
                    .evidence("limit", MAX_DEPENDENCIES)
                    .exception();
        }
        return all;
    }

    private static Dependency dependency(Place place) {
        Place type = place.member("type");
        Place offset = place.member("offset");
        Place size = place.member("size");
        Duration length = size.span().orElse(null);
        if (length != null && length.isZero()) {
            throw size.invalid("a positive time span");
        }
        return switch (type.requiredText().toLowerCase(Locale.ROOT)) {
            case "selfdependencytumblingwindowtriggerreference" -> {
                if (!required(offset).text().orElse("").strip().startsWith("-")
                        || span(offset).isZero()) {
                    throw offset.invalid("a negative time span");
                }
                yield new Dependency(null, span(offset), length);
            }
            case "tumblingwindowtriggerdependencyreference" ->
                new Dependency(
                        Reference.of(place.member("referenceTrigger")).name(),
                        offset.present() ? span(offset) : Duration.ZERO,
                        length);
            default ->
                throw type.invalid(
                        "TumblingWindowTriggerDependencyReference or SelfDependencyTumblingWindowTriggerReference");
        };
    }

    /// A time span that may be negative.
    private static Duration span(Place place) {
        String text = place.requiredText().strip();
        boolean negative = text.startsWith("-");
        Duration span = TimeSpan.parse(negative ? text.substring(1) : text)
                .orElseThrow(() -> place.invalid("a time span such as -01:00:00"));
        return negative ? span.negated() : span;
    }
}
