package dev.sluice.connectors.jdbc.relational;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a load leaves behind so that the same job, run again after a commit whose report was lost, knows that it is
/// done: one row in the table `sluice_attempts` of the target's schema, added by the load's own transaction. Rows older
/// than [#KEPT] are removed by later loads. The statements are plain SQL that every system understands; who runs them,
/// and in which transaction, is the sink's.
public final class AttemptMarker {
    /// How long a row is kept: longer than any activity may run or wait for its retries.
    public static final Duration KEPT = Duration.ofDays(30);

    /// Name of the table.
    public static final String TABLE = "sluice_attempts";

    private static final int MOST_LENGTH = 250;

    private final String table;
    private final String key;

    /// @param table the marker's table as SQL writes it
    /// @param job the job's identity, the same for all its attempts
    /// @param target the table that is loaded: a job marks each of its targets
    public AttemptMarker(String table, String job, String target) {
        this.table = table;
        String whole = job + "/" + target;
        this.key = whole.length() <= MOST_LENGTH
                ? whole
                : whole.substring(0, MOST_LENGTH - 20) + "#" + Long.toHexString(hash(whole));
    }

    private static long hash(String text) {
        long h = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001b3L;
        }
        return h;
    }

    /// What a load that is done had written.
    public record Done(long rows, long bytes) {}

    /// Runs one statement.
    public interface Statements {
        /// The first row's two numbers, if there is a row.
        Optional<Done> find(String sql, Object... parameters);

        /// Runs a statement that changes rows.
        void change(String sql, Object... parameters);
    }

    public String key() {
        return key;
    }

    /// The statement that makes the table.
    public String definition() {
        return "CREATE TABLE " + table + " (load_key VARCHAR(" + MOST_LENGTH + ") NOT NULL PRIMARY KEY,"
                + " loaded_at BIGINT NOT NULL, row_count BIGINT NOT NULL, byte_count BIGINT NOT NULL)";
    }

    /// The account of this load if it has been committed before.
    public Optional<Done> find(Statements statements) {
        return statements.find("SELECT row_count, byte_count FROM " + table + " WHERE load_key = ?", key);
    }

    /// Marks the load as done; to be committed together with its rows.
    public void mark(Statements statements, Instant now, long rows, long bytes) {
        statements.change(
                "INSERT INTO " + table + " (load_key, loaded_at, row_count, byte_count) VALUES (?, ?, ?, ?)",
                key,
                now.getEpochSecond(),
                rows,
                bytes);
    }

    /// Removes what nobody will ask for any more; after the commit, in a transaction of its own.
    public void removeOld(Statements statements, Instant now) {
        statements.change(
                "DELETE FROM " + table + " WHERE loaded_at < ?", now.minus(KEPT).getEpochSecond());
    }
}
