package dev.sluice.service.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Times as the database keeps them: microseconds since 1970.
final class Micros {
    private Micros() {}

    static long of(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
