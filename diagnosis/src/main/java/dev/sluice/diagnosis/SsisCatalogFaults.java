package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// The SSIS catalog: projects, environments and executions that the service keeps.
public final class SsisCatalogFaults {
    private SsisCatalogFaults() {}

    public static final Fault NAME_INVALID = fault(
            "SsisCatalogNameNotValid",
            Kind.USER,
            "'{name}' cannot be the name of a {what}: {detail}.",
            "Choose a name of at most 128 characters without < > : \" / \\ | ? * and without blanks around it.");

    public static final Fault PATH_INVALID = fault(
            "SsisCatalogPathNotValid",
            Kind.USER,
            "'{path}' is not the path of a package in the catalog.",
            "Give folder/project/package.dtsx.");

    public static final Fault FOLDER_NOT_EMPTY = fault(
            "SsisCatalogFolderNotEmpty",
            Kind.USER,
            "The folder '{folder}' still holds {count} projects and environments.",
            "Delete its projects and environments first.");

    public static final Fault PACKAGE_NOT_FOUND = fault(
            "SsisCatalogPackageNotFound",
            Kind.USER,
            "The project {project} has no package '{package}'; it has {known}.",
            "Correct the package's name, or deploy a version of the project that has it.");

    public static final Fault PARAMETER_UNKNOWN = fault(
            "SsisCatalogParameterNotFound",
            Kind.USER,
            "The {owner} has no parameter '{parameter}'; it has {known}.",
            "Correct the parameter's name. Properties of connection managers are called CM.name.property.");

    public static final Fault VALUE_INVALID = fault(
            "SsisCatalogValueNotValid",
            Kind.USER,
            "The value of the {what} '{name}' of {owner} cannot be used: {detail}.",
            "Give a value of the type it is declared with.");

    public static final Fault VALUE_REQUIRED = fault(
            "SsisCatalogValueRequired",
            Kind.USER,
            "The parameter '{parameter}' of {owner} is required, and nothing gives it a value.",
            "Give a value for the execution, or a value or a reference to a variable on the server.");

    public static final Fault ENVIRONMENT_NEEDED = fault(
            "SsisCatalogEnvironmentNeeded",
            Kind.USER,
            "The parameter '{parameter}' takes the variable '{variable}' of an environment, and the execution names"
                    + " none.",
            "Name an environment that the project has a reference to (environmentPath, --environment).");

    public static final Fault ENVIRONMENT_NOT_REFERENCED = fault(
            "SsisCatalogEnvironmentNotReferenced",
            Kind.USER,
            "The project {project} has no reference to the environment '{environment}'.",
            "Add the reference (sluice ssis references add), or name an environment that it refers to.");

    public static final Fault VARIABLE_MISSING = fault(
            "SsisCatalogVariableNotFound",
            Kind.USER,
            "The parameter '{parameter}' takes the variable '{variable}', which the environment '{environment}' does"
                    + " not have.",
            "Add the variable to the environment, or correct the parameter's reference.");

    public static final Fault PROPERTY_UNKNOWN = fault(
            "SsisCatalogPropertyNotFound",
            Kind.USER,
            "The catalog has no property '{property}'; it has {known}.",
            "Correct the property's name.");

    public static final Fault PROPERTY_INVALID = fault(
            "SsisCatalogPropertyNotValid",
            Kind.USER,
            "The catalog's property {property} cannot be '{value}'.",
            "Give {expected}.");

    public static final Fault FULL = fault(
            "SsisCatalogFull",
            Kind.USER,
            "The catalog of '{factory}' holds {held} MB, and its quota is {quota} MB.",
            "Delete projects or versions that are not needed, shorten RETENTION_WINDOW, run the clean-up (sluice ssis"
                    + " cleanup), or raise QUOTA_MB.");

    public static final Fault KEY_TAKEN = fault(
            "SsisExecutionKeyTaken",
            Kind.USER,
            "The idempotency key '{key}' has started the execution {execution} of {package}; it cannot start another"
                    + " package.",
            "Use a new key for each thing that is to be started once.");

    public static final Fault NOT_OF_THIS_JOB = fault(
            "SsisExecutionNotOfThisNode",
            Kind.NODE,
            "The node does not hold the job of execution {execution} any more.",
            "Nothing: whoever holds the job goes on with it.");

    public static final Fault ENDED = fault(
            "SsisExecutionEnded",
            Kind.USER,
            "The execution {execution} has already ended as {status}.",
            "Nothing is left to stop.");

    public static final Fault LEVEL_UNKNOWN = fault(
            "SsisLoggingLevelNotFound",
            Kind.USER,
            "There is no logging level '{level}'.",
            "Give None, Basic, Performance or Verbose.");

    public static final Fault STOPPED = fault(
            "SsisExecutionStopped",
            Kind.USER,
            "The execution {execution} was stopped by {by}.",
            "Start it again when it is wanted.");

    public static final Fault NO_WORKER = fault(
            "SsisNoActiveWorker",
            Kind.USER,
            "There is no active worker for packages of the integration runtime '{runtime}': {detail}.",
            "Start the integration runtime, and see in its state that a node of it is online.");

    public static final Fault PERMISSION_MISSING = fault(
            "SsisPermissionDenied",
            Kind.USER,
            "'{principal}' does not have the permission {permission} on the {what} '{name}'.",
            "Ask a contributor of the factory, or somebody with MANAGE_PERMISSIONS there, to give it (sluice ssis"
                    + " permissions grant).");

    public static final Fault PERMISSION_INVALID = fault(
            "SsisPermissionNotValid", Kind.USER, "A {what} has no permission '{permission}'.", "Give one of {known}.");

    public static final Fault PIECES_LOST = passing(
            "SsisProjectIncomplete",
            Kind.NODE,
            "The project {project} did not arrive whole on the node: {detail}.",
            "Try again; if it stays so, deploy the project anew.");
}
