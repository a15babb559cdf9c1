package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;

/// SSIS packages and projects. Where SSIS itself has a code for it, that stands in the evidence as `ssisCode`.
public final class SsisFaults {
    private SsisFaults() {}

    public static final Fault XML_MALFORMED = fault(
            "SsisXmlMalformed",
            Kind.USER,
            "{file} is not valid XML: {detail}",
            "Correct or replace the file; a package is only ever written whole by its designer.");

    public static final Fault LIMIT_EXCEEDED = fault(
            "SsisLimitExceeded",
            Kind.USER,
            "The {what} of {file} is {value}; at most {limit} is allowed.",
            "Split the package or project.");

    public static final Fault NOT_A_PACKAGE = fault(
            "SsisPackageNotValid",
            Kind.USER,
            "{file} is not an SSIS package: {detail}",
            "Give a .dtsx file that was saved by SQL Server 2005 or later.");

    public static final Fault VERSION_NEWER = fault(
            "SsisPackageVersionNewer",
            Kind.USER,
            "{file} has the package format version {version}; versions up to {supported} can be read.",
            "Save the package for an older version of SQL Server (TargetServerVersion of the project).");

    public static final Fault PASSWORD_NEEDED = fault(
            "SsisPackagePasswordWrong",
            Kind.USER,
            "{file} is protected with a password, and the one given {detail}.",
            "Give the password the package or project was saved with (packagePassword, --password-file).");

    public static final Fault USER_KEY = fault(
            "SsisProtectedByUserKey",
            Kind.USER,
            "{object} of {file} is encrypted with the key of the Windows user who saved it and can be read by nobody"
                    + " else.",
            "Supply the value by a parameter, an environment, a connection manager or property override.",
            "Or save the package with the protection level DontSaveSensitive or EncryptSensitiveWithPassword.");

    public static final Fault PROTECTION_UNKNOWN = fault(
            "SsisProtectionUnknown",
            Kind.USER,
            "{object} of {file} is encrypted with a method that cannot be read here ({detail}).",
            "Save the package with the protection level DontSaveSensitive and supply secrets by parameters.");

    public static final Fault ARCHIVE_INVALID = fault(
            "SsisProjectNotValid",
            Kind.USER,
            "{file} is not an SSIS project archive: {detail}",
            "Build the project anew and give the .ispac file that was written.");

    public static final Fault OBJECT_UNKNOWN = fault(
            "SsisObjectNotSupported",
            Kind.USER,
            "{object} is of the type '{type}', which is not known.",
            "Disable it, or replace it by a known task, component or connection manager.");

    public static final Fault EXPRESSION_INVALID = fault(
            "SsisExpressionNotValid",
            Kind.USER,
            "The expression '{expression}' is not valid: {detail}.",
            "Correct the expression at the place named.");

    public static final Fault EXPRESSION_FAILED = fault(
            "SsisExpressionFailed",
            Kind.USER,
            "The expression '{expression}' cannot be computed: {detail} (SSIS error {ssisCode}).",
            "Correct the expression, or the value it reads.");

    public static final Fault VARIABLE_MISSING = fault(
            "SsisVariableNotFound",
            Kind.USER,
            "There is no variable '{variable}' here (names are case-sensitive).",
            "Declare the variable on the package or a container around, or correct its name.");

    public static final Fault VARIABLE_INVALID = fault(
            "SsisVariableNotValid",
            Kind.USER,
            "The variable '{variable}' cannot be used so: {detail}.",
            "Correct the variable, its expression or the value it is given.");

    public static final Fault PARAMETER_INVALID = fault(
            "SsisParameterNotValid",
            Kind.USER,
            "The parameter '{parameter}' cannot be used so: {detail}.",
            "Give a value for every required parameter, by its name.");

    public static final Fault TASK_UNSUPPORTED = fault(
            "SsisTaskNotSupported",
            Kind.USER,
            "The task '{task}' is a {type}, which cannot be run here.",
            "Do without the task: {advice}.",
            "Or disable it.");

    public static final Fault TASK_FAILED = fault(
            "SsisTaskFailed",
            Kind.USER,
            "The task '{task}' failed: {detail}.",
            "Correct what the message names and run the package again.");

    public static final Fault LOOP_INVALID = fault(
            "SsisLoopNotValid",
            Kind.USER,
            "The Foreach loop '{loop}' cannot be run: {detail}.",
            "Correct the loop's collection or the variable it reads.");

    public static final Fault CONNECTION_MISSING = fault(
            "SsisConnectionNotFound",
            Kind.USER,
            "The connection '{connection}' that {user} refers to isn't found.",
            "Add the connection manager to the package or project, or correct the reference.");

    public static final Fault PACKAGE_MISSING = fault(
            "SsisPackageNotFound",
            Kind.USER,
            "The package '{package}' is not in {place}.",
            "Add the package, or correct the name in the Execute Package task.");

    public static final Fault COMPONENT_UNSUPPORTED = fault(
            "SsisComponentNotSupported",
            Kind.USER,
            "The component '{component}' is a {type}, which cannot be run here.",
            "Do without the component: {advice}.");

    public static final Fault COMPONENT_INVALID = fault(
            "SsisComponentNotValid",
            Kind.USER,
            "The component '{component}' cannot be run as it is: {detail}.",
            "Correct the component in the data flow, then save the package anew.");

    public static final Fault COMPONENT_FAILED = fault(
            "SsisComponentFailed",
            Kind.USER,
            "The component '{component}' failed: {detail}.",
            "Correct what the message names and run the package again.");

    public static final Fault ROW_FAILED = fault(
            "SsisRowFailed",
            Kind.USER,
            "The component '{component}' failed on a row, at the column '{column}': {detail} (SSIS error {rowCode}).",
            "Correct the data, or let the column's error or truncation disposition ignore or redirect such rows.");

    public static final Fault DATA_FLOW_FILE = fault(
            "SsisDataFlowFileFailed",
            Kind.USER,
            "The component '{component}' cannot use the file '{file}': {detail}.",
            "Make the file available on this machine under that path, or map the path to where it is.");

    public static final Fault DATA_FLOW_SQL = fault(
            "SsisDataFlowSqlFailed",
            Kind.USER,
            "The component '{component}' got an error from its database: {detail}.",
            "Correct the statement or the data as the database says.");

    public static final Fault SCRATCH_FULL = fault(
            "SsisScratchFull",
            Kind.NODE,
            "The component '{component}' needs more than the {limit} bytes that a data flow may keep on disk in"
                    + " {folder} ({holders}).",
            "Let the query or an earlier component leave out rows and columns that are not needed.",
            "Or give the execution more scratch space.");

    public static final Fault CHECKPOINT_INVALID = fault(
            "SsisCheckpointInvalid",
            Kind.USER,
            "The checkpoint file {file} of the package '{package}' cannot be used: {detail}.",
            "Remove the file, so that the package begins anew, or correct CheckpointFileName and CheckpointUsage.");

    public static final Fault NOT_SORTED = fault(
            "SsisInputNotSorted",
            Kind.USER,
            "The component '{component}' got rows on its input '{input}' that are not in the order of its keys:"
                    + " {detail}.",
            "Put a Sort before the input, or correct the ORDER BY of the source that says it is sorted.");
}
