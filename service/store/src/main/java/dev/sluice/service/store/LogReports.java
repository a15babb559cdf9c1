package dev.sluice.service.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Logs that nodes sent, by report. Their text has no secrets any more when it comes here.
public final class LogReports {
    /// A node was asked, has begun to send, has sent everything; or was not there to be asked.
    public static final String ASKED = "Asked";

    public static final String RECEIVING = "Receiving";
    public static final String RECEIVED = "Received";
    public static final String OFFLINE = "Offline";

    private static final String REPORT =
            "SELECT report_id, factory_name, runtime, activity_run_id, about, asked_by, created, deadline "
                    + "FROM log_report ";
    private static final String NODE =
            "SELECT node_id, name, state, pages, characters, entries, left_out FROM log_report_node ";

    private final Database database;

    LogReports(Database database) {
        this.database = database;
    }

    /// A report.
    ///
    /// @param factory whose it is; empty for the built-in group's
    /// @param activityRunId of which activity run; empty for whole logs
    /// @param about the activity's name; empty for whole logs
    /// @param deadline until then nodes are asked
    public record Report(
            String reportId,
            String factory,
            String runtime,
            String activityRunId,
            String about,
            String askedBy,
            Instant created,
            Instant deadline) {}

    /// What came of a node.
    ///
    /// @param left entries for which there was no room
    public record Share(String nodeId, String name, String state, int pages, long characters, long entries, long left) {
        /// Nothing yet.
        public Share(String nodeId, String name, String state) {
            this(nodeId, name, state, 0, 0, 0, 0);
        }

        public Share with(String other) {
            return new Share(nodeId, name, other, pages, characters, entries, left);
        }
    }

    /// A code found.
    ///
    /// @param example a message that has it
    public record Issue(String code, String node, long times, String example) {}

    /// A page as a node sent it.
    ///
    /// @param left entries for which there was no room
    public record Page(
            String reportId, String nodeId, int page, boolean last, long left, String body, List<Issue> issues) {
        long entries() {
            return body.chars().filter(c -> c == '\n').count();
        }
    }

    /// What a node is still to send.
    public record Open(String reportId, String nodeId, String activityRunId) {}

    public void create(Report report, List<Share> shares) {
        database.write(s -> {
            s.update(
                    "INSERT INTO log_report (report_id, factory, factory_name, runtime, activity_run_id, about,"
                            + " asked_by, created, deadline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    report.reportId(),
                    Documents.key(report.factory()),
                    report.factory(),
                    report.runtime(),
                    report.activityRunId(),
                    report.about(),
                    report.askedBy(),
                    Micros.of(report.created()),
                    Micros.of(report.deadline()));
            for (Share share : shares) {
                s.update(
                        "INSERT INTO log_report_node (report_id, node_id, name, state, pages, characters, entries,"
                                + " left_out) VALUES (?, ?, ?, ?, 0, 0, 0, 0)",
                        report.reportId(),
                        share.nodeId(),
                        share.name(),
                        share.state());
            }
            Documents.audit(
                    s,
                    report.askedBy(),
                    "log report" + (report.activityRunId().isEmpty() ? "" : " of activity run"),
                    "GROUP",
                    Documents.key(report.factory()),
                    report.reportId(),
                    Micros.of(report.created()));
            return true;
        });
    }

    public Optional<Report> find(String reportId) {
        return database.read(s -> s.one(LogReports::readReport, REPORT + "WHERE report_id = ?", reportId));
    }

    public List<Share> shares(String reportId) {
        return database.read(
                s -> s.list(LogReports::readShare, NODE + "WHERE report_id = ? ORDER BY name, node_id", reportId));
    }

    /// Every report, the newest first.
    public List<Report> all(int limit) {
        return database.read(
                s -> s.list(LogReports::readReport, REPORT + "ORDER BY created DESC, report_id LIMIT ?", limit));
    }

    /// The ids of reports in whose pages or codes there is this text, in any case.
    public List<String> search(String text) {
        String like = "%"
                + text.toLowerCase(Locale.ROOT)
                        .replace("!", "!!")
                        .replace("%", "!%")
                        .replace("_", "!_")
                + "%";
        return database.read(s -> s.list(
                r -> r.getString(1),
                "SELECT report_id FROM log_page WHERE lower(body) LIKE ? ESCAPE '!' UNION "
                        + "SELECT report_id FROM log_issue WHERE lower(code) LIKE ? ESCAPE '!'",
                like,
                like));
    }

    /// What is still to be sent.
    public List<Open> open(Instant now) {
        return database.read(s -> s.list(
                r -> new Open(r.getString(1), r.getString(2), r.getString(3)),
                "SELECT r.report_id, n.node_id, r.activity_run_id FROM log_report r JOIN log_report_node n "
                        + "ON n.report_id = r.report_id WHERE r.deadline > ? AND n.state IN ('Asked', 'Receiving') "
                        + "ORDER BY r.created, r.report_id",
                Micros.of(now)));
    }

    /// How many reports are being collected.
    public long collecting(Instant now) {
        return open(now).stream().map(Open::reportId).distinct().count();
    }

    /// How many reports a node has begun by itself since then.
    public long begunBy(String nodeId, Instant since) {
        return database.read(s -> s.number(
                "SELECT COUNT(*) FROM log_report r JOIN log_report_node n ON n.report_id = r.report_id "
                        + "WHERE n.node_id = ? AND r.deadline = r.created AND r.created > ?",
                nodeId,
                Micros.of(since)));
    }

