package dev.sluice.ssis.packages;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisRunFaults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where in a package a value goes, as configurations, `/SET` and property overrides write it:
/// `\Package.Properties[MaxErrorCount]`, `\Package.Variables[User::X].Properties[Value]`,
/// `\Package.Connections[name].Properties[ConnectionString]`, `\Package\Container\Task.Properties[SqlStatementSource]`,
/// `\Package.EventHandlers[OnError]\Task.Properties[…]`, `\Package\Flow.Properties[[Component].[SqlCommand]]`.
public final class PropertyPath {
    private static final Pattern FORM = Pattern.compile(
            "(?is)^\\\\?(?<object>.*?)(?:\\.(?<kind>Variables|Connections|Connection Managers|ConnectionManagers|Parameters)\\[(?<name>.*?)\\])?\\.(?:Properties\\[(?<property>.*)\\]|(?<value>Value))$");

    private static final Pattern COMPONENT =
            Pattern.compile("^\\[(?<component>.*?)\\]\\.(?:Properties)?\\[(?<property>.*)\\]$", Pattern.DOTALL);

    private final String text;
    private final List<String> steps;
    private final String kind;
    private final String name;
    private final String property;

    private PropertyPath(String text, List<String> steps, String kind, String name, String property) {
        this.text = text;
        this.steps = steps;
        this.kind = kind;
        this.name = name;
        this.property = property;
    }

    /// @throws ProblemException when it is no such path
    public static PropertyPath of(String text) {
        Matcher m = FORM.matcher(text.strip());
        if (!m.matches()) {
            throw invalid(text, "it is not of the form \\Package.Properties[name]");
        }
        List<String> steps = steps(m.group("object"));
        if (steps.isEmpty() || !steps.getFirst().equalsIgnoreCase("Package")) {
            throw invalid(text, "it does not begin with \\Package");
        }
        return new PropertyPath(
                text,
                steps,
                m.group("kind") == null ? "" : m.group("kind").replace(" ", ""),
                m.group("name") == null ? "" : m.group("name"),
                m.group("property") == null ? "Value" : m.group("property"));
    }

    /// `Package.EventHandlers[OnError]\Task` → `Package`, `EventHandlers[OnError]`, `Task`.
    private static List<String> steps(String object) {
        List<String> steps = new ArrayList<>();
        for (String part : object.split("\\\\")) {
            if (part.isEmpty()) {
                continue;
            }
            Matcher handler =
                    Pattern.compile("(?i)^(.*)\\.(EventHandlers\\[.*\\])$").matcher(part);
            if (handler.matches()) {
                steps.add(handler.group(1));
                steps.add(handler.group(2));
            } else {
                steps.add(part);
            }
        }
        return steps;
    }

    /// `name.property` where the path leads to a connection manager's property; empty otherwise.
    public String connectionProperty() {
        return kind.toLowerCase(java.util.Locale.ROOT).startsWith("connection") ? name + "." + property : "";
    }

    /// `$Package::name` or `$Project::name` where the path leads to a parameter; empty otherwise.
    public String parameter() {
        return kind.equalsIgnoreCase("Parameters") ? name.startsWith("$") ? name : "$Package::" + name : "";
    }

    /// The package with the value in place. A property given so is not computed by an expression any more.
    ///
    /// @throws ProblemException when there is no such object in the package
    public SsisPackage put(String value, SsisPackage definition) {
        Executable root = edited(definition.root(), 1, value);
        return new SsisPackage(
                definition.file(),
                definition.formatVersion(),
                definition.product(),
                definition.protection(),
                root,
                definition.connectionManagers(),
                definition.parameters(),
                definition.configurations(),
                definition.logProviders(),
                definition.problems());
    }

    private Executable edited(Executable e, int depth, String value) {
        if (depth == steps.size()) {
            return kind.equalsIgnoreCase("Variables") ? variable(e, value) : property(e, value);
        }
        String step = steps.get(depth);
        if (step.toLowerCase(java.util.Locale.ROOT).startsWith("eventhandlers[")) {
            String event = step.substring(step.indexOf('[') + 1, step.length() - 1);
            boolean[] found = new boolean[1];
            List<EventHandler> handlers = e.handlers().stream()
                    .map(h -> {
                        boolean it = h.event().equalsIgnoreCase(event);
                        found[0] |= it;
                        return it ? new EventHandler(h.event(), edited(h.body(), depth + 1, value)) : h;
                    })
                    .toList();
            require(found[0], "the event handler '" + event + "'");
            return with(
                    e,
                    e.properties(),
                    e.expressions(),
                    e.variables(),
                    e.children(),
                    handlers,
                    e.payload(),
                    e.pipeline());
        }
        boolean[] found = new boolean[1];
        List<Executable> children = e.children().stream()
                .map(c -> {
                    boolean it = c.name().equals(step);
                    found[0] |= it;
                    return it ? edited(c, depth + 1, value) : c;
                })
                .toList();
        require(found[0], "'" + step + "'");
        return with(
                e, e.properties(), e.expressions(), e.variables(), children, e.handlers(), e.payload(), e.pipeline());
    }

