package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.LogFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.secrets.Redaction;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.LogReports;
import dev.sluice.wire.LogOrder;
import dev.sluice.wire.LogPage;
import dev.sluice.wire.LogReceipt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks nodes for their logs with their next heartbeats and takes what they send. What they send is looked at as if it
/// came from a stranger: only lines that are entries stay, of those only the members that there are, and whatever looks
/// like a credential is masked once more. Thread-safe.
final class LogDesk {
    /// How long reports are kept, and how many, and how large all of them together may be.
    static final Duration KEPT = Duration.ofDays(30);

    static final int MOST_REPORTS = 200;
    static final long MOST_CHARACTERS = 512L << 20;

    /// How long nodes are asked.
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final long NODE_BYTES = 4 << 20;
    private static final long ACTIVITY_BYTES = 2 << 20;
    private static final int MOST_COLLECTING = 20;
    private static final int MOST_OF_A_NODE = 10;
    private static final Duration OF_A_NODE = Duration.ofMinutes(10);
    private static final int MOST_MESSAGE = 20_000;
    private static final int MOST_WORD = 200;

    /// How often it is looked whether another process of the service was asked for a report.
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private static final List<String> MEMBERS = List.of("time", "level", "thread", "logger", "job", "activityRun");
    private static final Logger LOG = LoggerFactory.getLogger(LogDesk.class);

    private final Fleetwide parts;
    private final LogReports reports;
    private Map<String, List<LogOrder>> orders = Map.of();
    private Instant looked = Instant.EPOCH;

    LogDesk(Fleetwide parts) {
        this.parts = parts;
        this.reports = parts.store().logs();
    }

    /// Makes a report and asks every node of the group that is there.
    ///
    /// @param activityRunId empty for whole logs; else `activity` is its name
    LogReports.Report begin(
            String factory, String runtime, Fleet.Group group, String activityRunId, String activity, String by) {
        Instant now = parts.clock().instant();
        long open = reports.collecting(now);
        if (open >= MOST_COLLECTING) {
            throw LogFaults.TOO_MANY.with("open", open);
        }
        tidy(now);
        List<LogReports.Share> shares = new ArrayList<>();
        List<Fleet.Node> nodes = parts.store().fleet().nodes(group.groupId());
        GroupHealth health = new GroupHealth(parts, group, nodes);
        for (Fleet.Node node : nodes) {
            shares.add(new LogReports.Share(
                    node.nodeId(), node.name(), isThere(health, node) ? LogReports.ASKED : LogReports.OFFLINE));
        }
        LogReports.Report report =
                new LogReports.Report(newId(), factory, runtime, activityRunId, activity, by, now, now.plus(PATIENCE));
        reports.create(report, shares);
        forgetOrders();
        return report;
    }

    private static boolean isThere(GroupHealth health, Fleet.Node node) {
        NodeState.Word word = health.of(node).word();
        return word == NodeState.Word.ONLINE || word == NodeState.Word.LIMITED || word == NodeState.Word.UPGRADING;
    }