    /// Keeps a page. One that is there already is not changed.
    ///
    /// @return whether the node was asked for that report, and has room for the page
    public boolean accept(Page page, long mostCharacters) {
        return database.write(s -> {
            Optional<Share> share = s.one(
                    LogReports::readShare,
                    NODE + "WHERE report_id = ? AND node_id = ?",
                    page.reportId(),
                    page.nodeId());
            if (share.isEmpty()) {
                return false;
            }
            if (s.exists(
                    "SELECT 1 FROM log_page WHERE report_id = ? AND node_id = ? AND page = ?",
                    page.reportId(),
                    page.nodeId(),
                    page.page())) {
                return true;
            }
            if (share.get().characters() + page.body().length() > mostCharacters
                    || share.get().state().equals(RECEIVED)) {
                return false;
            }
            keep(s, page);
            return true;
        });
    }

    private static void keep(Session s, Page page) throws SQLException {
        s.update(
                "INSERT INTO log_page (report_id, node_id, page, body) VALUES (?, ?, ?, ?)",
                page.reportId(),
                page.nodeId(),
                page.page(),
                page.body());
        for (Issue issue : page.issues()) {
            s.update(
                    "INSERT INTO log_issue (report_id, node_id, page, code, times, example) VALUES (?, ?, ?, ?, ?, ?) "
                            + "ON CONFLICT DO NOTHING",
                    page.reportId(),
                    page.nodeId(),
                    page.page(),
                    issue.code(),
                    issue.times(),
                    issue.example());
        }
        s.update(
                "UPDATE log_report_node SET state = ?, pages = pages + 1, characters = characters + ?, "
                        + "entries = entries + ?, left_out = ? WHERE report_id = ? AND node_id = ?",
                page.last() ? RECEIVED : RECEIVING,
                (long) page.body().length(),
                page.entries(),
                page.left(),
                page.reportId(),
                page.nodeId());
    }

    /// A page's text; empty when there is none.
    public Optional<String> page(String reportId, String nodeId, int page) {
        return database.read(s -> s.one(
                r -> r.getString(1),
                "SELECT body FROM log_page WHERE report_id = ? AND node_id = ? AND page = ?",
                reportId,
                nodeId,
                page));
    }

    /// The numbers of the pages that a node has sent, in their order.
    public List<Integer> pages(String reportId, String nodeId) {
        return database.read(s -> s.list(
                r -> r.getInt(1),
                "SELECT page FROM log_page WHERE report_id = ? AND node_id = ? ORDER BY page",
                reportId,
                nodeId));
    }

    /// The codes found, by node, the most frequent first.
    public List<Issue> issues(String reportId) {
        return database.read(s -> s.list(
                r -> new Issue(r.getString(1), r.getString(2), r.getLong(3), r.getString(4)),
                "SELECT i.code, n.name, SUM(i.times), MIN(i.example) FROM log_issue i JOIN log_report_node n "
                        + "ON n.report_id = i.report_id AND n.node_id = i.node_id WHERE i.report_id = ? "
                        + "GROUP BY i.code, n.name ORDER BY SUM(i.times) DESC, i.code, n.name",
                reportId));
    }

    /// @return whether there was one
    public boolean remove(String reportId) {
        return database.write(s -> remove(s, reportId));
    }

    private static boolean remove(Session s, String reportId) throws SQLException {
        for (String table : List.of("log_issue", "log_page", "log_report_node")) {
            s.update("DELETE FROM " + table + " WHERE report_id = ?", reportId);
        }
        return s.update("DELETE FROM log_report WHERE report_id = ?", reportId) == 1;
    }

    /// Removes what is older than that, and the oldest until no more than so many are left and all of them together are
    /// no larger.
    ///
    /// @return how many went
    public int forget(Instant before, int most, long mostCharacters) {
        return database.write(s -> {
            List<Sized> all = s.list(
                    r -> new Sized(r.getString(1), Micros.time(r.getLong(2)), r.getLong(3)),
                    "SELECT r.report_id, r.created, COALESCE(SUM(n.characters), 0) FROM log_report r "
                            + "LEFT JOIN log_report_node n ON n.report_id = r.report_id "
                            + "GROUP BY r.report_id, r.created ORDER BY r.created DESC, r.report_id");
            List<String> gone = new ArrayList<>();
            long sum = 0;
            for (int i = 0; i < all.size(); i++) {
                Sized one = all.get(i);
                sum += one.characters();
                if (i >= most || one.created().isBefore(before) || (sum > mostCharacters && i > 0)) {
                    gone.add(one.reportId());
                }
            }
            for (String report : gone) {
                remove(s, report);
            }
            return gone.size();
        });
    }

    private record Sized(String reportId, Instant created, long characters) {}

    private static Report readReport(ResultSet r) throws SQLException {
        return new Report(
                r.getString(1),
                r.getString(2),
                r.getString(3),
                r.getString(4),
                r.getString(5),
                r.getString(6),
                Micros.time(r.getLong(7)),
                Micros.time(r.getLong(8)));
    }

    private static Share readShare(ResultSet r) throws SQLException {
        return new Share(
                r.getString(1), r.getString(2), r.getString(3), r.getInt(4), r.getLong(5), r.getLong(6), r.getLong(7));
    }
}