    private void require(boolean found, String what) {
        if (!found) {
            throw invalid(text, what + " is not there");
        }
    }

    private Executable variable(Executable e, String value) {
        boolean[] found = new boolean[1];
        List<Variable> variables = e.variables().stream()
                .map(v -> {
                    boolean it = v.qualifiedName().equals(name) || v.name().equals(name);
                    found[0] |= it;
                    return it ? valued(v, value) : v;
                })
                .toList();
        require(found[0], "the variable '" + name + "'");
        return with(
                e, e.properties(), e.expressions(), variables, e.children(), e.handlers(), e.payload(), e.pipeline());
    }

    private Variable valued(Variable v, String value) {
        return switch (property.toLowerCase(java.util.Locale.ROOT)) {
            case "value" ->
                new Variable(
                        v.namespace(),
                        v.name(),
                        v.id(),
                        v.type(),
                        value,
                        "",
                        false,
                        v.readOnly(),
                        v.raisesChangedEvent());
            case "expression" ->
                new Variable(
                        v.namespace(),
                        v.name(),
                        v.id(),
                        v.type(),
                        v.value(),
                        value,
                        true,
                        v.readOnly(),
                        v.raisesChangedEvent());
            default -> throw invalid(text, "a variable has Value and Expression");
        };
    }

    private Executable property(Executable e, String value) {
        Matcher component = COMPONENT.matcher(property);
        Pipeline pipeline = e.pipeline();
        if (component.matches() && pipeline != null) {
            return with(
                    e,
                    e.properties(),
                    e.expressions(),
                    e.variables(),
                    e.children(),
                    e.handlers(),
                    e.payload(),
                    component(pipeline, component.group("component"), component.group("property"), value));
        }
        Map<String, String> properties = new LinkedHashMap<>(e.properties().values());
        properties.put(spelled(property), value);
        Map<String, String> expressions = new LinkedHashMap<>(e.expressions());
        expressions.remove(property);
        return with(
                e,
                new PropertyBag(properties),
                expressions,
                e.variables(),
                e.children(),
                e.handlers(),
                payload(e.payload(), value),
                pipeline);
    }

    /// Names in paths that differ from those in files.
    private static String spelled(String property) {
        return switch (property) {
            case "Disable" -> "Disabled";
            case "MaximumErrorCount" -> "MaxErrorCount";
            default -> property;
        };
    }

    /// A property of the task itself stands in its payload, as an attribute or an element.
    private @Nullable Element payload(@Nullable Element payload, String value) {
        if (payload == null) {
            return null;
        }
        Map<String, String> attributes = new LinkedHashMap<>(payload.attributes());
        if (payload.child(property).isEmpty()) {
            attributes.put(property, value);
        }
        UnaryOperator<Element> put = child -> child.name().equals(property)
                ? new Element(child.name(), child.attributes(), List.of(), value, child.line(), child.column())
                : child;
        return new Element(
                payload.name(),
                attributes,
                payload.children().stream().map(put).toList(),
                payload.text(),
                payload.line(),
                payload.column());
    }

    private Pipeline component(Pipeline pipeline, String component, String wanted, String value) {
        boolean[] found = new boolean[1];
        List<Component> components = pipeline.components().stream()
                .map(c -> {
                    boolean it = c.name().equals(component);
                    found[0] |= it;
                    return it ? valued(c, wanted, value) : c;
                })
                .toList();
        require(found[0], "the component '" + component + "'");
        return new Pipeline(pipeline.properties(), components, pipeline.paths(), pipeline.others());
    }

    private static Component valued(Component c, String wanted, String value) {
        Map<String, Component.Property> properties = new LinkedHashMap<>(c.properties());
        Component.Property old = properties.get(wanted);
        properties.put(
                wanted,
                new Component.Property(wanted, old == null ? "System.String" : old.dataType(), value, List.of()));
        return new Component(
                c.id(),
                c.name(),
                c.classId(),
                c.userType(),
                c.contact(),
                c.kind(),
                c.attributes(),
                properties,
                c.connections(),
                c.inputs(),
                c.outputs(),
                c.others());
    }

    private static Executable with(
            Executable e,
            PropertyBag properties,
            Map<String, String> expressions,
            List<Variable> variables,
            List<Executable> children,
            List<EventHandler> handlers,
            @Nullable Element payload,
            @Nullable Pipeline pipeline) {
        return new Executable(
                e.refId(),
                e.id(),
                e.name(),
                e.kind(),
                e.creationName(),
                properties,
                expressions,
                variables,
                children,
                e.constraints(),
                handlers,
                e.enumerator(),
                payload,
                pipeline,
                e.logging(),
                e.others());
    }

    private static ProblemException invalid(String text, String detail) {
        return SsisRunFaults.PROPERTY_PATH_INVALID.with("path", text, "detail", detail);
    }

    @Override
    public String toString() {
        return text;
    }
}
