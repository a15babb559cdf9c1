package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Permissions on folders, projects and environments of the SSIS catalog, beside the roles of the factory; and the
/// catalog as Data Factory's clients ask for it.
class SsisAccessTest {
    private static final String SSIS = "/api/v1/factories/fab/ssis";
    private static final String FOLDER = SSIS + "/folders/Etl";
    private static final String PROJECT = FOLDER + "/projects/Sales";
    private static final String TEST = FOLDER + "/environments/Test";

    @TempDir
    Path folder;

    Bench bench;
    String admin;
    String reader;
    String operator;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "\"retry\":0");
        admin = bench.client.token;
        reader = token("rita", "Reader");
        operator = token("otto", "Operator");
        bench.ok("PUT", FOLDER, "{}");
        assertThat(deploy(PROJECT, 1)).isEqualTo(200);
        bench.ok("PUT", TEST, "{}");
        bench.ok("PUT", TEST + "/variables/N", "{\"type\":\"Int32\",\"value\":3}");
        bench.ok("POST", PROJECT + "/references", "{\"environmentName\":\"Test\"}");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private String token(String name, String role) throws Exception {
        return bench.ok("POST", "/api/v1/tokens", "{\"name\":\"" + name + "\",\"role\":\"" + role + "\"}")
                .json()
                .path("token")
                .stringValue();
    }

    private int deploy(String project, int build) throws Exception {
        return bench.client
                .http
                .send(
                        HttpRequest.newBuilder(URI.create(bench.client.base + project))
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(Ispac.sales(build)))
                                .header("Authorization", "Bearer " + bench.client.token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private void say(String object, String principal, String permission, boolean deny) throws Exception {
        String before = bench.client.token;
        bench.client.token = admin;
        bench.ok(
                "POST",
                object + "/permissions",
                "{\"principal\":\"" + principal + "\",\"permission\":\"" + permission + "\",\"isDeny\":" + deny + "}");
        bench.client.token = before;
    }

    private int status(String method, String path, String body) throws Exception {
        return bench.client.send(method, path, body).status();
    }

    private int execute() throws Exception {
        return status(
                "POST",
                SSIS + "/executions",
                "{\"packagePath\":\"Etl/Sales/Load.dtsx\",\"connectVia\":{\"referenceName\":\"mine\"},"
                        + "\"environmentPath\":\"Test\",\"packageParameters\":{\"Day\":{\"value\":\"x\"}}}");
    }

    @Test
    void without_permissions_the_roles_of_the_factory_count() throws Exception {
        bench.client.token = reader;
        assertThat(status("GET", PROJECT, "")).isEqualTo(200);
        TestClient.Reply refused = bench.client.send("PUT", TEST + "/variables/N", "{\"type\":\"Int32\",\"value\":4}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().at("/error/message").asString())
                .contains("'rita' does not have the permission MODIFY on the environment 'Etl/Test'");
        assertThat(execute()).isEqualTo(403);
        assertThat(status("PUT", SSIS + "/folders/New", "{}")).isEqualTo(403);
        assertThat(status("GET", PROJECT + "/content", "")).isEqualTo(403);
        assertThat(status("DELETE", PROJECT, "")).isEqualTo(403);
        assertThat(status("GET", PROJECT + "/permissions", "")).isEqualTo(403);
        bench.client.token = operator;
        assertThat(execute()).isEqualTo(202);
        assertThat(deploy(PROJECT, 2)).isEqualTo(403);
    }

    @Test
    void what_a_reader_is_given_on_a_project_holds_there_alone() throws Exception {
        say(PROJECT, "rita", "EXECUTE", false);
        bench.client.token = reader;
        JsonNode started = bench.client
                .send(
                        "POST",
                        SSIS + "/executions",
                        "{\"packagePath\":\"Etl/Sales/Load.dtsx\",\"connectVia\":{\"referenceName\":\"mine\"},"
                                + "\"packageParameters\":{\"Day\":{\"value\":\"x\"}}}")
                .json();
        assertThat(started.path("callerName").asString()).isEqualTo("rita");
        String id = SSIS + "/executions/" + started.path("executionId").asLong();
        assertThat(status("POST", id + "/stop", "")).isEqualTo(202);
        assertThat(status("PUT", PROJECT + "/parameters/Rows", "{\"value\":5}")).isEqualTo(403);
        say(PROJECT, "rita", "MODIFY", false);
        assertThat(status("PUT", PROJECT + "/parameters/Rows", "{\"value\":5}")).isEqualTo(200);
        assertThat(status("PUT", TEST + "/variables/N", "{\"type\":\"Int32\",\"value\":4}"))
                .isEqualTo(403);
        say(FOLDER, "rita", "MODIFY_OBJECTS", false);
        assertThat(status("PUT", TEST + "/variables/N", "{\"type\":\"Int32\",\"value\":4}"))
                .isEqualTo(200);
    }

    @Test
    void what_is_denied_is_not_seen_and_not_executed() throws Exception {
        say(FOLDER, "otto", "READ_OBJECTS", true);
        bench.client.token = operator;
        assertThat(status("GET", PROJECT, "")).isEqualTo(403);
        assertThat(bench.ok("GET", FOLDER + "/projects", "").json().path("value"))
                .isEmpty();
        assertThat(bench.ok("GET", FOLDER + "/environments", "").json().path("value"))
                .isEmpty();
        assertThat(execute()).isEqualTo(403);
        say(FOLDER, "otto", "READ", true);
        assertThat(bench.ok("GET", SSIS + "/folders", "").json().path("value")).isEmpty();
        bench.client.token = admin;
        assertThat(execute()).isEqualTo(202);
        bench.client.token = operator;
        assertThat(bench.ok("GET", SSIS + "/executions", "").json().path("value"))
                .isEmpty();
        assertThat(status("GET", SSIS + "/executions/1", "")).isIn(403, 404);
    }

    @Test
    void an_environment_that_is_denied_is_not_used() throws Exception {
        say(TEST, "otto", "READ", true);
        bench.client.token = operator;
        TestClient.Reply refused = bench.client.send(
                "POST",
                SSIS + "/executions",
                "{\"packagePath\":\"Etl/Sales/Load.dtsx\",\"environmentPath\":\"Etl/Test\"}");
        assertThat(refused.json().at("/error/code").asString()).isEqualTo("SsisPermissionDenied");
        assertThat(refused.json().at("/error/message").asString()).contains("READ on the environment 'Etl/Test'");
    }

    @Test
    void who_may_create_objects_owns_what_they_made() throws Exception {
        say(FOLDER, "otto", "CREATE_OBJECTS", false);
        bench.client.token = operator;
        assertThat(deploy(FOLDER + "/projects/Own", 1)).isEqualTo(200);
        assertThat(deploy(FOLDER + "/projects/Own", 2)).isEqualTo(200);
        assertThat(deploy(PROJECT, 2)).isEqualTo(403);
        assertThat(bench.ok("GET", FOLDER + "/projects/Own/permissions", "")
                        .json()
                        .path("value"))
                .extracting(p -> p.path("permission").asString())
                .containsExactly("READ", "MODIFY", "EXECUTE", "MANAGE_PERMISSIONS");
        bench.ok("POST", FOLDER + "/projects/Own/permissions", "{\"principal\":\"rita\",\"permission\":\"MODIFY\"}");
        bench.client.token = reader;
        assertThat(status("PUT", FOLDER + "/projects/Own/parameters/Rows", "{\"value\":5}"))
                .isEqualTo(200);
        bench.client.token = operator;
        assertThat(status("DELETE", FOLDER + "/projects/Own/permissions?principal=rita&permission=MODIFY", ""))
                .isEqualTo(200);
        bench.client.token = reader;
        assertThat(status("PUT", FOLDER + "/projects/Own/parameters/Rows", "{\"value\":5}"))
                .isEqualTo(403);
    }

    @Test
    void a_permission_that_an_object_cannot_have_is_refused() throws Exception {
        TestClient.Reply refused =
                bench.client.send("POST", TEST + "/permissions", "{\"principal\":\"rita\",\"permission\":\"EXECUTE\"}");
        assertThat(refused.json().at("/error/code").asString()).isEqualTo("SsisPermissionNotValid");
        assertThat(refused.json().at("/error/message").asString()).contains("environment");
    }

    @Test
    void permissions_go_with_what_they_were_given_on() throws Exception {
        say(PROJECT, "rita", "MODIFY", false);
        bench.ok("DELETE", PROJECT, "");
        assertThat(deploy(PROJECT, 1)).isEqualTo(200);
        assertThat(bench.ok("GET", PROJECT + "/permissions", "").json().path("value"))
                .isEmpty();
    }

    private JsonNode metadata(String path) throws Exception {
        return bench.ok("POST", "fab/integrationRuntimes/ssis/getObjectMetadata", "{\"metadataPath\":\"" + path + "\"}")
                .json()
                .path("value");
    }

    @Test
    void an_ssis_runtime_shows_what_its_catalog_holds() throws Exception {
        bench.ok("PUT", "fab/integrationRuntimes/ssis", """
                {"properties":{"type":"Managed","typeProperties":{"computeProperties":{"location":"x"},"ssisProperties":{"edition":"Standard"}}}}""");
        bench.ok("PUT", TEST + "/variables/Secret", "{\"type\":\"String\",\"sensitive\":true,\"value\":\"hush\"}");
        assertThat(bench.ok("POST", "fab/integrationRuntimes/ssis/refreshObjectMetadata", "")
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("Succeeded");
        JsonNode folders = metadata("ssisFolders");
        assertThat(folders).hasSize(1);
        assertThat(folders.get(0).path("type").asString()).isEqualTo("Folder");
        String id = "ssisFolders/" + folders.get(0).path("id").asLong();
        assertThat(metadata(id)).extracting(o -> o.path("type").asString()).containsExactly("Project", "Environment");
        JsonNode project = metadata(id + "/projects/Sales").get(0);
        assertThat(project.at("/environmentRefs/0/environmentName").asString()).isEqualTo("Test");
        assertThat(project.at("/parameters/0/name").asString()).isEqualTo("Rows");
        assertThat(project.at("/parameters/0/designDefaultValue").asString()).isEqualTo("7");
        JsonNode one = metadata(id + "/projects/sales/packages").get(0);
        assertThat(one.path("type").asString()).isEqualTo("Package");
        assertThat(one.path("name").asString()).isEqualTo("Load.dtsx");
        assertThat(one.at("/parameters/0/name").asString()).isEqualTo("Day");
        JsonNode environment = metadata(id + "/environments").get(0);
        assertThat(environment.path("variables"))
                .extracting(
                        v -> v.path("name").asString() + "=" + v.path("value").asString("-"))
                .containsExactly("N=3", "Secret=-");
        assertThat(status("POST", "fab/integrationRuntimes/mine/getObjectMetadata", ""))
                .isEqualTo(400);
        say(FOLDER, "rita", "READ", true);
        bench.client.token = reader;
        assertThat(metadata("ssisFolders")).isEmpty();
    }
}
