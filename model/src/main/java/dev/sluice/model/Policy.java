package dev.sluice.model;

import java.time.Duration;
import java.util.Optional;

/// How an activity is attempted. To be read from the evaluated activity, since every member may be an expression.
///
/// @param timeout of one attempt, waiting for a node included
/// @param retry further attempts after the first
/// @param retryInterval pause before a further attempt
/// @param secureInput whether the run record keeps the input out
/// @param secureOutput whether the run record keeps the output out
public record Policy(Duration timeout, int retry, Duration retryInterval, boolean secureInput, boolean secureOutput) {
    /// What Data Factory takes when the activity says nothing: 7 days, no retry, 30 s between attempts.
    public static final Policy DEFAULT = new Policy(Duration.ofDays(7), 0, Duration.ofSeconds(30), false, false);

    /// Most retries; Data Factory has no published bound, the run's history needs one.
    public static final int MAX_RETRY = 1_000;

    /// Longest pause between attempts, in seconds (Data Factory's schema).
    public static final int MAX_INTERVAL = 86_400;

    /// Longest timeout. Data Factory documents 7 days; older pipelines say more.
    public static final Duration MAX_TIMEOUT = Duration.ofDays(366);

    /// Reads `policy`; throws a located problem for the first member that is not what it must be.
    public static Policy of(Place policy) {
        if (!policy.present()) {
            return DEFAULT;
        }
        return new Policy(
                timeout(policy.member("timeout")).orElse(DEFAULT.timeout),
                (int) policy.member("retry").whole(0, MAX_RETRY).orElse(DEFAULT.retry),
                Duration.ofSeconds(policy.member("retryIntervalInSeconds")
                        .whole(0, MAX_INTERVAL)
                        .orElse(DEFAULT.retryInterval.toSeconds())),
                policy.member("secureInput").flag().orElse(false),
                policy.member("secureOutput").flag().orElse(false));
    }

    /// The policy of an activity that has none of its own but a timeout, such as Until: no retry, nothing kept out.
    ///
    /// @param timeout of the whole activity; the default when absent
    public static Policy ofTimeout(Place timeout) {
        return new Policy(timeout(timeout).orElse(DEFAULT.timeout), 0, DEFAULT.retryInterval, false, false);
    }

    /// The same for an activity that is never tried again.
    public Policy once() {
        return new Policy(timeout, 0, DEFAULT.retryInterval, secureInput, secureOutput);
    }

    /// A timeout; zero counts as none given.
    static Optional<Duration> timeout(Place place) {
        Optional<Duration> span = place.span().filter(Duration::isPositive);
        if (span.isPresent() && span.get().compareTo(MAX_TIMEOUT) > 0) {
            throw place.invalid("a time span of at most " + MAX_TIMEOUT.toDays() + " days");
        }
        return span;
    }
}
