package dev.sluice.ssis.catalog;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What of a catalog goes, and how full it is. Pure.
public final class Retention {
    /// From this share of the quota on it is said that it fills up.
    public static final int WARN_PERCENT = 80;

    private final CatalogProperties properties;

    public Retention(CatalogProperties properties) {
        this.properties = properties;
    }

    /// An execution that has ended, with what its messages and statistics take.
    public record Ended(long executionId, Instant end, long bytes) {}

    /// A version of a project.
    public record Version(long lsn, boolean current) {}

    /// The end before which executions go; empty when they stay for ever.
    public Optional<Instant> horizon(Instant now) {
        return properties.cleanupEnabled() && properties.retentionDays() >= 0
                ? Optional.of(now.minus(Duration.ofDays(properties.retentionDays())))
                : Optional.empty();
    }

    /// The executions that go to bring a catalog below its quota, the oldest first: as few as will do.
    ///
    /// @param held bytes that the catalog takes now, these included
    public List<Long> forQuota(List<Ended> ended, long held) {
        List<Long> gone = new ArrayList<>();
        if (!properties.cleanupEnabled() || quotaBytes() == 0) {
            return gone;
        }
        long now = held;
        for (Ended one : ended.stream().sorted(Comparator.comparing(Ended::end)).toList()) {
            if (now <= quotaBytes()) {
                break;
            }
            gone.add(one.executionId());
            now -= one.bytes();
        }
        return gone;
    }

    /// The versions of a project beyond those that are kept: the newest stay, and the current one does.
    ///
    /// @param versions in any order
    public List<Long> surplus(List<Version> versions) {
        return !properties.versionCleanupEnabled()
                ? List.of()
                : versions.stream()
                        .sorted(Comparator.comparing(Version::current)
                                .thenComparing(Version::lsn)
                                .reversed())
                        .skip(properties.maxProjectVersions())
                        .map(Version::lsn)
                        .sorted()
                        .toList();
    }

    /// The quota in bytes; 0 for none.
    public long quotaBytes() {
        return (long) properties.quotaMb() << 20;
    }

    /// How full it is in percent; 0 without a quota.
    public int percent(long held) {
        return quotaBytes() == 0 ? 0 : (int) Math.min(999, held * 100 / quotaBytes());
    }
}
