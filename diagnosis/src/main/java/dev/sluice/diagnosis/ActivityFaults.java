package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// What goes wrong in activities other than copies: lookups, metadata, deletes, scripts, calls of web services,
/// commands.
public final class ActivityFaults {
    private ActivityFaults() {}

    public static final Fault SERVICE_NEEDED = fault(
            "ServiceNeeded",
            Kind.USER,
            "The activity '{activity}' of type {type} needs {needs}, which is not there.",
            "Replace the activity, call the service by a Web activity, or set the activity's state to Inactive.");

    public static final Fault OUTPUT_TOO_LARGE = fault(
            "ActivityOutputTooLarge",
            Kind.USER,
            "The length of execution output is over limit (around 4MB currently): the activity '{activity}' gives more"
                    + " than {limit} bytes.",
            "Ask for less: fewer rows or columns in a query, fewer entries of a folder, a shorter answer of the"
                    + " service.",
            "Copy large results to a store with a Copy activity and read them there.");

    public static final Fault NO_RESULT = fault(
            "NoResultSet",
            Kind.USER,
            "The statement of '{activity}' gives no result; a lookup needs exactly one.",
            "End the statement with a query. For statements without a result use a Script activity of type NonQuery.");

    public static final Fault OBJECT_MISSING = fault(
            "MetadataObjectNotFound",
            Kind.SOURCE,
            "{object} of dataset '{dataset}' does not exist in {store}.",
            "Check the path or name in the dataset.",
            "Add 'exists' to the activity's fieldList to be told instead of failing.");

    public static final Fault FIELD_UNSUPPORTED = fault(
            "MetadataFieldNotSupported",
            Kind.USER,
            "The metadata field '{field}' does not exist for {object}: {detail}",
            "Take the field out of fieldList, or choose a dataset that has it.");

    public static final Fault STATEMENTS_UNSUPPORTED = fault(
            "StatementsNotSupported",
            Kind.USER,
            "{store} ({type}) cannot run statements or procedures here.",
            "Use a linked service of a database: {supported}.");

    public static final Fault HTTP_STATUS = fault(
            "HttpRequestFailed",
            Kind.USER,
            "Error calling the endpoint {url}. Response status code: '{status}'. More details: {detail}",
            "Look at the answer; correct the address, the authentication or the body of the request.");

    public static final Fault HTTP_UNREACHABLE = passing(
            "HttpEndpointUnreachable",
            Kind.NETWORK,
            "No response from the endpoint {url}: {detail}",
            "Check that the address is right and that the node can reach it (name, port, firewall, proxy,"
                    + " certificate).");

    public static final Fault HTTP_TIMEOUT = passing(
            "HttpRequestTimedOut",
            Kind.NETWORK,
            "The endpoint {url} did not answer within {seconds} s.",
            "Raise httpRequestTimeout (at most 10 minutes), or let the service answer 202 with a Location to poll.");

    public static final Fault HTTP_FORBIDDEN = fault(
            "HttpHostNotAllowed",
            Kind.NODE,
            "The owner of the node does not allow requests to {host}.",
            "Ask the owner of the node to add the host to the hosts allowed (SLUICE_HTTP_HOSTS).");

    public static final Fault AUTHENTICATION_UNSUPPORTED = fault(
            "AuthenticationNotPossible",
            Kind.USER,
            "Authentication of type {type} is not possible here: {detail}",
            "Use a service principal, Basic, a client certificate, or a header with a token.");

    public static final Fault TOKEN_REFUSED = fault(
            "TokenRequestFailed",
            Kind.USER,
            "No token for {resource} from {authority}: {detail}",
            "Check tenant, client id and secret of the service principal, and the resource's address.");

    public static final Fault VAULT_SECRET = fault(
            "KeyVaultSecretUnavailable",
            Kind.USER,
            "The secret '{secret}' of the key vault '{vault}' cannot be had (status {status}): {detail}",
            "Check the secret's name and version in the vault, and that the identity of the vault's linked service may"
                    + " get secrets there.");

    public static final Fault REMOTE_FAILED = fault(
            "RemoteJobFailed",
            Kind.USER,
            "{service} ended the job {job} with state {state}: {detail}",
            "Look at the job's own log in {service}.");

    public static final Fault COMMAND_FORBIDDEN = fault(
            "CommandsNotAllowed",
            Kind.NODE,
            "The owner of the node does not allow commands of Custom activities.",
            "Ask the owner of the node to start it with SLUICE_ALLOW_COMMANDS=true, if the pipelines' authors are"
                    + " trusted.");

    public static final Fault COMMAND_FAILED = fault(
            "CommandFailed",
            Kind.USER,
            "The command ended with exit code {exit}: {detail}",
            "Look at stdout and stderr of the command; an exit code other than 0 fails the activity.");

    public static final Fault NO_SSIS = fault(
            "NoSsisRuntime",
            Kind.NODE,
            "The package {package} lies in {place}, which cannot be opened here.",
            "Run it through a service, which has the catalog; or give the package as a File, an InlinePackage or from"
                    + " a PackageStore that the node's owner has mapped (--ssis-paths).");
}
