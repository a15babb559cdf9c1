package dev.sluice.service.app.documents;

import dev.sluice.model.DocumentKind;
import dev.sluice.service.store.StoredDocument;

/// Templates of Data Factory's URLs, and the resource ids made from them.
public final class Paths {
    public static final String SUBSCRIPTION = "/subscriptions/{subscription}";
    /// Operations of a region; its name is not looked at.
    public static final String LOCATION = SUBSCRIPTION + "/providers/Microsoft.DataFactory/locations/{location}";

    public static final String GROUP = SUBSCRIPTION + "/resourceGroups/{group}";
    public static final String FACTORIES = "/providers/Microsoft.DataFactory/factories";
    public static final String FACTORY = GROUP + FACTORIES + "/{factory}";

    private Paths() {}

    /// Template of the list of a kind's documents.
    static String list(DocumentKind kind) {
        String around = kind == DocumentKind.MANAGED_PRIVATE_ENDPOINT
                ? "/" + DocumentKind.MANAGED_VIRTUAL_NETWORK.path() + "/{network}"
                : "";
        return FACTORY + around + "/" + kind.path();
    }

    /// A factory's id: its place and name as they were given when it was created, whatever the request spells.
    public static String id(StoredDocument factory) {
        return "/subscriptions/" + factory.subscription() + "/resourceGroups/" + factory.resourceGroup() + FACTORIES
                + "/" + factory.document().name();
    }

    static String id(StoredDocument factory, DocumentKind kind, String name) {
        String inside = kind == DocumentKind.MANAGED_PRIVATE_ENDPOINT
                ? DocumentKind.MANAGED_VIRTUAL_NETWORK.path() + "/" + name.replace("/", "/" + kind.path() + "/")
                : kind.path() + "/" + name;
        return id(factory) + "/" + inside;
    }
}
