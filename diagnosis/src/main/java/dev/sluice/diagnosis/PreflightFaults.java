package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;

/// What keeps a machine from being a node, found before it is tried.
public final class PreflightFaults {
    private PreflightFaults() {}

    public static final Fault DISK_FULL = fault(
            "PreflightDiskFull",
            Kind.NODE,
            "The disk of {path} has {free} MB free; {needed} MB are the least that a node needs.",
            "Make room, or use a data folder on another disk (--data).");

    public static final Fault FOLDER_FORBIDDEN = fault(
            "PreflightFolderForbidden",
            Kind.NODE,
            "The account '{account}' may not {right} {path}, which is {owner}'s.",
            "Run the node as the account that it was registered with, or give the folder to this one, as root: "
                    + "'sluice node switch-account USER'.");

    public static final Fault JAVA_OLD = fault(
            "PreflightJavaTooOld",
            Kind.NODE,
            "Java {found} at {path} is too old; Java {needed} is needed.",
            "Install a JDK {needed} and set SLUICE_JAVA_HOME to its folder.");

    public static final Fault INSTALLATION_ALTERED = fault(
            "PreflightInstallationAltered",
            Kind.NODE,
            "The installation is not whole: {path}: {detail}",
            "Install it again.");

    public static final Fault CERTIFICATE_DATES = fault(
            "PreflightCertificateDates",
            Kind.NODE,
            "The node's certificate {subject} is valid from {from} to {until}; here it is {now}.",
            "Check this machine's clock.",
            "If it is right, unregister the node and register it again: it gets a new certificate.");

    public static final Fault CLOCK_DIFFERS = fault(
            "PreflightClockDiffers",
            Kind.NODE,
            "This machine's clock ({here}) and the service's ({service}) are {seconds} s apart; beyond 300 s requests are "
                    + "refused.",
            "Set the clock; let a time service (chrony, systemd-timesyncd) keep it.");

    public static final Fault ACCOUNT_UNKNOWN = fault(
            "PreflightAccountUnknown",
            Kind.USER,
            "There is no account '{account}' on this machine.",
            "Make it first, e.g. 'useradd --system {account}'.");

    public static final Fault OWNER_UNCHANGEABLE = fault(
            "PreflightOwnerUnchangeable",
            Kind.USER,
            "{path} cannot be given to '{account}': {detail}",
            "Run the command as root.");

    public static final Fault JOBS_OUT_OF_RANGE = fault(
            "ConcurrentJobsOutOfRange",
            Kind.USER,
            "{value} concurrent jobs are out of the range of this machine, 1 to {most}: {memory} MB of memory for jobs give "
                    + "each of them at least {grant} MB, and {cap} is the most of any node.",
            "Choose a number of the range, or give the node more memory (--memory).");

    public static final Fault ADDRESS_NOT_ALLOWED = fault(
            "ServiceAddressNotAllowed",
            Kind.NETWORK,
            "From {from} on the service needs {address}, which {file} does not allow.",
            "Have the firewall allow outbound TCP to {address} before {from}, and add it to {file}.",
            "Rules for the name instead of its addresses outlast such changes.");
}
