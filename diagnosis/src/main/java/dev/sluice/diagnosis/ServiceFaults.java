package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// The service's answers to its callers. Codes are Data Factory's and Azure Resource Manager's where they have one.
public final class ServiceFaults {
    private ServiceFaults() {}

    public static final Fault BAD_REQUEST =
            fault("BadRequest", Kind.USER, "The request is not valid: {detail}", "Correct the request.");

    public static final Fault NOT_FOUND = fault(
            "ResourceNotFound", Kind.USER, "The {object} '{name}' was not found.", "Check the name; list what exists.");

    public static final Fault PATH_UNKNOWN = fault(
            "InvalidResourceType",
            Kind.USER,
            "There is no operation {method} {path}.",
            "Check method, path and api-version (2018-06-01).");

    public static final Fault API_VERSION = fault(
            "InvalidApiVersionParameter",
            Kind.USER,
            "The api-version '{version}' is not known.",
            "Use api-version=2018-06-01.");

    public static final Fault NOT_AVAILABLE = fault(
            "OperationNotAvailable",
            Kind.USER,
            "{operation} is not available: {reason}",
            "See the list of operations in the guide for what stands in its place.");

    public static final Fault PRECONDITION = fault(
            "PreconditionFailed",
            Kind.USER,
            "If-Match {given} does not match the current etag {current} of '{name}'.",
            "Read the resource again, apply your change to it and send its etag.");

    public static final Fault REFERENCED = fault(
            "ReferencedByOtherResources",
            Kind.USER,
            "'{name}' cannot be deleted: it is referenced by {referrers}.",
            "Remove the references first.");

    public static final Fault UNAUTHENTICATED = fault(
            "InvalidAuthenticationToken",
            Kind.USER,
            "The access token is missing or not valid: {detail}",
            "Send 'Authorization: Bearer TOKEN'; the first token is in the data folder's file admin-token.");

    public static final Fault FORBIDDEN = fault(
            "AuthorizationFailed",
            Kind.USER,
            "The caller's role at {scope} is {role} and may not {action}.",
            "Ask an owner for the role {needed} there, or use a token that has it.");

    public static final Fault TOO_LARGE = fault(
            "RequestEntityTooLarge",
            Kind.USER,
            "The request body is larger than {limit} bytes.",
            "Send a smaller document.");

    public static final Fault RUN_NOT_CANCELLABLE = fault(
            "PipelineRunNotCancellable",
            Kind.USER,
            "The pipeline run {run} has already ended with {status}.",
            "Nothing is left to cancel.");

    public static final Fault TOO_MANY_REQUESTS = passing(
            "TooManyRequests",
            Kind.USER,
            "There are too many requests of {whose}: more than {limit} a second for longer than a burst.",
            "Wait as long as Retry-After says, {seconds} s, then go on more slowly.",
            "If the load is meant, raise --requests-per-caller or --requests-per-factory of the service.");

    public static final Fault INTERNAL = passing(
            "InternalServerError",
            Kind.SERVICE,
            "The service met an unexpected error; its log has it under {reference}.",
            "Try again; if it happens again, report it with the reference.");

    public static final Fault UNAVAILABLE = passing(
            "ServiceUnavailable", Kind.SERVICE, "The service cannot answer now: {detail}", "Try again in a moment.");

    public static final Fault AUTHORITY_DAMAGED = fault(
            "CertificateAuthorityDamaged",
            Kind.SERVICE,
            "The service's certificate authority in {path} cannot be used: {detail}",
            "Restore the file from a backup.",
            "Or remove both files of the authority: a new one is made at the next start, and every node and client "
                    + "must be given its certificate.");

    public static final Fault PORT_UNAVAILABLE = fault(
            "HttpsPortUnavailable",
            Kind.USER,
            "Port {port} cannot be opened: {detail}.",
            "Stop the process that uses the port, or choose another one with --https-port (0 takes any that is free).");

    public static final Fault FOLDER_UNUSABLE = fault(
            "DataFolderUnusable",
            Kind.USER,
            "The data folder {path} cannot be used: {detail}",
            "Check that the folder's file system has room and that this user may write there, or choose another --data folder.");

    public static final Fault DATABASE_UNUSABLE = fault(
            "DatabaseUnusable",
            Kind.USER,
            "The service's database cannot be used: {detail}",
            "Check --database, that the server runs, and the user's name, password and rights.",
            "If the database was written by a newer version, start that version; if it is damaged, restore a backup.");
}
