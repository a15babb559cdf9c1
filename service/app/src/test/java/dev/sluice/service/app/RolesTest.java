package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.access.Role;
import dev.sluice.service.app.http.Routes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every route with every role, generated from the routes themselves: who lacks the role is told 401 or 403, who has it
/// never is. Nothing is changed: no factory has the name that is asked for.
class RolesTest {
    private static final String NOWHERE = "nowhere";

    @TempDir
    Path folder;

    Bench bench;
    String admin;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        admin = bench.client.token;
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private List<Routes.Entry> guarded() {
        return bench.service.routes().all().stream()
                .filter(r -> r.permission() != Permission.NODE && r.permission() != Permission.OPEN)
                .toList();
    }

    private int status(Routes.Entry route, String token) throws Exception {
        bench.client.token = token;
        String path = route.template()
                .replace("{factory}", NOWHERE)
                .replace("{subscription}", "s1")
                .replace("{group}", "rg1")
                .replaceAll("\\{[^}]*}", "x");
        // A list is no document: nothing is created on the way.
        return bench.client.send(route.method(), path, "[]").status();
    }

    private String everywhere(Role role) throws Exception {
        bench.client.token = admin;
        return bench.ok("POST", "/api/v1/tokens", "{\"name\":\"t\",\"role\":\"" + role.word() + "\"}")
                .json()
                .get("token")
                .stringValue();
    }

    private String inFactory(Role role, String factory) throws Exception {
        bench.client.token = admin;
        var principal = bench.ok(
                        "POST",
                        "/api/v1/service-principals",
                        "{\"name\":\"p\",\"role\":\"" + role.word() + "\",\"scope\":\"" + TestClient.FACTORY + factory
                                + "\"}")
                .json();
        return bench.ok(
                        "POST",
                        "/adfs/oauth2/token",
                        "grant_type=client_credentials&client_id="
                                + principal.get("appId").stringValue() + "&client_secret="
                                + principal.get("password").stringValue())
                .json()
                .get("access_token")
                .stringValue();
    }

    @Test
    void every_route_asks_for_the_role_it_names() throws Exception {
        Map<Role, String> tokens = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            tokens.put(role, everywhere(role));
        }
        List<String> wrong = new ArrayList<>();
        for (Routes.Entry route : guarded()) {
            check(route, "nobody", status(route, ""), 401, wrong);
            for (Map.Entry<Role, String> token : tokens.entrySet()) {
                boolean may = route.permission() == Permission.SIGNED_IN
                        || token.getKey().compareTo(route.permission().needed()) >= 0;
                check(route, token.getKey().word(), status(route, token.getValue()), may ? 0 : 403, wrong);
            }
        }
        assertThat(guarded()).hasSizeGreaterThan(100);
        assertThat(wrong).isEmpty();
    }

    @Test
    void a_role_in_a_factory_reaches_its_routes_and_no_others() throws Exception {
        String here = inFactory(Role.CONTRIBUTOR, NOWHERE.toUpperCase(java.util.Locale.ROOT));
        String elsewhere = inFactory(Role.OWNER, "elsewhere");
        List<String> wrong = new ArrayList<>();
        for (Routes.Entry route : guarded()) {
            boolean known = route.permission() == Permission.SIGNED_IN;
            boolean inside =
                    route.template().contains("{group}") && route.template().contains("{factory}");
            boolean reaches =
                    inside && Role.CONTRIBUTOR.compareTo(route.permission().needed()) >= 0;
            check(route, "contributor here", status(route, here), known || reaches ? 0 : 403, wrong);
            check(route, "owner elsewhere", status(route, elsewhere), known ? 0 : 403, wrong);
        }
        assertThat(wrong).isEmpty();
    }

    /// @param refused the refusal that is due; 0 for none
    private static void check(Routes.Entry route, String who, int status, int refused, List<String> wrong) {
        boolean right = refused == 0 ? status != 401 && status != 403 : status == refused;
        if (!right) {
            wrong.add(route.method() + " " + route.template() + " (" + route.permission() + ") by " + who + ": "
                    + status);
        }
    }
}
