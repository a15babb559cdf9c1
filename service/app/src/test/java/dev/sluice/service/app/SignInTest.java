package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Service principals sign in as Azure's clients do, and reach as far as their roles in each scope.
class SignInTest {
    private static final String TENANT = "/11111111-2222-3333-4444-555555555555";

    @TempDir
    Path folder;

    Bench bench;
    String admin;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        admin = bench.client.token;
        bench.factory("fab", "");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private JsonNode principal(String more) throws Exception {
        bench.client.token = admin;
        return bench.ok("POST", "/api/v1/service-principals", "{\"name\":\"loader\"" + more + "}")
                .json();
    }

    private TestClient.Reply ask(String path, String form) throws Exception {
        return bench.client.send(
                "POST", path, form, "Authorization", "", "Content-Type", "application/x-www-form-urlencoded");
    }

    private static String form(JsonNode principal, String more) {
        return "grant_type=client_credentials&client_id="
                + principal.get("appId").stringValue() + "&client_secret="
                + URLEncoder.encode(principal.get("password").stringValue(), StandardCharsets.UTF_8) + more;
    }

    private void signIn(JsonNode principal) throws Exception {
        TestClient.Reply reply = ask("/adfs/oauth2/token", form(principal, ""));
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(200);
        bench.client.token = reply.json().get("access_token").stringValue();
    }

    private int status(String method, String path) throws Exception {
        return bench.client.send(method, path, "{}").status();
    }

