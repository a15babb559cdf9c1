package dev.sluice.wire;

/// A piece of a node's log, without secrets. Idempotent by (report, node, page).
///
/// @param reportId as it was ordered; empty on the first page of a report that nobody ordered
/// @param page from 0
/// @param last whether none follows
/// @param left entries that were meant and had no room
/// @param lines an entry a line: JSON objects with `time`, `level`, `thread`, `logger`, `message`, and `job` and
///     `activityRun` where they are about one; at most [#MOST_CHARACTERS]
public record LogPage(String reportId, int page, boolean last, long left, String lines) {
    /// Characters of one page.
    public static final int MOST_CHARACTERS = 600_000;

    /// Pages that a node may send for one report.
    public static final int MOST_PAGES = 64;
}
