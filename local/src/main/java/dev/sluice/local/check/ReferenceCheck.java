package dev.sluice.local.check;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.FolderFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.expression.Expressions;
import dev.sluice.local.factory.FactoryDocument;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Finding;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Mention;
import dev.sluice.model.Parameter;
import dev.sluice.model.Place;
import dev.sluice.model.ValueType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Whether references between documents lead somewhere, and whether what they pass fits the parameters there.
final class ReferenceCheck {
    private final FactorySource factory;
    private final Map<String, FactoryDocument> byName = new HashMap<>();

    ReferenceCheck(FactorySource factory) {
        this.factory = factory;
        factory.documents()
                .forEach(d ->
                        byName.putIfAbsent(key(d.document().kind(), d.document().name()), d));
        // Fabric calls pipelines by their ids.
        factory.pipelineIds()
                .forEach((id, name) -> factory.find(DocumentKind.PIPELINE, name)
                        .ifPresent(d -> byName.putIfAbsent(key(DocumentKind.PIPELINE, id), d)));
    }

    void check(FactoryDocument from, List<Finding> found) {
        for (Mention mention : Mention.all(from.document())) {
            if (mention.kind() == DocumentKind.INTEGRATION_RUNTIME
                    && IntegrationRuntime.isAutoResolve(mention.name())) {
                continue;
            }
            FactoryDocument target = byName.get(key(mention.kind(), mention.name()));
            if (target == null) {
                missing(from, mention, found);
            } else {
                arguments(from, mention, target, found);
            }
        }
    }

    private void missing(FactoryDocument from, Mention mention, List<Finding> found) {
        boolean expected = expected(mention.kind(), from);
        Problem.Builder problem = (expected ? DocumentFaults.REFERENCE_MISSING : FolderFaults.REFERENCE_OUTSIDE)
                .problem()
                .at(mention.pointer() + "/referenceName")
                .evidence("object", mention.kind().word())
                .evidence("name", mention.name());
        found.add(expected ? from.error(problem.build()) : from.warning(problem.build()));
    }

    /// Whether documents of a kind would be here if they existed: where there is no other of the kind, a part of a
    /// factory was given, and credentials and runtimes are often left out of Git.
    private boolean expected(DocumentKind kind, FactoryDocument from) {
        return factory.whole()
                && kind != DocumentKind.CREDENTIAL
                && kind != DocumentKind.INTEGRATION_RUNTIME
                && factory.documents().stream()
                        .anyMatch(d -> d != from && d.document().kind() == kind);
    }

    private static void arguments(FactoryDocument from, Mention mention, FactoryDocument target, List<Finding> found) {
        // Data flows declare their parameters in their script, and theirs come from the activity that executes them.
        if (target.document().kind() == DocumentKind.DATA_FLOW
                || from.document().kind() == DocumentKind.DATA_FLOW) {
            return;
        }
        Map<String, Parameter> declared;
        try {
            declared = Parameter.all(target.document().properties().member("parameters"));
        } catch (ProblemException told) {
            // Said of the target itself.
            return;
        }
        Place reference = at(from.document().root(), mention.pointer());
        Place given = arguments(mention, from, reference);
        if (given.present() && !given.json().isObject()) {
            return;
        }
        String owner = mention.kind().word() + " '" + target.document().name() + "'";
        Set<String> names = new HashSet<>();
        given.members().forEach((name, value) -> {
            names.add(name.toLowerCase(Locale.ROOT));
            declared.values().stream()
                    .filter(p -> p.name().equalsIgnoreCase(name))
                    .findFirst()
                    .ifPresentOrElse(
                            p -> type(from, p, value, found),
                            () -> found.add(from.warning(DocumentFaults.PARAMETER_UNKNOWN
                                    .problem()
                                    .at(value.pointer())
                                    .evidence("parameter", name)
                                    .evidence("object", owner)
                                    .evidence(
                                            "parameters",
                                            declared.isEmpty() ? "none" : String.join(", ", declared.keySet()))
                                    .build())));
        });
        for (Parameter parameter : declared.values()) {
            if (parameter.defaultValue() == null
                    && !names.contains(parameter.name().toLowerCase(Locale.ROOT))) {
                found.add(from.warning(DocumentFaults.PARAMETER_MISSING
                        .problem()
                        .at(given.present() ? given.pointer() : mention.pointer())
                        .evidence("parameter", parameter.name())
                        .evidence("object", owner)
                        .build()));
            }
        }
    }

