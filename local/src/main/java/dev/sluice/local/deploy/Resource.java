package dev.sluice.local.deploy;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import java.util.Locale;

/// A document as a service has it.
///
/// @param etag its version
/// @param started of a trigger, whether it is; false for all else
record Resource(Document document, String etag, boolean started) {
    String key() {
        return key(document.kind(), document.name());
    }

    /// `pipelines/copyorders`: by what documents of one factory are told apart.
    static String key(DocumentKind kind, String name) {
        return kind.path() + "/" + name.toLowerCase(Locale.ROOT);
    }

    static String key(Document document) {
        return key(document.kind(), document.name());
    }
}
