package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// Logs of nodes: reading them, sending them, reports made of them.
public final class LogFaults {
    private LogFaults() {}

    public static final Fault UNREADABLE = fault(
            "LogUnreadable",
            Kind.NODE,
            "The log {path} cannot be read: {detail}",
            "Run the command as the account that the node runs under; 'sluice node preflight' looks at the folder's"
                    + " rights.");

    public static final Fault SHARED = fault(
            "LogsOfSharedRuntime",
            Kind.USER,
            "The nodes of the integration runtime '{runtime}' also run the jobs of others, so all of their logs cannot"
                    + " be had here; those of one activity can.",
            "Send the logs of the activity: 'sluice logs send -f FACTORY --activity-run ID'.",
            "All logs of a node: by whoever owns the nodes, with '--all' in their factory, or 'sluice node logs send'"
                    + " on the node.");

    public static final Fault ACTIVITY_UNKNOWN = fault(
            "LogsActivityUnknown",
            Kind.USER,
            "The factory '{factory}' has no activity run '{activity}'.",
            "Take the ID from 'sluice runs show' or 'sluice activity-run query-by-pipeline-run'; each attempt has its"
                    + " own.");

    public static final Fault NO_JOB = fault(
            "LogsActivityWithoutNode",
            Kind.USER,
            "The activity '{activity}' is done by the service itself, so no node has a log of it.",
            "See the activity's error and output instead: 'sluice runs show'.");

    public static final Fault REPORT_UNKNOWN = fault(
            "LogReportUnknown",
            Kind.USER,
            "There is no log report '{report}' that you may see; reports are kept for {days} days, the newest {most}"
                    + " of them.",
            "'sluice logs list' shows what there is.");

    public static final Fault REPORT_CLOSED = fault(
            "LogReportClosed",
            Kind.NODE,
            "The log report '{report}' takes nothing from this node any more: {detail}",
            "Send the logs again; the service gives another report ID.");

    public static final Fault TOO_MANY = passing(
            "LogReportsTooMany",
            Kind.USER,
            "{open} log reports are being collected at this moment, which is the most at one time.",
            "Wait until one of them is complete ('sluice logs list'), then ask again.");
}
