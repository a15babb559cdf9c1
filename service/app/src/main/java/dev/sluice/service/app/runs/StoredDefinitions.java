package dev.sluice.service.app.runs;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Factory;
import dev.sluice.model.Json;
import dev.sluice.service.run.Definitions;
import dev.sluice.service.store.Documents;
import dev.sluice.service.store.StoredDocument;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A factory's documents, read when they are asked for. One instance per decision, so a decision sees each document
/// once; for one thread.
final class StoredDefinitions implements Definitions {
    private final Documents documents;
    private final String factory;
    private final Map<String, Optional<Document>> seen = new HashMap<>();

    StoredDefinitions(Documents documents, String factory) {
        this.documents = documents;
        this.factory = factory;
    }

    @Override
    public @Nullable Document find(DocumentKind kind, String name) {
        return seen.computeIfAbsent(kind + "/" + name.toLowerCase(Locale.ROOT), key -> load(kind, name))
                .orElse(null);
    }

    private Optional<Document> load(DocumentKind kind, String name) {
        return documents
                .find(kind == DocumentKind.FACTORY ? "" : factory, kind, name)
                .map(StoredDocument::document);
    }

    @Override
    public ObjectNode globalParameters() {
        Document own = find(DocumentKind.FACTORY, factory);
        return own == null ? Json.object() : Factory.of(own).globalValues();
    }
}