    /// ExecutePipeline and triggers keep the arguments beside the reference, all others inside it.
    private static Place arguments(Mention mention, FactoryDocument from, Place reference) {
        int slash = mention.pointer().lastIndexOf('/');
        if (mention.kind() == DocumentKind.PIPELINE && slash > 0) {
            return at(from.document().root(), mention.pointer().substring(0, slash))
                    .member("parameters");
        }
        return reference.member("parameters");
    }

    private static void type(FactoryDocument from, Parameter parameter, Place value, List<Finding> found) {
        JsonNode literal = value.json();
        if (Expressions.isDynamic(literal)
                || (literal.isObject() && parameter.type() != ValueType.BOOL && parameter.type() != ValueType.INT)) {
            return;
        }
        if (parameter.type().coerce(literal).isEmpty()) {
            found.add(from.error(DocumentFaults.PARAMETER_TYPE
                    .problem()
                    .at(value.pointer())
                    .evidence("parameter", parameter.name())
                    .evidence("value", parameter.type() == ValueType.SECURE_STRING ? "(secret)" : shown(literal))
                    .evidence("expected", parameter.type().word())
                    .build()));
        }
    }

    static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }

    /// The value that a pointer made by [Mention] leads to.
    private static Place at(Place root, String pointer) {
        Place at = root;
        for (String step :
                pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
            String name = step.replace("~1", "/").replace("~0", "~");
            at = at.json().isArray() ? at.items().get(Integer.parseInt(name)) : at.member(name);
        }
        return at;
    }

    /// One finding for every circle of documents that refer to each other: none of them can be created first. A
    /// pipeline may call itself.
    void cycles(List<Finding> found) {
        Map<String, List<String>> targets = new HashMap<>();
        byName.forEach((key, document) -> targets.put(
                key,
                Mention.all(document.document()).stream()
                        .map(m -> key(m.kind(), m.name()))
                        .filter(k -> byName.containsKey(k) && !k.equals(key))
                        .distinct()
                        .toList()));
        Set<String> done = new HashSet<>();
        for (FactoryDocument document : factory.documents()) {
            walk(key(document.document().kind(), document.document().name()), targets, done, new ArrayDeque<>(), found);
        }
    }

    private void walk(
            String key, Map<String, List<String>> targets, Set<String> done, Deque<String> path, List<Finding> found) {
        if (path.contains(key)) {
            List<String> circle = new ArrayList<>(path);
            circle = circle.subList(circle.indexOf(key), circle.size());
            FactoryDocument first = byName.get(circle.getFirst());
            List<String> words = new ArrayList<>();
            circle.forEach(k -> words.add(name(k)));
            words.add(name(key));
            if (first != null) {
                found.add(first.error(FolderFaults.REFERENCE_CYCLE
                        .problem()
                        .evidence("cycle", String.join(" → ", words))
                        .build()));
            }
            return;
        }
        if (!done.add(key)) {
            return;
        }
        path.addLast(key);
        targets.getOrDefault(key, List.of()).forEach(next -> walk(next, targets, done, path, found));
        path.removeLast();
    }

    private String name(String key) {
        FactoryDocument document = byName.get(key);
        return document == null
                ? key
                : document.document().kind().word() + " '" + document.document().name() + "'";
    }

    private static String key(DocumentKind kind, String name) {
        return kind + "/" + name.toLowerCase(Locale.ROOT);
    }
}
