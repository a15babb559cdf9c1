package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;

/// What keeps a factory's documents from being brought into a service. Location is the JSON pointer within the
/// document.
public final class DeployFaults {
    private DeployFaults() {}

    public static final Fault DRIFT = fault(
            "DeployDrift",
            Kind.USER,
            "The {object} '{name}' is not what the last deployment left: it was {what}.",
            "Look at what would be changed with --what-if, bring over what is to stay ('sluice export'), and deploy again.",
            "Or overwrite it with --force.");

    public static final Fault SECRET_MISSING = fault(
            "DeploySecretMissing",
            Kind.USER,
            "The {object} '{name}' has a masked secret or a secret parameter without a value here, and the service holds"
                    + " none for it.",
            "Give it with --override FILE ({\"LINKED_SERVICE\": {\"password\": \"…\"}}), or for a template with"
                    + " --parameters FILE.");

    public static final Fault REFERENCE_OPEN = fault(
            "DeployReferenceOpen",
            Kind.USER,
            "The {object} '{name}' refers to the {target}, which is not in the service after this deployment.",
            "Include it, or do not delete it.");

    public static final Fault NOT_IN_ORDER = fault(
            "DeployNotInOrder",
            Kind.USER,
            "{count} errors were found in what is to be deployed; nothing was sent.",
            "Mend them ('sluice validate' shows them with line and column), or deploy without the check: --no-check.");

    public static final Fault TARGET_NOT_EMPTY = fault(
            "ExportTargetNotEmpty",
            Kind.USER,
            "{path} holds documents that the factory does not have: {files}.",
            "Export into an empty folder, or remove them with --delete.");
}