    @Test
    void every_form_of_the_token_endpoint_gives_a_token() throws Exception {
        JsonNode principal = principal(",\"role\":\"Reader\"");
        for (String[] way : new String[][] {
            {"/adfs/oauth2/token", "&resource=https%3A%2F%2Fmanagement.azure.com%2F"},
            {TENANT + "/oauth2/token", "&resource=https%3A%2F%2Fmanagement.azure.com%2F"},
            {TENANT + "/oauth2/v2.0/token", "&scope=https%3A%2F%2Fmanagement.azure.com%2F%2F.default%20openid"}
        }) {
            TestClient.Reply reply = ask(way[0], form(principal, way[1]));
            assertThat(reply.status()).as(way[0]).isEqualTo(200);
            assertThat(reply.json().get("token_type").stringValue()).isEqualTo("Bearer");
            assertThat(reply.json().get("expires_in").intValue()).isEqualTo(3600);
            String token = reply.json().get("access_token").stringValue();
            JsonNode claims = Json.parse(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
            assertThat(claims.get("aud").stringValue()).startsWith("https://management.azure.com/");
            assertThat(claims.get("appid").stringValue())
                    .isEqualTo(principal.get("appId").stringValue());
            bench.client.token = token;
            assertThat(status("GET", "fab")).isEqualTo(200);
        }
    }

    @Test
    void the_secret_may_come_in_a_basic_header() throws Exception {
        JsonNode principal = principal(",\"role\":\"Reader\"");
        String both = principal.get("appId").stringValue() + ":"
                + principal.get("password").stringValue();
        TestClient.Reply reply = bench.client.send(
                "POST",
                "/adfs/oauth2/token",
                "grant_type=client_credentials",
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        assertThat(reply.status()).isEqualTo(200);
    }

    @Test
    void what_is_wrong_with_a_request_for_a_token_is_said_as_oauth_does() throws Exception {
        JsonNode principal = principal("");
        String good = form(principal, "");
        for (String[] wrong : new String[][] {
            {good + "x", "invalid_client", "401"},
            {good.replace("client_id=", "client_id=0"), "invalid_client", "401"},
            {"grant_type=client_credentials", "invalid_client", "401"},
            {"grant_type=password&username=a&password=b", "unsupported_grant_type", "400"},
            {"", "unsupported_grant_type", "400"},
            {good + "&client_assertion=x", "invalid_request", "400"},
            {good + "&x=" + "a".repeat(20_000), "invalid_request", "400"}
        }) {
            TestClient.Reply reply = ask("/adfs/oauth2/token", wrong[0]);
            assertThat(reply.json().get("error").stringValue()).isEqualTo(wrong[1]);
            assertThat(reply.status()).isEqualTo(Integer.parseInt(wrong[2]));
        }
    }

    @Test
    void discovery_leads_to_the_token_endpoint_and_the_keys() throws Exception {
        bench.client.token = "";
        JsonNode adfs =
                bench.ok("GET", "/adfs/.well-known/openid-configuration", "").json();
        assertThat(adfs.get("issuer").stringValue()).isEqualTo(bench.client.base + "/adfs");
        assertThat(adfs.get("token_endpoint").stringValue()).isEqualTo(bench.client.base + "/adfs/oauth2/token");
        JsonNode v2 = bench.ok("GET", TENANT + "/v2.0/.well-known/openid-configuration", "")
                .json();
        assertThat(v2.get("token_endpoint").stringValue()).isEqualTo(bench.client.base + TENANT + "/oauth2/v2.0/token");
        JsonNode keys = bench.client
                .exchange("GET", v2.get("jwks_uri").stringValue(), "")
                .json();
        assertThat(keys.at("/keys/0/kty").stringValue()).isEqualTo("EC");
        assertThat(keys.at("/keys/0").has("d")).isFalse();
        JsonNode cloud = bench.ok("GET", "/metadata/endpoints?api-version=2015-01-01", "")
                .json();
        assertThat(cloud.at("/authentication/loginEndpoint").stringValue()).isEqualTo(bench.client.base + "/adfs");
        assertThat(cloud.at("/authentication/audiences/0").stringValue()).isEqualTo(bench.client.base + "/");
    }

    @Test
    void a_token_ends_after_an_hour_and_with_its_principal_and_outlives_a_restart() throws Exception {
        JsonNode principal = principal(",\"role\":\"Reader\"");
        signIn(principal);
        String token = bench.client.token;
        bench.restart();
        bench.client.token = token;
        assertThat(status("GET", "fab")).isEqualTo(200);
        bench.clock.advance(Duration.ofMinutes(62));
        TestClient.Reply late = bench.client.get("fab");
        assertThat(late.status()).isEqualTo(401);
        assertThat(late.json().at("/error/message").stringValue()).contains("expired");
        signIn(principal);
        token = bench.client.token;
        bench.client.token = admin;
        assertThat(status(
                        "DELETE",
                        "/api/v1/service-principals/" + principal.get("appId").stringValue()))
                .isEqualTo(200);
        bench.client.token = token;
        assertThat(status("GET", "fab")).isEqualTo(401);
        assertThat(ask("/adfs/oauth2/token", form(principal, "")).status()).isEqualTo(401);
    }

    @Test
    void a_changed_token_is_no_token() throws Exception {
        signIn(principal(",\"role\":\"Reader\""));
        String[] parts = bench.client.token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String more =
                base64.encodeToString(claims.replaceFirst("\\{", "{\"sluice_scope\":\"\",\"sluice_role\":\"Owner\",")
                        .getBytes(StandardCharsets.UTF_8));
        String header = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
        String none = base64.encodeToString(header.replace("ES256", "none").getBytes(StandardCharsets.UTF_8));
        for (String token : List.of(
                parts[0] + "." + more + "." + parts[2],
                none + "." + more + ".",
                none + "." + parts[1] + "." + parts[2],
                parts[0] + "." + parts[1] + ".",
                "a.b.c")) {
            bench.client.token = token;
            assertThat(status("GET", "fab")).isEqualTo(401);
        }
    }

    @Test
    void the_secret_is_shown_once_and_can_be_replaced() throws Exception {
        JsonNode principal = principal("");
        String id = principal.get("appId").stringValue();
        TestClient.Reply list = bench.ok("GET", "/api/v1/service-principals", "");
        assertThat(list.raw().body())
                .contains(id, "loader")
                .doesNotContain(principal.get("password").stringValue());
        JsonNode fresh = bench.ok("POST", "/api/v1/service-principals/" + id + "/secret", "")
                .json();
        assertThat(ask("/adfs/oauth2/token", form(principal, "")).status()).isEqualTo(401);
        assertThat(ask("/adfs/oauth2/token", form(fresh, "")).status()).isEqualTo(200);
        assertThat(bench.client.post("/api/v1/service-principals", "{}").status())
                .isEqualTo(400);
        assertThat(bench.client
                        .post("/api/v1/service-principals", "{\"name\":\"x\",\"role\":\"King\"}")
                        .status())
                .isEqualTo(400);
        assertThat(bench.client
                        .post(
                                "/api/v1/service-principals",
                                "{\"name\":\"x\",\"role\":\"Reader\",\"scope\":\"/nowhere\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void a_role_in_a_factory_ends_at_its_border() throws Exception {
        bench.factory("other", "");
        signIn(principal(",\"role\":\"Contributor\",\"scope\":\"" + TestClient.FACTORY + "FAB\""));
        assertThat(status("GET", "fab/pipelines")).isEqualTo(200);
        assertThat(status("POST", "fab/pipelines/p/createRun")).isEqualTo(200);
        assertThat(status("GET", "other/pipelines")).isEqualTo(403);
        assertThat(status("POST", "other/pipelines/p/createRun")).isEqualTo(403);
        assertThat(status("GET", "/api/v1/service-principals")).isEqualTo(403);
        // Names are unique, so another subscription in the path leads to the same factory.
        signIn(principal(",\"role\":\"Owner\",\"scope\":\"/subscriptions/mine\""));
        String disguised =
                "/subscriptions/mine/resourceGroups/rg/providers/Microsoft.DataFactory/factories/other/pipelines";
        assertThat(status("GET", disguised)).isEqualTo(403);
        assertThat(status("PUT", "/subscriptions/mine/resourceGroups/rg/providers/Microsoft.DataFactory/factories/new"))
                .isEqualTo(200);
    }

    @Test
    void lists_show_what_may_be_seen() throws Exception {
        for (int i = 0; i < 7; i++) {
            bench.ok("PUT", "more" + i, "{}");
        }
        bench.ok("PUT", "/subscriptions/s2/resourceGroups/g/providers/Microsoft.DataFactory/factories/far", "{}");
        signIn(principal(",\"role\":\"Reader\",\"scope\":\"" + TestClient.FACTORY + "more5\""));
        List<String> names = new ArrayList<>();
        String next =
                bench.client.base + "/subscriptions/s1/providers/Microsoft.DataFactory/factories?" + TestClient.VERSION;
        while (!next.isEmpty()) {
            JsonNode page = bench.client.exchange("GET", next, "").json();
            page.get("value").forEach(f -> names.add(f.get("name").stringValue()));
            next = page.path("nextLink").asString("");
        }
        assertThat(names).containsExactly("more5");
        JsonNode subscriptions =
                bench.ok("GET", "/subscriptions?api-version=2016-06-01", "").json();
        assertThat(subscriptions.get("value").size()).isEqualTo(1);
        assertThat(subscriptions.at("/value/0/subscriptionId").stringValue()).isEqualTo("s1");
        assertThat(subscriptions.at("/value/0/state").stringValue()).isEqualTo("Enabled");
        assertThat(bench.ok("GET", "/subscriptions/s1/resourceGroups", "")
                        .json()
                        .at("/value/0/name")
                        .stringValue())
                .isEqualTo("rg1");
        signIn(principal(""));
        assertThat(bench.ok("GET", "/subscriptions", "")
                        .json()
                        .at("/value/0/subscriptionId")
                        .stringValue())
                .isEqualTo("00000000-0000-0000-0000-000000000000");
    }

    @Test
    void the_progress_of_a_run_is_seen_by_those_who_may_read_its_factory() throws Exception {
        String run = bench.run("fab", "p");
        signIn(principal(",\"role\":\"Reader\",\"scope\":\"" + TestClient.FACTORY + "fab\""));
        assertThat(status("GET", "/api/v1/runs/" + run + "/progress")).isEqualTo(200);
        signIn(principal(",\"role\":\"Reader\",\"scope\":\"" + TestClient.FACTORY + "other\""));
        assertThat(status("GET", "/api/v1/runs/" + run + "/progress")).isEqualTo(403);
    }

    @Test
    void roles_are_assigned_and_withdrawn_as_azures_authorization_does() throws Exception {
        JsonNode principal = principal("");
        String id = principal.get("appId").stringValue();
        String assignments = TestClient.FACTORY + "fab/providers/Microsoft.Authorization/roleAssignments";
        JsonNode operator = bench.ok(
                        "GET",
                        "/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter="
                                + URLEncoder.encode("roleName eq 'Operator'", StandardCharsets.UTF_8),
                        "")
                .json()
                .at("/value/0");
        assertThat(operator.at("/properties/roleName").stringValue()).isEqualTo("Operator");
        String body = "{\"properties\":{\"roleDefinitionId\":\"%s\",\"principalId\":\"%s\"}}"
                .formatted(operator.get("id").stringValue(), id);
        String name = UUID.randomUUID().toString();
        TestClient.Reply made = bench.client.put(assignments + "/" + name + "?api-version=2022-04-01", body);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().at("/properties/scope").stringValue()).isEqualTo(TestClient.FACTORY + "fab");
        signIn(principal);
        assertThat(status("POST", "fab/pipelines/p/createRun")).isEqualTo(200);
        assertThat(status("PUT", "fab/pipelines/q")).isEqualTo(403);
        assertThat(status("GET", assignments)).isEqualTo(403);
        bench.client.token = admin;
        JsonNode listed = bench.ok("GET", assignments + "?$filter=principalId%20eq%20'" + id + "'", "")
                .json()
                .get("value");
        assertThat(listed.size()).isEqualTo(1);
        assertThat(listed.at("/0/name").stringValue()).isEqualTo(name);
        // Given in the factory: nobody in another scope may take it over or away.
        assertThat(bench.client
                        .put("/subscriptions/s1/providers/Microsoft.Authorization/roleAssignments/" + name, body)
                        .status())
                .isEqualTo(400);
        assertThat(status("DELETE", "/providers/Microsoft.Authorization/roleAssignments/" + name))
                .isEqualTo(204);
        assertThat(status("DELETE", assignments + "/" + name)).isEqualTo(200);
        signIn(principal);
        assertThat(status("POST", "fab/pipelines/p/createRun")).isEqualTo(403);
    }

    @Test
    void the_owner_of_a_factory_gives_roles_in_it_and_nowhere_else() throws Exception {
        signIn(principal(",\"role\":\"Owner\",\"scope\":\"" + TestClient.FACTORY + "fab\""));
        String body = "{\"properties\":{\"roleDefinitionId\":\"Reader\",\"principalId\":\"%s\"}}"
                .formatted(UUID.randomUUID());
        String one = "/providers/Microsoft.Authorization/roleAssignments/" + UUID.randomUUID();
        assertThat(bench.client.put("fab" + one, body).status()).isEqualTo(201);
        assertThat(bench.client.put("other" + one, body).status()).isEqualTo(403);
        assertThat(bench.client.put(one, body).status()).isEqualTo(403);
    }

    @Test
    void a_role_goes_with_its_factory() throws Exception {
        JsonNode principal = principal(",\"role\":\"Owner\",\"scope\":\"" + TestClient.FACTORY + "fab\"");
        bench.client.token = admin;
        assertThat(status("DELETE", "fab")).isEqualTo(200);
        bench.factory("fab", "");
        signIn(principal);
        assertThat(status("GET", "fab")).isEqualTo(403);
    }

    @Test
    void data_plane_access_is_a_token_that_reads_one_factory() throws Exception {
        bench.factory("other", "");
        JsonNode access = bench.ok("POST", "fab/getDataPlaneAccess", "{\"permissions\":\"r\",\"profileName\":\"p\"}")
                .json();
        assertThat(access.at("/policy/profileName").stringValue()).isEqualTo("p");
        assertThat(access.get("dataPlaneUrl").stringValue()).isEqualTo(bench.client.base);
        assertThat(bench.client
                        .post("fab/getDataPlaneAccess", "{\"permissions\":\"rw\"}")
                        .status())
                .isEqualTo(400);
        bench.client.token = access.get("accessToken").stringValue();
        assertThat(status("GET", "fab/pipelines")).isEqualTo(200);
        assertThat(status("POST", "fab/pipelines/p/createRun")).isEqualTo(403);
        assertThat(status("GET", "other/pipelines")).isEqualTo(403);
    }
}
