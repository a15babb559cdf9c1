package dev.sluice.service.app.documents;

import dev.sluice.model.Document;
import dev.sluice.model.Mention;
import dev.sluice.service.store.Link;
import java.util.List;

/// Every reference a document makes to another one, as the store keeps it. References whose name is an expression are
/// known only at run time and are left out.
final class Links {
    private Links() {}

    static List<Link> of(Document document) {
        return Mention.all(document).stream()
                .map(m -> new Link(m.kind(), m.name(), m.pointer() + "/referenceName"))
                .toList();
    }
}
