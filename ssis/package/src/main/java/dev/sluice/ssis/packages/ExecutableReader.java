package dev.sluice.ssis.packages;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Executables of both encodings: repeated things stand directly inside (old) or in an element that collects them
/// (new), properties are elements (old) or attributes (new).
final class ExecutableReader {
    private static final Set<String> KNOWN = Set.of(
            "Property",
            "PropertyExpression",
            "Variable",
            "Variables",
            "Executable",
            "Executables",
            "PrecedenceConstraint",
            "PrecedenceConstraints",
            "EventHandler",
            "EventHandlers",
            "ObjectData",
            "LoggingOptions",
            "ForEachEnumerator",
            "ForEachVariableMapping",
            "ForEachVariableMappings",
            // Layout of the designer.
            "PackageVariable",
            "DesignTimeProperties",
            // The package's own, read elsewhere.
            "ConnectionManager",
            "ConnectionManagers",
            "Configuration",
            "Configurations",
            "LogProvider",
            "LogProviders",
            "PackageParameter",
            "PackageParameters");

    private ExecutableReader() {}

    /// @param parent refId of the container around; empty for the package
    static Executable read(Element e, String parent) {
        PropertyBag bag = PropertyBag.of(e);
        String name = bag.text("ObjectName", "");
        String creation = bag.text("CreationName", "");
        String refId = e.attribute("refId").orElse(parent.isEmpty() ? "Package" : parent + "\\" + name);
        String type = e.attribute("ExecutableType", "");
        ExecutableKind kind = parent.isEmpty() ? ExecutableKind.PACKAGE : ExecutableKind.of(creation, type);
        Element payload = e.child("ObjectData")
                .flatMap(d -> d.children().stream().findFirst())
                .orElse(null);
        boolean flow = kind == ExecutableKind.DATA_FLOW
                && payload != null
                && payload.name().equals("pipeline");
        return new Executable(
                refId,
                bag.text("DTSID", ""),
                name,
                kind,
                creation.isEmpty() ? type : creation,
                bag.without("refId", "ObjectName", "DTSID", "CreationName"),
                expressions(e),
                variables(e),
                e.things("Executable", "Executables").stream()
                        .map(child -> read(child, refId))
                        .toList(),
                e.things("PrecedenceConstraint", "PrecedenceConstraints").stream()
                        .map(ExecutableReader::constraint)
                        .toList(),
                e.things("EventHandler", "EventHandlers").stream()
                        .map(h -> handler(h, refId))
                        .toList(),
                e.child("ForEachEnumerator").map(x -> enumerator(x, e)).orElse(null),
                payload,
                flow ? PipelineReader.read(Objects.requireNonNull(payload)) : null,
                e.child("LoggingOptions").orElse(null),
                e.children().stream().filter(c -> !KNOWN.contains(c.name())).toList());
    }

    private static EventHandler handler(Element e, String parent) {
        PropertyBag bag = PropertyBag.of(e);
        String event = bag.text("EventName").orElse(bag.text("ObjectName", ""));
        Executable body = read(e, parent + ".EventHandlers");
        return new EventHandler(event, asContainer(body, parent + ".EventHandlers[" + event + "]", e));
    }

    /// A handler has no type of its own: it is a container like a sequence.
    private static Executable asContainer(Executable body, String refId, Element e) {
        if (e.attribute("refId").isPresent()) {
            refId = e.attribute("refId", "");
        }
        return new Executable(
                refId,
                body.id(),
                body.name(),
                ExecutableKind.SEQUENCE,
                body.creationName(),
                body.properties(),
                body.expressions(),
                body.variables(),
                body.children(),
                body.constraints(),
                body.handlers(),
                body.enumerator(),
                body.payload(),
                body.pipeline(),
                body.logging(),
                body.others());
    }

    static Map<String, String> expressions(Element e) {
        Map<String, String> expressions = new LinkedHashMap<>();
        for (Element x : e.children("PropertyExpression")) {
            expressions.put(x.attribute("Name", ""), x.text());
        }
        return expressions;
    }

    private static List<Variable> variables(Element e) {
        return e.things("Variable", "Variables").stream()
                .map(ExecutableReader::variable)
                .toList();
    }

    private static Variable variable(Element e) {
        PropertyBag bag = PropertyBag.of(e);
        @Nullable Element value = e.child("VariableValue").orElse(null);
        int code = value == null ? 0 : new PropertyBag(value.attributes()).number("DataType", 8);
        return new Variable(
                bag.text("Namespace", "User"),
                bag.text("ObjectName", ""),
                bag.text("DTSID", ""),
                VariantType.ofVariant(code),
                value == null ? null : value.text(),
                bag.text("Expression", ""),
                bag.flag("EvaluateAsExpression", false),
                bag.flag("ReadOnly", false),
                bag.flag("RaiseChangedEvent", false));
    }

    private static PrecedenceConstraint constraint(Element e) {
        PropertyBag bag = PropertyBag.of(e);
        return new PrecedenceConstraint(
                bag.text("ObjectName", ""),
                e.attribute("From").orElse(end(e, true)),
                e.attribute("To").orElse(end(e, false)),
                PrecedenceConstraint.Evaluation.of(bag.number("EvalOp", 2)),
                PrecedenceConstraint.Outcome.of(bag.number("Value", 0)),
                bag.text("Expression", ""),
                bag.flag("LogicalAnd", false));
    }

    /// In the old encoding the two ends are `Executable` elements that point.
    private static String end(Element constraint, boolean from) {
        return constraint.children("Executable").stream()
                .filter(x -> PropertyBag.of(x).flag("IsFrom", false) == from)
                .map(x -> x.attribute("IDREF", ""))
                .findFirst()
                .orElse("");
    }

    private static Enumerator enumerator(Element e, Element loop) {
        PropertyBag bag = PropertyBag.of(e);
        return new Enumerator(
                bag.text("CreationName", ""),
                bag.without("CreationName"),
                expressions(e),
                e.child("ObjectData").orElseGet(() -> ConnectionReader.nothing("ObjectData")),
                loop.things("ForEachVariableMapping", "ForEachVariableMappings").stream()
                        .map(ExecutableReader::mapping)
                        .toList());
    }

    private static Enumerator.VariableMapping mapping(Element e) {
        PropertyBag bag = PropertyBag.of(e);
        return new Enumerator.VariableMapping(bag.text("VariableName", ""), bag.number("ValueIndex", 0));
    }
}