    /// The node's share as it is at this moment: one that went away before it had sent everything is offline.
    LogReports.Share now(LogReports.Share share) {
        if (!share.state().equals(LogReports.ASKED) && !share.state().equals(LogReports.RECEIVING)) {
            return share;
        }
        boolean there = parts.store()
                .fleet()
                .node(share.nodeId())
                .flatMap(node -> parts.store()
                        .fleet()
                        .group(node.group())
                        .map(group -> isThere(new GroupHealth(parts, group, List.of(node)), node)))
                .orElse(false);
        return there ? share : share.with(LogReports.OFFLINE);
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private void tidy(Instant now) {
        int gone = reports.forget(now.minus(KEPT), MOST_REPORTS - 1, MOST_CHARACTERS);
        if (gone > 0) {
            LOG.info("{} log reports were removed: they were old, or too many", gone);
        }
    }

    private synchronized void forgetOrders() {
        looked = Instant.EPOCH;
    }

    /// What a node is to send.
    synchronized List<LogOrder> orders(String nodeId) {
        Instant now = parts.clock().instant();
        if (Duration.between(looked, now).abs().compareTo(LOOK_EVERY) >= 0) {
            looked = now;
            Map<String, List<LogOrder>> found = new HashMap<>();
            for (LogReports.Open open : reports.open(now)) {
                found.computeIfAbsent(open.nodeId(), id -> new ArrayList<>())
                        .add(new LogOrder(open.reportId(), open.activityRunId(), mostBytes(open.activityRunId())));
            }
            orders = found;
        }
        return orders.getOrDefault(nodeId, List.of());
    }

    private static long mostBytes(String activityRunId) {
        return activityRunId.isEmpty() ? NODE_BYTES : ACTIVITY_BYTES;
    }

    /// Takes a page.
    LogReceipt take(Fleet.Node node, LogPage page) {
        if (page.reportId() == null || page.lines() == null) {
            throw DocumentFaults.MEMBER_MISSING.with("member", page.lines() == null ? "lines" : "reportId");
        }
        if (page.page() < 0
                || page.page() >= LogPage.MOST_PAGES
                || page.lines().length() > LogPage.MOST_CHARACTERS + MOST_MESSAGE) {
            throw closed(page.reportId(), "a page is too large, or there are too many");
        }
        LogReports.Report report = page.reportId().isEmpty() ? unasked(node, page) : asked(page);
        KnownIssues issues = new KnownIssues();
        String body = looked(page.lines(), report.activityRunId(), issues);
        // The lines may have become longer by the masks.
        boolean taken = reports.accept(
                new LogReports.Page(
                        report.reportId(),
                        node.nodeId(),
                        page.page(),
                        page.last(),
                        Math.max(0, page.left()),
                        body,
                        issues.found()),
                2 * mostBytes(report.activityRunId()) + LogPage.MOST_CHARACTERS);
        if (!taken) {
            throw closed(report.reportId(), "it was not asked for more, or has sent all that there is room for");
        }
        if (page.last()) {
            forgetOrders();
        }
        return new LogReceipt(report.reportId());
    }

    private LogReports.Report asked(LogPage page) {
        LogReports.Report report =
                reports.find(page.reportId()).orElseThrow(() -> closed(page.reportId(), "it is no more"));
        boolean own = report.deadline().equals(report.created());
        Instant end = report.deadline().plus(PATIENCE);
        if (!own && parts.clock().instant().isAfter(end)) {
            throw closed(page.reportId(), "its time was over at " + end);
        }
        return report;
    }

    /// The first page of a report that the node itself begins: nobody else is asked, so there is nothing to wait for.
    private LogReports.Report unasked(Fleet.Node node, LogPage page) {
        Instant now = parts.clock().instant();
        long before = reports.begunBy(node.nodeId(), now.minus(OF_A_NODE));
        if (page.page() != 0 || before >= MOST_OF_A_NODE) {
            throw LogFaults.TOO_MANY.with("open", before);
        }
        tidy(now);
        Fleet.Group group = parts.store().fleet().group(node.group()).orElseThrow();
        LogReports.Report report = new LogReports.Report(
                newId(), group.factory(), group.runtime(), "", "", "node " + node.name(), now, now);
        reports.create(report, List.of(new LogReports.Share(node.nodeId(), node.name(), LogReports.ASKED)));
        return report;
    }

    private static ProblemException closed(String report, String why) {
        return LogFaults.REPORT_CLOSED.with("report", report, "detail", why);
    }

    /// The entries among the lines, without secrets; of a report on one activity run without what is about others.
    private static String looked(String lines, String activityRunId, KnownIssues issues) {
        StringBuilder kept = new StringBuilder(lines.length());
        lines.lines().forEach(line -> {
            ObjectNode entry = entry(line);
            String of = entry.path("activityRun").asString("");
            if (entry.has("time") && (activityRunId.isEmpty() || of.isEmpty() || of.equals(activityRunId))) {
                issues.look(entry.path("message").asString(""));
                kept.append(Json.write(entry)).append('\n');
            }
        });
        return kept.toString();
    }

    /// Empty for what is none.
    private static ObjectNode entry(String line) {
        ObjectNode entry = Json.object();
        try {
            JsonNode said = Json.parse(line);
            for (String member : MEMBERS) {
                if (said.path(member).isString()) {
                    entry.put(member, cut(said.path(member).stringValue(), MOST_WORD));
                }
            }
            entry.put(
                    "message",
                    cut(Redaction.maskPatterns(cut(said.path("message").asString(""), MOST_MESSAGE)), MOST_MESSAGE));
            return entry;
        } catch (ProblemException | JacksonException e) {
            return Json.object();
        }
    }

    private static String cut(String text, int most) {
        return text.length() > most ? text.substring(0, most) : text;
    }
}
