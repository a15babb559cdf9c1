package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;

/// Documents a person or tool wrote: factories, pipelines, datasets, linked services, expressions. Location is the
/// JSON pointer, with the file in front where there is one.
public final class DocumentFaults {
    private DocumentFaults() {}

    public static final Fault JSON_MALFORMED = fault(
            "JsonMalformed", Kind.USER, "This is not valid JSON: {detail}", "Correct the document at the place named.");

    public static final Fault LIMIT_EXCEEDED = fault(
            "DocumentLimitExceeded",
            Kind.USER,
            "{what} is {value}; at most {limit} is allowed.",
            "Make the document smaller or split it.");

    public static final Fault MEMBER_MISSING =
            fault("MemberRequired", Kind.USER, "'{member}' is required.", "Add '{member}'.");

    public static final Fault MEMBER_INVALID = fault(
            "MemberInvalid",
            Kind.USER,
            "'{member}' is {value}, expected {expected}.",
            "Correct the value of '{member}'.");

    public static final Fault NAME_INVALID = fault(
            "NameInvalid",
            Kind.USER,
            "'{name}' is not a valid name for a {object}: {expected}.",
            "Choose another name.");

    public static final Fault REFERENCE_MISSING = fault(
            "ReferenceNotFound",
            Kind.USER,
            "The {object} '{name}' referred to here does not exist.",
            "Create {object} '{name}' first, or correct the reference.");

    public static final Fault EXPRESSION_SYNTAX = fault(
            "ExpressionSyntaxError",
            Kind.USER,
            "The expression '{expression}' is not valid at column {column}: {detail}",
            "Correct the expression.");

    public static final Fault EXPRESSION_FAILED = fault(
            "InvalidTemplate",
            Kind.USER,
            "The expression '{expression}' cannot be evaluated because {detail}",
            "Correct the expression or the value it reads.");

    public static final Fault PARAMETER_MISSING = fault(
            "ParameterRequired",
            Kind.USER,
            "No value was given for the parameter '{parameter}' of {object}, and it has no default.",
            "Pass a value for '{parameter}' or give it a default.");

    public static final Fault PARAMETER_UNKNOWN = fault(
            "ParameterUnknown",
            Kind.USER,
            "{object} has no parameter '{parameter}'; it has: {parameters}.",
            "Remove the parameter or declare it.");

    public static final Fault PARAMETER_TYPE = fault(
            "ParameterTypeMismatch",
            Kind.USER,
            "The value {value} given for parameter '{parameter}' is not of its type {expected}.",
            "Pass a value of type {expected}.");

    public static final Fault TYPE_UNKNOWN = fault(
            "TypeNotSupportedHere",
            Kind.USER,
            "The {object} type '{type}' cannot be executed by this version.",
            "Supported are: {supported}.");

    public static final Fault SETTING_UNSUPPORTED = fault(
            "SettingNotSupported",
            Kind.USER,
            "'{member}' cannot be followed by this version, and without it the result would be another: {detail}.",
            "Remove '{member}' or set it to its default.",
            "Instead: {advice}.");

    public static final Fault DEPENDENCY_CYCLE = fault(
            "DependencyCycle",
            Kind.USER,
            "The activities depend on each other in a circle: {cycle}.",
            "Remove one of the dependencies.");

    public static final Fault FILE_UNREADABLE = fault(
            "FolderFileUnreadable",
            Kind.USER,
            "{path} cannot be read: {detail}",
            "Check the path and its permissions.");
}
