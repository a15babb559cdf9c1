package dev.sluice.service.app.surface;

import dev.sluice.model.Json;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.http.Turnstile;
import tools.jackson.databind.node.ObjectNode;

/// What a factory uses of its limits.
public final class LimitsApi {
    private final DocumentApi documents;
    private final Turnstile turnstile;

    public LimitsApi(DocumentApi documents, Turnstile turnstile) {
        this.documents = documents;
        this.turnstile = turnstile;
    }

    public void addTo(Routes routes) {
        routes.add("GET", "/api/v1/factories/{factory}/limits", Permission.READ, this::limits);
    }

    private Answer limits(Call call) {
        Turnstile.Use use =
                turnstile.use(documents.requireFactory(call).document().name());
        ObjectNode json = Json.object();
        json.putArray("value")
                .addObject()
                .put("name", "requestsPerMinute")
                .put("used", use.used())
                .put("limit", use.limit())
                .put("percent", use.percent())
                .put("alert", use.alert());
        return Answer.ok(json);
    }
}
