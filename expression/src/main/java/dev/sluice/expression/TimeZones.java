package dev.sluice.expression;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Time zones by the names Windows has for them, as Data Factory's documents write them, or by IANA names.
public final class TimeZones {
    private TimeZones() {}

    /// The zone that a name means; empty when there is none. Thread-safe.
    public static Optional<ZoneId> zone(String name) {
        Zone zone = byName(name);
        return Optional.ofNullable(zone).map(Zone::id);
    }

    /// @param utc whether it is UTC itself: only then results say that they are UTC
    record Zone(ZoneId id, boolean utc) {
        Timestamp fromUtc(LocalDateTime time) {
            return new Timestamp(
                    time.atOffset(ZoneOffset.UTC).atZoneSameInstant(id).toLocalDateTime(), utc);
        }

        /// In the hour that occurs twice, standard time is meant; in the hour left out, the clock before the
        /// change goes on.
        LocalDateTime toUtc(LocalDateTime time) {
            return time.atZone(id)
                    .withLaterOffsetAtOverlap()
                    .withZoneSameInstant(ZoneOffset.UTC)
                    .toLocalDateTime();
        }
    }

    /// Null when there is no such zone.
    static @Nullable Zone byName(String name) {
        String key = name.strip().toLowerCase(Locale.ROOT);
        if (key.equals("utc") || key.equals("coordinated universal time") || key.equals("etc/utc")) {
            return new Zone(ZoneOffset.UTC, true);
        }
        String id = Windows.ZONES.get(key);
        try {
            return id != null ? new Zone(ZoneId.of(id), false) : iana(name.strip());
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Zone iana(String name) {
        return name.indexOf('/') > 0 ? new Zone(ZoneId.of(name), false) : null;
    }

    /// The table, read when first needed.
    private static final class Windows {
        static final Map<String, String> ZONES = read();

        private static Map<String, String> read() {
            try (InputStream in = TimeZones.class.getResourceAsStream("windows-time-zones.txt")) {
                if (in == null) {
                    throw new IllegalStateException("windows-time-zones.txt is missing");
                }
                Map<String, String> zones = new HashMap<>();
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(line -> line.split(" = ", 2))
                        .forEach(pair -> zones.put(pair[0].toLowerCase(Locale.ROOT), pair[1].strip()));
                return Map.copyOf(zones);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
