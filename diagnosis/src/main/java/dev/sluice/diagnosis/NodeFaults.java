package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// The node: registration, its identity, its worker processes.
public final class NodeFaults {
    private NodeFaults() {}

    public static final Fault WORKER_DIED = passing(
            "WorkerProcessDied",
            Kind.NODE,
            "The worker process (pid {pid}) that ran this activity ended with {exit}; the node and its other jobs go"
                    + " on.",
            "Run the activity again.",
            "If it happens again, see the worker's last log lines in the evidence; exit by signal 9 without a person's "
                    + "doing usually means that the machine ran out of memory.");

    public static final Fault OUT_OF_MEMORY = fault(
            "JobMemoryExhausted",
            Kind.NODE,
            "The activity needed more memory than its grant of {grant} MB.",
            "Lower parallelCopies or the row size, or raise the node's memory grant per job.");

    public static final Fault KEY_INVALID = fault(
            "AuthenticationKeyInvalid",
            Kind.USER,
            "The authentication key is not valid: {detail}",
            "Copy the key again: 'sluice integration-runtime list-auth-keys', or create a new one.");

    public static final Fault SHARED_ACROSS_TENANTS = fault(
            "IntegrationRuntimeSharedAcrossTenants",
            Kind.USER,
            "The factory '{factory}' cannot use the integration runtime '{runtime}': it belongs to another tenant "
                    + "({owner}), and a runtime is shared inside one tenant only ({own}).",
            "Register a node of its own for this factory: one machine can run several nodes, each with its data"
                    + " folder.",
            "If both factories belong to one tenant, create them at the same service, with the same "
                    + "identity.tenantId or none.");

    public static final Fault ALREADY_REGISTERED = fault(
            "NodeAlreadyRegistered",
            Kind.USER,
            "This data folder already holds the registration of node '{node}' with {service}.",
            "Use another --data folder, or unregister the node first.");

    public static final Fault NOT_REGISTERED = fault(
            "NodeNotRegistered",
            Kind.USER,
            "There is no registration in {path}.",
            "Register first: 'sluice node register --service URL --key KEY'.");

    public static final Fault CONFIGURATION_DAMAGED = fault(
            "NodeConfigurationDamaged",
            Kind.NODE,
            "{path} cannot be used: {detail}",
            "Restore the folder from a backup, or remove it and register again.");

    public static final Fault LOCKED = fault(
            "DataFolderInUse",
            Kind.USER,
            "The data folder {path} is in use by process {pid}.",
            "Stop that process or use another --data folder.");

    public static final Fault SECRET_UNOPENABLE = fault(
            "SecretNotForThisNode",
            Kind.NODE,
            "The secret '{member}' of linked service {store} is not sealed to this node's certificate.",
            "Start a node that can open it: it seals the secret to the others by itself, within seconds.",
            "If there is none any more, save the linked service again, so that it is sealed to every node of the "
                    + "integration runtime.");

    public static final Fault SERVICE_UNREACHABLE = passing(
            "ServiceUnreachable",
            Kind.NETWORK,
            "The service at {url} cannot be reached: {detail}",
            "Check that the service runs, and that this machine may open outbound HTTPS to it.");

    public static final Fault SERVICE_REFUSED = fault(
            "ServiceRefusedNode",
            Kind.NODE,
            "The service at {url} refused this node ({status}): {detail}",
            "Check that the node still exists ('sluice node status'); if it was deleted, register it again.");

    public static final Fault SECRET_DAMAGED = fault(
            "SecretDamaged",
            Kind.NODE,
            "The secret '{member}' of linked service {store} cannot be opened: {detail}",
            "Save the linked service again; if it happens again, look for whoever changes the stored secret.");

    public static final Fault SECRET_WITHOUT_RECIPIENT = fault(
            "SecretWithoutRecipient",
            Kind.USER,
            "The secret cannot be sealed: there is no node certificate to seal it to.",
            "Register a node with the integration runtime first, then save the linked service.");

