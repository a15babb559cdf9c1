package dev.sluice.service.store;

import java.sql.SQLException;
import java.util.List;

/// Letters that have been sent and wait to be answered.
final class Letters {
    private Letters() {}

    static boolean isOpen(Session s, String id) throws SQLException {
        return s.exists("SELECT 1 FROM letter WHERE letter_id = ?", id);
    }

    /// Takes a letter away; false when somebody else has.
    static boolean take(Session s, String id) throws SQLException {
        return s.update("DELETE FROM letter WHERE letter_id = ?", id) == 1;
    }

    static List<StoredLetter> open(Session s, int limit) throws SQLException {
        return s.list(
                r -> new StoredLetter(r.getString(1), r.getString(2), Runs.json(r.getString(3))),
                "SELECT letter_id, run_id, body FROM letter ORDER BY sent, letter_id LIMIT ?",
                limit);
    }
}
