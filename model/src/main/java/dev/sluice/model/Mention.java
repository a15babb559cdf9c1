package dev.sluice.model;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import tools.jackson.databind.JsonNode;

/// A place where one document refers to another by name. Found by the reference's `type`
/// (`DatasetReference` …) or, where that is missing, by the member it stands in (`linkedServiceName`,
/// `connectVia`).
///
/// @param kind what is referred to
/// @param name as written; names are compared without regard to case
/// @param pointer of the reference object
public record Mention(DocumentKind kind, String name, String pointer) {
    private static final Map<String, DocumentKind> TYPES = Map.of(
            "linkedservicereference", DocumentKind.LINKED_SERVICE,
            "datasetreference", DocumentKind.DATASET,
            "pipelinereference", DocumentKind.PIPELINE,
            "integrationruntimereference", DocumentKind.INTEGRATION_RUNTIME,
            "dataflowreference", DocumentKind.DATA_FLOW,
            "triggerreference", DocumentKind.TRIGGER,
            "credentialreference", DocumentKind.CREDENTIAL);

    private static final Map<String, DocumentKind> MEMBERS = Map.of(
            "linkedservicename", DocumentKind.LINKED_SERVICE,
            "connectvia", DocumentKind.INTEGRATION_RUNTIME);

    /// Every mention in a document, in document order. A name that is an expression is none.
    public static List<Mention> all(Document document) {
        List<Mention> found = new ArrayList<>();
        collect(document.root(), "", found);
        return List.copyOf(found);
    }

    /// [DocumentFaults#REFERENCE_MISSING] for every document mentioned that does not exist. The built-in integration
    /// runtime always does, and so does the document itself.
    public static List<Problem> missing(Document document, BiPredicate<DocumentKind, String> exists) {
        return all(document).stream()
                .filter(m -> m.kind != DocumentKind.INTEGRATION_RUNTIME || !IntegrationRuntime.isAutoResolve(m.name))
                .filter(m -> m.kind != document.kind() || !m.name.equalsIgnoreCase(document.name()))
                .filter(m -> !exists.test(m.kind, m.name))
                .map(m -> DocumentFaults.REFERENCE_MISSING
                        .problem()
                        .at(m.pointer + "/referenceName")
                        .evidence("object", m.kind.word())
                        .evidence("name", m.name)
                        .build())
                .toList();
    }

    private static void collect(Place place, String member, List<Mention> found) {
        JsonNode json = place.json();
        if (json.isArray()) {
            place.items().forEach(item -> collect(item, member, found));
        } else if (json.isObject()) {
            Place name = place.member("referenceName");
            if (name.json().isString() && !ActivityValidation.isExpression(name.json())) {
                kind(place.member("type").json().asString(""), member)
                        .ifPresent(
                                kind -> found.add(new Mention(kind, name.json().stringValue(), place.pointer())));
            }
            place.members().forEach((inner, value) -> collect(value, inner, found));
        }
    }

    private static Optional<DocumentKind> kind(String type, String member) {
        DocumentKind byType = TYPES.get(type.toLowerCase(Locale.ROOT));
        return Optional.ofNullable(byType == null ? MEMBERS.get(member.toLowerCase(Locale.ROOT)) : byType);
    }
}
