package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// Reaching a store or a service: names, ports, certificates, credentials. Evidence used throughout: `host`,
/// `port`, `store` (what was to be reached, e.g. a linked service's name), `user`.
public final class ConnectionFaults {
    private ConnectionFaults() {}

    public static final Fault HOST_UNKNOWN = fault(
            "HostNameUnresolvable",
            Kind.NETWORK,
            "The host name '{host}' cannot be resolved on this node.",
            "Check the spelling of the host in linked service {store}.",
            "On the node, run 'getent hosts {host}'; add the name to DNS or to the hosts file.");

    public static final Fault PORT_REFUSED = passing(
            "ConnectionRefused",
            Kind.NETWORK,
            "{host}:{port} refused the connection: the host answers, but nothing listens on that port.",
            "Check that the server of {store} is running and listens on port {port}.",
            "Check the port in the linked service and any firewall that answers with a reset.");

    public static final Fault CONNECT_TIMEOUT = passing(
            "ConnectionTimedOut",
            Kind.NETWORK,
            "{host}:{port} did not answer within {seconds} s: packets are dropped on the way.",
            "Allow outbound TCP from this node to {host}:{port} on every firewall in between.",
            "Check that the address is reachable from the node's network.");

    public static final Fault CONNECTION_LOST = passing(
            "ConnectionLost",
            Kind.NETWORK,
            "The connection to {host}:{port} was cut while in use: {detail}",
            "Run the activity again; set a retry policy if this happens now and then.",
            "Look for idle time-outs of firewalls or a restart of the server at that time.");

    public static final Fault TLS_UNTRUSTED = fault(
            "TlsCertificateUntrusted",
            Kind.NETWORK,
            "The certificate presented by {host}:{port} is not trusted: {detail}",
            "If the store uses a private CA, add its root certificate to the node's trust store.",
            "If a proxy re-signs TLS, trust the proxy's issuer shown in the evidence.");

    public static final Fault TLS_FAILED = fault(
            "TlsHandshakeFailed",
            Kind.NETWORK,
            "{host}:{port} and this node could not agree on encryption: {detail}",
            "Check that the port is the one on which the server speaks TLS, and the encryption settings of {store}.",
            "Check that server and node have a protocol version and a cipher in common.");

    public static final Fault HOST_KEY_UNTRUSTED = fault(
            "SshHostKeyUntrusted",
            Kind.NETWORK,
            "The SSH host key of {host}:{port} has the fingerprint {fingerprint}: {detail}",
            "Compare the fingerprint with the one the server's administrator gives, and set hostKeyFingerprint of"
                    + " linked service {store} to it.",
            "If the key was not renewed on purpose, somebody may be between node and server.");

    public static final Fault WRONG_PASSWORD = fault(
            "CredentialRejected",
            Kind.USER,
            "{store} at {host}:{port} rejected the user name or password of '{user}'.",
            "Set the right user name and password in linked service {store} and save it again.",
            "Check that the account is not locked and may log in from this node.");

    public static final Fault PERMISSION_DENIED = fault(
            "PermissionDenied",
            Kind.USER,
            "'{user}' may not {action} {object} in {store}.",
            "Grant the account the right to {action} {object}.");

    public static final Fault DATABASE_MISSING = fault(
            "DatabaseNotFound",
            Kind.USER,
            "The database '{database}' does not exist on {host}:{port}.",
            "Check the database name in linked service {store}.");

    public static final Fault TOO_MANY_CONNECTIONS = passing(
            "ConnectionLimitReached",
            Kind.SOURCE,
            "{host}:{port} has no free connection slot left: {detail}",
            "Lower parallelCopies of the activity or the node's concurrent jobs.",
            "Raise the server's connection limit.");

    public static final Fault STORE_REFUSED = fault(
            "StoreRequestRefused",
            Kind.USER,
            "{store} refused the request ({status}): {detail}",
            "See the store's own message in the evidence.");

    public static final Fault STORE_BUSY = passing(
            "StoreThrottled",
            Kind.NETWORK,
            "{store} is throttling or temporarily unavailable ({status}): {detail}",
            "Run the activity again later; set a retry policy; lower parallelCopies.");

    public static final Fault CIRCUIT_OPEN = passing(
            "StoreCircuitOpen",
            Kind.NETWORK,
            "{store} has failed {failures} times in a row on this node, last with {code}; it is left alone for now"
                    + " ({state}) and tried again in {seconds} s.",
            "See the failure {code} of the activities before this one, and mend that; then wait, or test the"
                    + " connection: a test is never held up, and saving a changed linked service closes the circuit.",
            "'sluice node status' and the integration runtime's monitoring show the state.",
            "Set a retry policy with an interval above the wait, so that the activity goes on by itself.");

    public static final Fault SETTING_INVALID = fault(
            "ConnectionSettingInvalid",
            Kind.USER,
            "The setting '{setting}' of {store} is not valid: {detail}",
            "Correct '{setting}' in the linked service.");

    public static final Fault SETTING_NOT_ALLOWED = fault(
            "ConnectionSettingNotAllowed",
            Kind.USER,
            "The connection property '{setting}' of {store} is not on the list of allowed properties.",
            "Remove '{setting}'; allowed are: {allowed}.");

    public static final Fault DRIVER_MISSING = fault(
            "DriverMissing",
            Kind.NODE,
            "The driver {driver} that {store} needs is not installed on the node. Searched: {searched}. Found:"
                    + " {found}.",
            "Get the driver ({coordinates}) and run './sluice driver add {name} JAR…' on the node, as the user it runs"
                    + " as; or put its jars into {folder}.",
            "Folders of drivers are named by the environment variable SLUICE_DRIVERS of the node.");

    public static final Fault DRIVER_ALTERED = fault(
            "DriverAltered",
            Kind.NODE,
            "{jar}, of the driver that {store} needs, is not the file that was added: its SHA-256 is {now}, added was"
                    + " {added}. It was not loaded.",
            "Find out who changed it. Then './sluice driver remove {name} {version}' and './sluice driver add {name}"
                    + " JAR…'.");

    public static final Fault DRIVER_UNFIT = fault(
            "DriverUnfit",
            Kind.USER,
            "{jar} cannot be added as the driver '{name}': {detail}.",
            "Give the driver's jars, all of them if it has several, as its maker publishes them.",
            "'./sluice driver list' shows which drivers there are and which are needed for what.");

    public static final Fault ODBC_DRIVER_UNKNOWN = fault(
            "OdbcDriverUnknown",
            Kind.USER,
            "The ODBC driver '{driver}' of {store} has no JDBC driver to stand for it.",
            "Use the linked service type of the system itself, or one of these drivers' names: {known}.");
}
