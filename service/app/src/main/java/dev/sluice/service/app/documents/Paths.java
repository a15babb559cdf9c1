package dev.sluice.service.app.documents;

import dev.sluice.model.DocumentKind;
import dev.sluice.service.app.http.Call;

/// Templates of Data Factory's URLs, and the resource ids made from them.
public final class Paths {
    public static final String SUBSCRIPTION = "/subscriptions/{subscription}";
    public static final String GROUP = SUBSCRIPTION + "/resourceGroups/{group}";
    public static final String FACTORIES = "/providers/Microsoft.DataFactory/factories";
    public static final String FACTORY = GROUP + FACTORIES + "/{factory}";

    private Paths() {}

    static String factoryId(Call call, String factory) {
        return "/subscriptions/" + call.variable("subscription") + "/resourceGroups/" + call.variable("group")
                + FACTORIES + "/" + factory;
    }

    static String id(Call call, DocumentKind kind, String name) {
        return factoryId(call, call.variable("factory")) + "/" + kind.path() + "/" + name;
    }
}
