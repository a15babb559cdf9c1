package dev.sluice.service.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/// What the nodes of a group are to be updated to, and when.
public final class UpdatePlans {
    private final Database database;

    UpdatePlans(Database database) {
        this.database = database;
    }

    /// A group's plan.
    ///
    /// @param auto whether nodes take the newest version by themselves
    /// @param delayOffset ISO 8601 duration since midnight (UTC), the time of day of automatic updates; empty for
    ///     at once
    /// @param wanted version that somebody asked for; empty when nobody did
    /// @param scheduled not before; the epoch for at once
    public record Plan(boolean auto, String delayOffset, String wanted, Instant scheduled) {
        /// Of a group about which nothing was said.
        public static final Plan NONE = new Plan(false, "", "", Instant.EPOCH);
    }

    public Plan of(String groupId) {
        return database.read(s -> s.one(
                        UpdatePlans::read,
                        "SELECT auto_update, delay_offset, wanted, scheduled FROM group_update WHERE group_id = ?",
                        groupId))
                .orElse(Plan.NONE);
    }

    public void keep(String groupId, Plan plan, String by, Instant now) {
        database.write(s -> {
            s.update(
                    "INSERT INTO group_update (group_id, auto_update, delay_offset, wanted, scheduled, changed) "
                            + "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (group_id) DO UPDATE SET "
                            + "auto_update = excluded.auto_update, delay_offset = excluded.delay_offset, "
                            + "wanted = excluded.wanted, scheduled = excluded.scheduled, changed = excluded.changed",
                    groupId,
                    plan.auto() ? "On" : "Off",
                    plan.delayOffset(),
                    plan.wanted(),
                    Micros.of(plan.scheduled()),
                    Micros.of(now));
            Documents.audit(s, by, "update plan " + plan.wanted(), "GROUP", "", groupId, Micros.of(now));
            return true;
        });
    }

    private static Plan read(ResultSet r) throws SQLException {
        return new Plan(r.getString(1).equals("On"), r.getString(2), r.getString(3), Micros.time(r.getLong(4)));
    }
}