    public static final Fault CERTIFICATE_INVALID = fault(
            "CertificateInvalid",
            Kind.USER,
            "The certificate or certificate request cannot be used: {detail}",
            "Make a new one: EC keys on P-256, P-384 or P-521, or RSA keys of at least 2048 bits, as PEM.");

    public static final Fault NODE_STOPPED = passing(
            "NodeStopped",
            Kind.NODE,
            "Node '{node}' {how} while this activity was running.",
            "Run the activity again, or set a retry policy so that another attempt is made by itself.");

    public static final Fault SERVICE_HOST_UNKNOWN = passing(
            "ServiceHostUnknown",
            Kind.NETWORK,
            "The host name '{host}' of the service cannot be resolved on this machine.",
            "Check the spelling of the service's address.",
            "Run 'getent hosts {host}'; add the name to DNS or to the hosts file.");

    public static final Fault SERVICE_PORT_REFUSED = passing(
            "ServiceConnectionRefused",
            Kind.NETWORK,
            "{host}:{port} refused the connection: the machine answers, but no service listens on that port.",
            "Check that the service runs and listens on port {port}.");

    public static final Fault SERVICE_TIMEOUT = passing(
            "ServiceTimedOut",
            Kind.NETWORK,
            "The service at {host}:{port} did not answer within {seconds} s.",
            "Allow outbound HTTPS from this machine to {host}:{port}, or set HTTPS_PROXY.",
            "Check that the service is not overloaded.");

    public static final Fault SERVICE_UNTRUSTED = fault(
            "ServiceCertificateUntrusted",
            Kind.NETWORK,
            "The certificate presented by {host}:{port} is not the service's: {detail}",
            "Check that the address is that of the service which made the key, and copy the key again.",
            "With a key that carries no fingerprint, or a proxy that re-signs TLS, give the issuer's certificate "
                    + "with --ca FILE.");

    public static final Fault CLOCK_SKEWED = fault(
            "ClockSkewed",
            Kind.NODE,
            "This machine's clock is {seconds} s {direction} that of {host}:{port}; requests are refused beyond 300 s.",
            "Set this machine's clock; let a time service (chrony, systemd-timesyncd) keep it.");

    public static final Fault NAME_TAKEN = fault(
            "NodeNameTaken",
            Kind.USER,
            "The integration runtime already has a node named '{node}'.",
            "Choose another --name, or delete the old node first.");

    public static final Fault CREDENTIALS_NOT_IN_SYNC = fault(
            "CredentialsNotInSync",
            Kind.USER,
            "A node of the integration runtime '{runtime}' cannot open the secrets of {services}.",
            "Start a node that can open them: it seals them to the others by itself, within seconds.",
            "If there is none any more, save these linked services again with their secrets: they are sealed to every "
                    + "node that is there then.");

    public static final Fault NONE_ONLINE = passing(
            "NoNodeOnline",
            Kind.NODE,
            "No node of the integration runtime '{runtime}' is online.",
            "Register a node with one of the runtime's keys, or start the node that there is.");

    public static final Fault PROTOCOL_UNSUPPORTED = fault(
            "NodeProtocolUnsupported",
            Kind.NODE,
            "This node speaks protocol version {node}, the service speaks {service}.",
            "Bring node and service to versions that know the same protocol.");

    public static final Fault REQUEST_REFUSED = fault(
            "NodeRequestRefused",
            Kind.NODE,
            "The node's request is refused ({reason}): {detail}",
            "Check that the node's clock is right and that no proxy rewrites its requests.",
            "If the node was deleted, register it again.");

    public static final Fault INTERNAL = passing(
            "NodeInternalError",
            Kind.NODE,
            "The node met an unexpected error; its log has it under {reference}.",
            "Run the activity again; if it happens again, report it with the node's log.");
}
