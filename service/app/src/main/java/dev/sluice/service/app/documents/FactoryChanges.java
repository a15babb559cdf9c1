package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Validation;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.RefusedException;
import dev.sluice.service.store.Save;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/// Writes factories: reads what is stored, changes it, checks it, and tries again when somebody else was faster.
final class FactoryChanges {
    private static final int TRIES = 10;

    private final Store store;
    private final Sealing sealing;
    private final InstantSource clock;

    FactoryChanges(Store store, Sealing sealing, InstantSource clock) {
        this.store = store;
        this.sealing = sealing;
        this.clock = clock;
    }

    /// @param place where a factory that is created belongs; empty for one that must be there
    /// @param change of its document
    StoredDocument write(Call call, String name, Optional<FactoryId> place, UnaryOperator<ObjectNode> change) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<StoredDocument> current = store.documents().factory(name);
            if (place.isEmpty() && current.isEmpty()) {
                throw missing(name);
            }
            String expected = Etags.expected(call.request(), current.map(StoredDocument::etag), name);
            Document document = new Document(
                    DocumentKind.FACTORY,
                    current.map(c -> c.document().name()).orElse(name),
                    change.apply(current.map(c -> c.document().json()).orElseGet(Json::object)));
            List<Problem> problems = Validation.problems(document);
            if (!problems.isEmpty()) {
                throw new RefusedException(problems);
            }
            ObjectNode sealed =
                    sealing.seal(name, document, current.map(c -> c.document().json()));
            String must = expected != null
                    ? expected
                    : current.map(StoredDocument::etag).orElse(Save.ABSENT);
            Save save = new Save(
                    "",
                    place.map(FactoryId::subscription).orElse(""),
                    place.map(FactoryId::group).orElse(""),
                    new Document(DocumentKind.FACTORY, document.name(), sealed),
                    UUID.randomUUID().toString(),
                    must,
                    List.of(),
                    call.caller().name(),
                    clock.instant());
            if (store.documents().save(save) instanceof Save.Result.Saved(StoredDocument stored, boolean created)) {
                return stored;
            }
        }
        throw ServiceFaults.UNAVAILABLE.with("detail", "'" + name + "' is being changed by many at once");
    }

    static RuntimeException missing(String name) {
        return ServiceFaults.NOT_FOUND.with("object", "factory", "name", name);
    }
}
