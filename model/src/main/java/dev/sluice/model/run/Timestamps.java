package dev.sluice.model.run;

import dev.sluice.model.Place;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Data Factory's timestamps: ISO 8601 in UTC with seven fraction digits and `Z`. Of equal length, so their text
/// sorts as the times do.
public final class Timestamps {
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Timestamps() {}

    public static String format(Instant instant) {
        return FORM.format(instant);
    }

    static @Nullable String formatNullable(@Nullable Instant instant) {
        return instant == null ? null : format(instant);
    }

    /// Any ISO 8601 date and time; without an offset it is taken as UTC.
    public static Optional<Instant> parse(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text.trim()).toInstant());
        } catch (DateTimeException noOffset) {
            return parseLocal(text.trim());
        }
    }

    private static Optional<Instant> parseLocal(String text) {
        try {
            return Optional.of(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }

    static @Nullable Instant read(Place place) {
        return place.present()
                ? parse(place.requiredText()).orElseThrow(() -> place.invalid("an ISO 8601 date and time"))
                : null;
    }
}
