package dev.sluice.ssis.packages;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A package, container, task or event handler's body.
///
/// @param refId path inside the package; in the old encoding, which has none, made of the names in the same form
/// @param id GUID in braces; empty where the file has none
/// @param creationName type as the file says
/// @param properties everything else it has, as text
/// @param expressions property name to expression
/// @param children of a container
/// @param constraints between its children
/// @param enumerator of a Foreach loop; null otherwise
/// @param payload what `ObjectData` holds for a task; null when there is none
/// @param pipeline of a Data Flow task; null otherwise
/// @param logging null when there is none
/// @param others elements that are not known here
public record Executable(
        String refId,
        String id,
        String name,
        ExecutableKind kind,
        String creationName,
        PropertyBag properties,
        Map<String, String> expressions,
        List<Variable> variables,
        List<Executable> children,
        List<PrecedenceConstraint> constraints,
        List<EventHandler> handlers,
        @Nullable Enumerator enumerator,
        @Nullable Element payload,
        @Nullable Pipeline pipeline,
        @Nullable Element logging,
        List<Element> others) {
    public Executable {
        expressions = Map.copyOf(expressions);
        variables = List.copyOf(variables);
        children = List.copyOf(children);
        constraints = List.copyOf(constraints);
        handlers = List.copyOf(handlers);
        others = List.copyOf(others);
    }

    public boolean disabled() {
        return properties.flag("Disabled", false);
    }

    /// This one and every executable inside, event handlers included, in document order.
    public Stream<Executable> all() {
        return Stream.of(
                        Stream.of(this),
                        children.stream().flatMap(Executable::all),
                        handlers.stream().flatMap(h -> h.body().all()))
                .flatMap(s -> s);
    }

    @Override
    public String toString() {
        return kind.title() + " '" + refId + "'";
    }
}
