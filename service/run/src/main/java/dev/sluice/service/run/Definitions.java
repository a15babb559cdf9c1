package dev.sluice.service.run;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Factory;
import dev.sluice.model.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The documents of a run's factory as they are when a decision is made. Secrets in linked services are sealed.
/// Asked on the deciding thread; what it returns is not changed.
public interface Definitions {
    /// The document of that kind and name, whatever the case of the name; null when there is none.
    @Nullable
    Document find(DocumentKind kind, String name);

    /// The factory's global parameters, name to value.
    ObjectNode globalParameters();

    /// Definitions held in memory; global parameters are those of the factory document among them, if there is one.
    static Definitions of(Collection<Document> documents) {
        Map<String, Document> byName = new HashMap<>();
        ObjectNode globals = Json.object();
        for (Document document : documents) {
            byName.put(document.kind() + "/" + document.name().toLowerCase(Locale.ROOT), document);
            if (document.kind() == DocumentKind.FACTORY) {
                globals.setAll(Factory.of(document).globalValues());
            }
        }
        return new Definitions() {
            @Override
            public @Nullable Document find(DocumentKind kind, String name) {
                return byName.get(kind + "/" + name.toLowerCase(Locale.ROOT));
            }

            @Override
            public ObjectNode globalParameters() {
                return globals;
            }
        };
    }
}
