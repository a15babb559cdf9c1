package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// Updates of nodes: what is wrong with a bundle, with a machine that shall take it, with a version that was tried.
public final class UpdateFaults {
    private UpdateFaults() {}

    public static final Fault BUNDLE_DAMAGED = fault(
            "UpdateBundleDamaged",
            Kind.USER,
            "The update bundle {path} is not what its manifest says: {detail}",
            "Get the bundle again; if it is the same, ask who made it.",
            "Nothing was changed on the node.");

    public static final Fault BUNDLE_UNTRUSTED = fault(
            "UpdateSignatureInvalid",
            Kind.USER,
            "The manifest of the update bundle {path} is not signed with a key that this node trusts for updates.",
            "Check where the bundle comes from.",
            "If its maker is to be trusted, give the node the maker's public key: 'sluice node update --trust FILE'.");

    public static final Fault KEY_MISSING = fault(
            "UpdateKeyMissing",
            Kind.USER,
            "This node trusts no key for updates yet, so it takes none.",
            "Give it the public key of the bundles' maker: 'sluice node update --trust FILE'.");

    public static final Fault KEY_UNUSABLE = fault(
            "UpdateKeyUnusable",
            Kind.USER,
            "{path} holds no Ed25519 key as PEM: {detail}",
            "Make a pair with 'openssl genpkey -algorithm ed25519 -out private.pem' and 'openssl pkey -in private.pem "
                    + "-pubout -out public.pem'.");

    public static final Fault NOT_NEWER = fault(
            "UpdateNotNewer",
            Kind.USER,
            "Version {version} is not newer than {newest}, which this node already had; going back is refused, because an "
                    + "old version may have known weaknesses.",
            "Make or choose a bundle of a newer version.");

    public static final Fault UNSUITABLE = fault(
            "UpdateUnsuitable",
            Kind.NODE,
            "This machine cannot run version {version}: {detail}. The node stays on version {current}.",
            "Mend what is named, then update again.");

    public static final Fault OFF = fault(
            "UpdatesSwitchedOff",
            Kind.USER,
            "Updates are switched off on this node.",
            "Switch them on: 'sluice node update --on'.");

    public static final Fault ROLLED_BACK = fault(
            "UpdateRolledBack",
            Kind.NODE,
            "Version {version} was tried and did not work: {detail}. The node is back on version {from}.",
            "See logs/node.log of the node's data folder for the time of the trial.",
            "Make a version with another number; this one is not tried again by itself.");

    public static final Fault INTERRUPTED = passing(
            "UpdateInterrupted",
            Kind.NODE,
            "The update to version {version} was cut short before the version had shown that it works; the node is on "
                    + "version {from}.",
            "Nothing needs to be done: it is tried again when the service asks for it, or update again.");

    public static final Fault BUNDLE_UNKNOWN = fault(
            "UpdateBundleUnknown",
            Kind.USER,
            "There is no bundle of version {version} in the service's folder of updates.",
            "Put it there: a file updates/VERSION.bundle in the service's data folder.");

    public static final Fault HALTED = fault(
            "UpdateHalted",
            Kind.NODE,
            "The update of the group to version {version} is halted: it failed on node '{node}' ({code}).",
            "See that node's update result; the other nodes stay on their version.",
            "Put a bundle of a newer version into the service's folder of updates.");
}
