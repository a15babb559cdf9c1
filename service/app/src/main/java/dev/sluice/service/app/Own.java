package dev.sluice.service.app;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.access.Role;
import dev.sluice.service.app.access.Tokens;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.Store;

/// Operations of our own that are about the service itself.
final class Own {
    /// Id of the token in the data folder.
    static final String FIRST = "admin";

    private static final int MAX_NAME = 100;

    private final Tokens tokens;
    private final Store store;

    Own(Tokens tokens, Store store) {
        this.tokens = tokens;
        this.store = store;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/api/v1/health", Permission.OPEN, call -> health())
                .add("POST", "/api/v1/tokens", Permission.ADMINISTER, this::issue)
                .add("DELETE", "/api/v1/tokens/{id}", Permission.ADMINISTER, this::revoke);
    }

    /// Answers only when the database does.
    private Answer health() {
        store.fleet().groups("");
        return Answer.ok(Json.object().put("status", "ok"));
    }

    /// `{name, role}` → `{name, role, token}`; the token is shown this once.
    private Answer issue(Call call) {
        Place body = Place.root(call.request().json());
        String name = body.member("name").requiredText();
        if (name.length() > MAX_NAME) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at("/name")
                    .evidence("what", "The length of 'name'")
                    .evidence("value", name.length())
                    .evidence("limit", MAX_NAME)
                    .exception();
        }
        Place wanted = body.member("role");
        Role role = Role.of(wanted.requiredText()).orElseThrow(() -> wanted.invalid("Owner, Contributor or Reader"));
        String token = tokens.issue(name, role, call.caller().name());
        return Answer.ok(Json.object()
                .put("id", Tokens.id(token))
                .put("name", name)
                .put("role", role.word())
                .put("token", token));
    }

    /// The first token is what its file says; it is replaced by removing the file and starting again.
    private Answer revoke(Call call) {
        String id = call.variable("id");
        if (id.equals(FIRST)) {
            throw ServiceFaults.BAD_REQUEST.with(
                    "detail",
                    "the first token is that of the file admin-token; remove the file and restart to replace it");
        }
        return Answer.empty(tokens.revoke(id) ? 200 : 204);
    }
}
