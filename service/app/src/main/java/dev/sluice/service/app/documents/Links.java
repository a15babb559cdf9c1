package dev.sluice.service.app.documents;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Place;
import dev.sluice.service.store.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Every reference a document makes to another one: `{"referenceName": …, "type": "DatasetReference"}`, wherever it
/// stands. References whose name is an expression are known only at run time and are left out.
final class Links {
    private static final Map<String, DocumentKind> TYPES = Map.of(
            "linkedservicereference", DocumentKind.LINKED_SERVICE,
            "datasetreference", DocumentKind.DATASET,
            "pipelinereference", DocumentKind.PIPELINE,
            "integrationruntimereference", DocumentKind.INTEGRATION_RUNTIME,
            "dataflowreference", DocumentKind.DATA_FLOW,
            "credentialreference", DocumentKind.CREDENTIAL);

    /// Members that tell the kind where `type` was forgotten.
    private static final Map<String, DocumentKind> MEMBERS =
            Map.of("linkedservicename", DocumentKind.LINKED_SERVICE, "connectvia", DocumentKind.INTEGRATION_RUNTIME);

    private Links() {}

    static List<Link> of(Document document) {
        List<Link> links = new ArrayList<>();
        collect(document.root(), links);
        return links;
    }

    private static void collect(Place place, List<Link> links) {
        if (place.json().isObject()) {
            Place name = place.member("referenceName");
            kind(place).ifPresent(kind -> {
                String text = name.json().asString("");
                if (!text.isEmpty() && !text.startsWith("@")) {
                    links.add(new Link(kind, text, name.pointer()));
                }
            });
            place.members().values().forEach(child -> collect(child, links));
        } else if (place.json().isArray()) {
            place.items().forEach(child -> collect(child, links));
        }
    }

    private static Optional<DocumentKind> kind(Place place) {
        if (!place.member("referenceName").json().isString()) {
            return Optional.empty();
        }
        String type = place.member("type").json().asString("").toLowerCase(Locale.ROOT);
        if (!type.isEmpty()) {
            return Optional.ofNullable(TYPES.get(type));
        }
        return Optional.ofNullable(MEMBERS.get(place.name().toLowerCase(Locale.ROOT)));
    }
}
