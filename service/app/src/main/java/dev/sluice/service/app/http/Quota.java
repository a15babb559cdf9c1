package dev.sluice.service.app.http;

/// How many requests are taken: so many at once after a rest, and so many a second in the long run.
///
/// @param perSecond at least 1
/// @param burst at least 1
public record Quota(int perSecond, int burst) {
    /// For one caller, unless an operator says otherwise: far beyond what a person, a pipeline or a monitor asks.
    public static final Quota PER_CALLER = ofSeconds(300);

    /// For all callers of one factory together.
    public static final Quota PER_FACTORY = ofSeconds(1_000);

    private static final int BURST_SECONDS = 10;

    public Quota {
        if (perSecond < 1 || burst < 1) {
            throw new IllegalArgumentException("a quota of nothing");
        }
    }

    /// With as many at once as ten seconds give.
    public static Quota ofSeconds(int perSecond) {
        return new Quota(perSecond, Math.multiplyExact(perSecond, BURST_SECONDS));
    }
}
