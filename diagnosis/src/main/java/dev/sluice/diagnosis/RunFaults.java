package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// What ends an activity or a run for a reason of its orchestration.
public final class RunFaults {
    private RunFaults() {}

    public static final Fault ACTIVITY_TIMED_OUT = fault(
            "ActivityTimedOut",
            Kind.USER,
            "The activity '{activity}' did not finish within its timeout of {timeout}.",
            "Raise policy.timeout of the activity, or make the work smaller.");

    public static final Fault CANCELLED =
            fault("OperationCancelled", Kind.USER, "Cancelled by {by}.", "Start the pipeline again when wanted.");

    public static final Fault CALLED_RUN_FAILED = fault(
            "CalledPipelineFailed",
            Kind.USER,
            "The run {run} of pipeline '{pipeline}' that the activity called ended as {status}: {message}",
            "Look at that run's activities; they tell the cause.");

    public static final Fault CALLS_TOO_DEEP = fault(
            "PipelineCallsTooDeep",
            Kind.USER,
            "Pipelines have called pipelines {limit} deep; the activity '{activity}' of pipeline '{pipeline}' may not call another.",
            "Let pipelines that call themselves come to an end earlier, or use a loop.");

    public static final Fault NOT_CALLED_BACK = fault(
            "CallbackTimedOut",
            Kind.USER,
            "The service that the activity '{activity}' asked did not call back within {timeout}.",
            "Look in the service's log whether it has called back and what it was answered; it must reach this service "
                    + "and trust its certificate.",
            "Raise the activity's timeout if the service needs longer.");

    public static final Fault CALLED_BACK_WITH_ERROR = fault(
            "CallbackReportedFailure",
            Kind.USER,
            "The service that the activity '{activity}' asked called back with the status {status}: {message}",
            "Look in the service's log for the cause.");

    public static final Fault CALLBACK_INVALID = fault(
            "CallbackInvalid",
            Kind.USER,
            "The callback cannot be used: {detail}",
            "Send JSON, with reportStatusOnCallBack an object of StatusCode, Output and Error. The activity goes on waiting.");

    public static final Fault CALLBACK_REFUSED = fault(
            "CallbackRefused",
            Kind.USER,
            "The callback is refused: {detail}",
            "Call the address in callBackUri exactly as it was given.");

    public static final Fault CALLBACK_LATE = fault(
            "CallbackTooLate",
            Kind.USER,
            "The callback comes too late: {detail}",
            "Call back once, within the activity's timeout.");

    public static final Fault LEASE_LOST = passing(
            "NodeLost",
            Kind.NODE,
            "Node '{node}' stopped reporting on attempt {attempt} of this activity; its lease ran out after {seconds} s.",
            "Check that the node is running and can reach the service ('sluice node status').",
            "Set a retry policy on the activity so that another attempt is made by itself.");

    public static final Fault NO_RUNTIME = fault(
            "IntegrationRuntimeNotFound",
            Kind.USER,
            "The integration runtime '{runtime}' that the activity needs does not exist.",
            "Create the integration runtime or correct connectVia of the linked service.");

    public static final Fault RUNTIMES_DIFFER = fault(
            "IntegrationRuntimesDiffer",
            Kind.USER,
            "The source is connected via '{source}' and the sink via '{sink}': no single node can reach both.",
            "Set enableStaging, and stagingSettings to a store that nodes of both can reach: the copy then goes in two"
                    + " hops.",
            "Or connect both linked services via the same integration runtime.");

    public static final Fault STAGING_OUT_OF_REACH = fault(
            "StagingStoreOutOfReach",
            Kind.USER,
            "The staging store '{store}' is connected via '{runtime}', but nodes of both '{source}' and '{sink}' must"
                    + " reach it and open its secrets.",
            "Leave connectVia out of the linked service '{store}': its secrets are then sealed to the nodes of every"
                    + " runtime of the factory.");
}
