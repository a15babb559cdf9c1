package dev.sluice.data.remote.objects;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/// How often and when a request that may succeed later is sent again. Every request may be repeated: a part, a
/// list of parts and a range are the same the second time.
///
/// @param tries of one request, the first included
/// @param firstPause the limit of the pause after the first try; doubled after each
/// @param spread random numbers from 0 to 1: a pause is anything up to its limit (full jitter), so that many
///     nodes and threads do not come back at once
public record RetryPolicy(int tries, Duration firstPause, DoubleSupplier spread) {
    /// Seven tries within about 25 s, half of it on average.
    public static final RetryPolicy DEFAULT = new RetryPolicy(7, Duration.ofMillis(400), Math::random);

    /// A port without a server seldom gets one within seconds; a restart of the server's process is bridged.
    private static final int REFUSED_TRIES = 3;

    private static final int UNANSWERED_TRIES = 2;

    boolean allows(Fault fault, int triesMade) {
        if (fault == ConnectionFaults.STORE_BUSY
                || fault == ConnectionFaults.CONNECTION_LOST
                || fault == DataFaults.CONNECTION_CUT) {
            return triesMade < tries;
        }
        if (fault == ConnectionFaults.PORT_REFUSED) {
            return triesMade < Math.min(tries, REFUSED_TRIES);
        }
        return fault == ConnectionFaults.CONNECT_TIMEOUT && triesMade < Math.min(tries, UNANSWERED_TRIES);
    }

    Duration pause(int triesMade) {
        double factor = (1L << (triesMade - 1)) * spread.getAsDouble();
        return Duration.ofNanos((long) (firstPause.toNanos() * factor));
    }
}
