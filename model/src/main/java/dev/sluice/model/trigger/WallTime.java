package dev.sluice.model.trigger;

import dev.sluice.model.Place;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// A time as a trigger's document gives it: with an offset (`…Z`) it is a moment, without one it is what a clock of the
/// trigger's time zone shows.
///
/// @param offset null when none was written
public record WallTime(LocalDateTime local, @Nullable ZoneOffset offset) {
    /// The moment meant. In an hour that occurs twice the later one, in an hour left out the clock before the change
    /// goes on, as in the expression language.
    public Instant in(ZoneId zone) {
        return offset != null
                ? local.toInstant(offset)
                : local.atZone(zone).withLaterOffsetAtOverlap().toInstant();
    }

    static @Nullable WallTime of(Place place) {
        if (!place.present()) {
            return null;
        }
        String text = place.requiredText().strip();
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            return new WallTime(time.toLocalDateTime(), time.getOffset());
        } catch (DateTimeException noOffset) {
            return local(place, text);
        }
    }

    private static WallTime local(Place place, String text) {
        try {
            return new WallTime(LocalDateTime.parse(text), null);
        } catch (DateTimeException notATime) {
            throw place.invalid("an ISO 8601 date and time");
        }
    }
}
