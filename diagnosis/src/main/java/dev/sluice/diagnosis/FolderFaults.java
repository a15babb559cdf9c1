package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;

/// What is wrong with a factory as a whole, as it is kept in a folder or template: how its documents and
/// the expressions in them fit together. Location is the JSON pointer, with the file in front.
public final class FolderFaults {
    private FolderFaults() {}

    public static final Fault NAME_TWICE = fault(
            "NameGivenTwice",
            Kind.USER,
            "The {object} '{name}' is defined here and in {other}.",
            "Give one of them another name, or delete one.");

    public static final Fault FILE_NAME_DIFFERS = fault(
            "FileNameDiffers",
            Kind.USER,
            "The file is called '{file}', but the {object} in it '{name}'.",
            "Rename the file to '{name}.json': Data Factory expects the name of the resource.");

    public static final Fault REFERENCE_OUTSIDE = fault(
            "ReferenceOutsideFolder",
            Kind.USER,
            "The {object} '{name}' referred to here is not part of what was given, so the reference is not checked.",
            "Give the whole factory's folder, if there is one.");

    public static final Fault REFERENCE_CYCLE = fault(
            "ReferenceCycle",
            Kind.USER,
            "The documents refer to each other in a circle: {cycle}.",
            "Remove one of the references: none of these documents can be created before the others.");

    public static final Fault ACTIVITY_UNKNOWN = fault(
            "ExpressionActivityUnknown",
            Kind.USER,
            "The expression reads activity('{activity}'), which does not exist.",
            "Correct the name; readable from '{reader}' are: {existing}.");

    public static final Fault ACTIVITY_INSIDE = fault(
            "ExpressionActivityInside",
            Kind.USER,
            "The expression reads activity('{activity}'), which stands inside a container that '{reader}' is not in.",
            "Keep what is to be read in a variable, set inside the container: what ran inside is not kept.");

    public static final Fault ACTIVITY_NOT_BEFORE = fault(
            "ExpressionActivityNotBefore",
            Kind.USER,
            "The expression reads activity('{activity}'), but nothing makes '{reader}' wait for it.",
            "Add a dependency of '{reader}' on '{activity}', directly or by way of others.");

    public static final Fault VARIABLE_UNDECLARED = fault(
            "VariableUndeclared",
            Kind.USER,
            "The pipeline has no variable '{variable}'; it has: {existing}.",
            "Declare the variable or correct the name.");

    public static final Fault PARAMETER_UNDECLARED = fault(
            "ParameterUndeclared",
            Kind.USER,
            "The expression reads the parameter '{parameter}', which {object} does not have; it has: {existing}.",
            "Declare the parameter or correct the name.");

    public static final Fault FUNCTION_MISPLACED = fault(
            "FunctionMisplaced",
            Kind.USER,
            "{function}() cannot be read here: it exists only {place}.",
            "Read what is available here instead.");

    public static final Fault MEMBER_UNKNOWN = fault(
            "MemberUnknown",
            Kind.USER,
            "'{member}' is not known as a member of {object}{closest}.",
            "Correct the name, or leave it: it is kept, and nothing here reads it.");

    public static final Fault TYPE_UNFAMILIAR = fault(
            "TypeUnfamiliar",
            Kind.USER,
            "'{type}' is not known as a type of {object}{closest}.",
            "Correct the type, or leave it: the document is kept as it is.");

    public static final Fault NAME_LONG = fault(
            "NameLong",
            Kind.USER,
            "The {object} name '{name}' has {length} characters; Data Factory's editor takes at most {limit}.",
            "Shorten the name.");

    public static final Fault TEMPLATE_EXPRESSION = fault(
            "TemplateExpressionUnsupported",
            Kind.USER,
            "The template expression '{expression}' cannot be evaluated: {detail}.",
            "Give the value as a parameter of the template, or write it out.");

    public static final Fault NOTHING_FOUND = fault(
            "NothingToCheck",
            Kind.USER,
            "{path} holds no Data Factory document.",
            "Give the folder that holds pipeline/, dataset/ and so on, an ARM template, or one JSON document.");

    public static final Fault YAML_MALFORMED = fault(
            "YamlMalformed", Kind.USER, "This is not valid YAML: {detail}.", "Correct the file at the place named.");

    public static final Fault TEST_MEMBER_UNKNOWN = fault(
            "TestMemberUnknown",
            Kind.USER,
            "'{member}' is not known as a member of {object}; there are: {existing}.",
            "Correct the name.");

    public static final Fault TEST_NOT_STUBBED = fault(
            "TestActivityNotStubbed",
            Kind.USER,
            "The activity '{activity}' ({type}) started attempt {attempt}, and the test does not say what comes of it.",
            "Add {stub} to the test's stubs.");
}
