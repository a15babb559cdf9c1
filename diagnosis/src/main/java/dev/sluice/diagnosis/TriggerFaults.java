package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;

/// Triggers: starting and changing them, their runs, the events that come to them.
public final class TriggerFaults {
    private TriggerFaults() {}

    /// Code and words are Data Factory's: deployment tools look for them.
    public static final Fault STARTED = fault(
            "TriggerEnabledCannotUpdate",
            Kind.USER,
            "Cannot update enabled Trigger; the trigger needs to be disabled first.",
            "Stop the trigger ('sluice trigger stop'), change it, and start it again.");

    public static final Fault TYPE_UNSUPPORTED = fault(
            "TriggerTypeNotSupported",
            Kind.USER,
            "Trigger '{trigger}' is of type {type}, which is kept but cannot be started here.",
            "Use a ScheduleTrigger, TumblingWindowTrigger or CustomEventsTrigger.");

    public static final Fault NO_PIPELINE = fault(
            "TriggerWithoutPipeline",
            Kind.USER,
            "Trigger '{trigger}' cannot be started: it names no pipeline to run.",
            "Add a pipeline to the trigger, then start it.");

    public static final Fault TIME_ZONE_UNKNOWN = fault(
            "TriggerTimeZoneUnknown",
            Kind.USER,
            "There is no time zone '{zone}'.",
            "Write a Windows name such as 'W. Europe Standard Time', an IANA name such as 'Europe/Berlin', or UTC.");

    public static final Fault END_IN_PAST = fault(
            "TriggerEndTimeInPast",
            Kind.USER,
            "Trigger '{trigger}' cannot be started: it has no occurrence at or after {now}.",
            "Choose a later endTime, or another recurrence.");

    public static final Fault WINDOW_FIXED = fault(
            "TumblingWindowCannotChange",
            Kind.USER,
            "The {member} of tumbling window trigger '{trigger}' cannot be changed once it has been created.",
            "Delete the trigger and create it anew, or create another one.");

    public static final Fault DEPENDENCY_INVALID = fault(
            "TriggerDependencyInvalid",
            Kind.USER,
            "Trigger '{trigger}' cannot depend on trigger '{dependency}': {detail}",
            "Depend on a tumbling window trigger of the same factory that does not, in turn, wait for this one.");

    public static final Fault RUN_NOT_CANCELLABLE = fault(
            "TriggerRunNotCancellable",
            Kind.USER,
            "Trigger run {run} cannot be cancelled: it is {status}.",
            "Cancel the pipeline runs that it started, if that is what is meant.");

    public static final Fault RUN_NOT_RERUNNABLE = fault(
            "TriggerRunNotRerunnable",
            Kind.USER,
            "Trigger run {run} cannot be run again: {detail}",
            "Wait for the run's end; of a group of runs, run the newest again.");

    public static final Fault OCCURRENCES_MISSED = fault(
            "TriggerOccurrencesMissed",
            Kind.USER,
            "{count} occurrences from {first} to {last} were missed while the service did not run, and are too many to "
                    + "be made up for.",
            "Run the pipeline for these times yourself, or use a tumbling window trigger, which leaves no gaps.");

    public static final Fault DEPENDENCY_TIMEOUT = fault(
            "TriggerDependencyTimeout",
            Kind.USER,
            "The window waited for {days} days for the windows it depends on.",
            "Run the windows that it depends on again, then rerun this one.");

    public static final Fault EVENTS_INVALID = fault(
            "TriggerEventsInvalid",
            Kind.USER,
            "The events cannot be taken: {detail}",
            "Send a JSON array of events in the Event Grid schema, or CloudEvents 1.0.");

    public static final Fault LISTING_FAILED = fault(
            "TriggerListingFailed",
            Kind.USER,
            "Folder '{folder}' of linked service '{store}' could not be listed: {detail}",
            "Mend what the detail says; the folder is listed again by itself, at most five minutes later.");

    public static final Fault QUEUE_FAILED = fault(
            "TriggerQueueFailed",
            Kind.USER,
            "Queue '{queue}' of linked service '{store}' could not be read: {detail}",
            "Mend what the detail says; the queue is read again by itself, at most five minutes later.");

    public static final Fault QUEUE_UNSUPPORTED = fault(
            "TriggerQueueNotSupported",
            Kind.USER,
            "Linked service '{store}' of type {type} has no queues that tell of files.",
            "Leave queueName out, so that the folder is listed; or name a linked service of Azure Blob Storage, Data"
                    + " Lake Storage Gen2 or Amazon S3.");

    public static final Fault QUEUE_MISSING = fault(
            "TriggerQueueMissing",
            Kind.SOURCE,
            "There is no queue '{queue}' in {host}.",
            "Create the queue and let the store send its events to it (Event Grid for a storage account, event notifications"
                    + " for a bucket of S3), or correct queueName.");

    public static final Fault MESSAGES_UNREADABLE = fault(
            "TriggerMessagesUnreadable",
            Kind.USER,
            "{count} messages of queue '{queue}' could not be read as events and {where}; the last one, {message}:"
                    + " {detail}",
            "Let only the store's events go to the queue: Event Grid's blob events, in the Event Grid schema or as CloudEvents"
                    + " 1.0, or S3's event notifications.");

    public static final Fault LISTING_TOO_LARGE = fault(
            "TriggerListingTooLarge",
            Kind.USER,
            "More than {limit} files of {store} are meant by the trigger.",
            "Watch a folder with fewer files, narrow them by blobPathBeginsWith or blobPathEndsWith, or move files away "
                    + "once they are done.");

    public static final Fault RERUN_PARENT_INVALID = fault(
            "RerunTriggerParentInvalid",
            Kind.USER,
            "Trigger '{trigger}' cannot run the windows of '{parent}' again: {detail}",
            "Name a tumbling window trigger of the same factory that is started as parentTrigger.");

    public static final Fault WINDOW_RANGE_INVALID = fault(
            "TriggerWindowRangeInvalid",
            Kind.USER,
            "The windows from {from} to {to} of trigger '{trigger}' cannot be {action}: {detail}",
            "Name a time span in which the trigger has windows, in several calls if there are many.");

    public static final Fault PIPELINE_AMBIGUOUS = fault(
            "TriggerPipelineAmbiguous",
            Kind.USER,
            "Which pipeline of trigger '{trigger}' is meant is not clear; it starts {pipelines}.",
            "Name one of them with --pipeline.");

    public static final Fault WINDOW_MISSING = fault(
            "TriggerWindowMissing",
            Kind.USER,
            "Trigger '{trigger}' has no window at {time}: its first one begins at {start}.",
            "Name a time after the trigger's startTime.");

    public static final Fault EVENT_NEEDED = fault(
            "TriggerEventNeeded",
            Kind.USER,
            "Trigger '{trigger}' starts its pipelines for something that happened, and nothing is given.",
            "Say what happened with {option}.");

    public static final Fault EVENT_NOT_MEANT = fault(
            "TriggerEventNotMeant",
            Kind.USER,
            "Trigger '{trigger}' does not start anything for {what}.",
            "Compare it with the trigger's events, paths and filters.");

    public static final Fault NOT_LISTENING = fault(
            "TriggerNotListening",
            Kind.USER,
            "Trigger '{trigger}' takes no events: {detail}",
            "Send events to a CustomEventsTrigger that is started.");
}
