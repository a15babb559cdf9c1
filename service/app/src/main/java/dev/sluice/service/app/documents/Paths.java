package dev.sluice.service.app.documents;

import dev.sluice.model.DocumentKind;
import dev.sluice.service.store.StoredDocument;

/// Templates of Data Factory's URLs, and the resource ids made from them.
public final class Paths {
    public static final String SUBSCRIPTION = "/subscriptions/{subscription}";
    public static final String GROUP = SUBSCRIPTION + "/resourceGroups/{group}";
    public static final String FACTORIES = "/providers/Microsoft.DataFactory/factories";
    public static final String FACTORY = GROUP + FACTORIES + "/{factory}";

    private Paths() {}

    /// A factory's id: its place and name as they were given when it was created, whatever the request spells.
    public static String id(StoredDocument factory) {
        return "/subscriptions/" + factory.subscription() + "/resourceGroups/" + factory.resourceGroup() + FACTORIES
                + "/" + factory.document().name();
    }

    static String id(StoredDocument factory, DocumentKind kind, String name) {
        return id(factory) + "/" + kind.path() + "/" + name;
    }
}
