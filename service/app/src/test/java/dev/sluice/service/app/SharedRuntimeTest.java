package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.JobOffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A factory runs its jobs on the nodes of another, as long as it is allowed to.
class SharedRuntimeTest {
    private static final String LINKED = "{\"properties\":{\"type\":\"SelfHosted\",\"typeProperties\":{\"linkedInfo\":"
            + "{\"authorizationType\":\"RBAC\",\"resourceId\":\"" + TestClient.FACTORY
            + "owner/integrationRuntimes/Mine\"}}}}";
    private static final String GRANT =
            "{\"name\":\"mine\",\"subscriptionId\":\"s2\",\"dataFactoryName\":\"Guest\",\"dataFactoryLocation\":\"West US\"}";

    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("owner", "");
        bench.factory("guest", "");
        bench.ok("PUT", "guest/integrationRuntimes/mine", LINKED);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private JsonNode status(String factory) throws Exception {
        return bench.ok("POST", factory + "/integrationRuntimes/mine/getStatus", "")
                .json();
    }

    private void grant() throws Exception {
        bench.ok("POST", "owner/integrationRuntimes/mine/linkedIntegrationRuntime", GRANT);
    }

    @Test
    void without_a_grant_there_is_no_access() throws Exception {
        bench.node("owner", "alpha");
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("AccessDenied");
        assertThat(status("guest").at("/properties/typeProperties/nodes").isEmpty())
                .isTrue();
    }

    @Test
    void the_owner_sees_to_whom_a_runtime_is_given() throws Exception {
        JsonNode links = bench.ok("POST", "owner/integrationRuntimes/mine/linkedIntegrationRuntime", GRANT)
                .json()
                .at("/properties/typeProperties/links");
        assertThat(links.size()).isEqualTo(1);
        assertThat(links.at("/0/dataFactoryName").stringValue()).isEqualTo("Guest");
        assertThat(links.at("/0/subscriptionId").stringValue()).isEqualTo("s2");
        assertThat(links.at("/0/dataFactoryLocation").stringValue()).isEqualTo("West US");
        assertThat(links.at("/0/createTime").stringValue()).endsWith("Z");
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("NeedRegistration");
    }

    @Test
    void a_job_of_the_guest_runs_on_a_node_of_the_owner_with_secrets_it_can_open() throws Exception {
        grant();
        // Saved before there was a node: handed over when it comes.
        FakeNode node = bench.node("owner", "alpha");
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("Online");
        String run = bench.run("guest", "p");
        JobOffer job = node.leaseOne();
        String sealed = job.spec().findValues("sealed").getFirst().stringValue();
        assertThat(node.openSecret(sealed)).isEqualTo("pw-from");
        node.succeed(job.job());
        assertThat(bench.status("guest", run)).isEqualTo("Succeeded");
    }

    @Test
    void what_is_taken_back_is_used_no_longer() throws Exception {
        grant();
        FakeNode node = bench.node("owner", "alpha");
        bench.ok("POST", "owner/integrationRuntimes/mine/removeLinks", "{\"factoryName\":\"guest\"}");
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("AccessDenied");
        bench.run("guest", "p");
        assertThat(node.lease(1, 0).jobs()).isEmpty();
    }

    @Test
    void a_grant_goes_with_the_factory_it_was_given_to() throws Exception {
        grant();
        assertThat(bench.client.send("DELETE", "guest", "").status()).isEqualTo(200);
        bench.factory("guest", "");
        bench.ok("PUT", "guest/integrationRuntimes/mine", LINKED);
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("AccessDenied");
    }

    @Test
    void a_guest_neither_sees_the_keys_nor_changes_the_nodes() throws Exception {
        grant();
        bench.node("owner", "alpha");
        for (String path : new String[] {
            "POST listAuthKeys", "POST regenerateAuthKey", "POST getConnectionInfo", "POST syncCredentials",
            "POST removeLinks", "POST linkedIntegrationRuntime", "DELETE nodes/alpha", "PATCH nodes/alpha"
        }) {
            String[] parts = path.split(" ");
            TestClient.Reply reply = bench.client.send(
                    parts[0], "guest/integrationRuntimes/mine/" + parts[1], "{\"keyName\":\"authKey1\"}");
            assertThat(reply.status()).as(path).isEqualTo(400);
            assertThat(reply.json().at("/error/message").stringValue()).contains("is linked");
        }
        assertThat(bench.client
                        .get("owner/integrationRuntimes/mine/nodes/alpha")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_node_that_came_later_and_cannot_read_a_secret_is_named_by_its_linked_services() throws Exception {
        assertThat(bench.client
                        .post("owner/integrationRuntimes/mine/getConnectionInfo", "")
                        .status())
                .isEqualTo(409);
        bench.node("owner", "alpha");
        bench.ok("POST", "owner/integrationRuntimes/mine/syncCredentials", "");
        bench.node("owner", "beta");
        TestClient.Reply reply = bench.client.post("owner/integrationRuntimes/mine/syncCredentials", "");
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.json().at("/error/code").stringValue()).isEqualTo("CredentialsNotInSync");
        assertThat(reply.json().at("/error/message").stringValue()).contains("owner/from, owner/to");
        JsonNode info = bench.ok("POST", "owner/integrationRuntimes/mine/getConnectionInfo", "")
                .json();
        assertThat(info.get("identityCertThumbprint").stringValue()).matches("[0-9A-F]{40}");
        assertThat(info.get("isIdentityCertExprired").booleanValue()).isFalse();
        assertThat(info.get("certificates").size()).isEqualTo(2);
    }

    private String key(String slot) throws Exception {
        return bench.ok("POST", "owner/integrationRuntimes/mine/listAuthKeys", "")
                .json()
                .get(slot)
                .stringValue();
    }

    private static String byKey(String key) {
        return "{\"properties\":{\"type\":\"SelfHosted\",\"typeProperties\":{\"linkedInfo\":{\"authorizationType\":\"Key\","
                + "\"key\":{\"type\":\"SecureString\",\"value\":\"" + key + "\"}}}}}";
    }

    private void assertUsesNobodysNodes() throws Exception {
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("AccessDenied");
        assertThat(status("owner").at("/properties/typeProperties/links").isEmpty())
                .isTrue();
    }

    @Test
    void who_knows_a_key_links_by_it_and_runs_jobs_until_that_key_is_regenerated() throws Exception {
        FakeNode node = bench.node("owner", "alpha");
        JsonNode saved = bench.ok("PUT", "guest/integrationRuntimes/mine", byKey(key("authKey2")))
                .json();
        assertThat(saved.at("/properties/typeProperties/linkedInfo/key"))
                .hasToString("{\"type\":\"SecureString\",\"value\":\"**********\"}");
        JsonNode links = status("owner").at("/properties/typeProperties/links");
        assertThat(links.findValuesAsString("dataFactoryName")).containsExactly("guest");
        assertThat(links.at("/0/name").stringValue()).isEqualTo("mine");
        String run = bench.run("guest", "p");
        node.succeed(node.leaseOne().job());
        assertThat(bench.status("guest", run)).isEqualTo("Succeeded");

        bench.ok("POST", "owner/integrationRuntimes/mine/regenerateAuthKey", "{\"keyName\":\"authKey1\"}");
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("Online");
        bench.ok("POST", "owner/integrationRuntimes/mine/regenerateAuthKey", "{\"keyName\":\"authKey2\"}");
        assertUsesNobodysNodes();
        // What was shown is sent back: the key is the one that is void.
        bench.ok("PUT", "guest/integrationRuntimes/mine", saved.toString());
        assertUsesNobodysNodes();
        bench.restart();
        assertUsesNobodysNodes();
    }

    @Test
    void a_link_by_key_stays_when_its_runtime_is_saved_as_it_was_shown() throws Exception {
        bench.node("owner", "alpha");
        JsonNode saved = bench.ok("PUT", "guest/integrationRuntimes/mine", byKey(key("authKey1")))
                .json();
        bench.ok("PUT", "guest/integrationRuntimes/mine", saved.toString());
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("Online");
        bench.ok("POST", "owner/integrationRuntimes/mine/removeLinks", "{\"factoryName\":\"guest\"}");
        assertUsesNobodysNodes();
    }

    @Test
    void a_link_by_key_ends_when_its_runtime_becomes_another_or_goes() throws Exception {
        bench.node("owner", "alpha");
        bench.ok("PUT", "guest/integrationRuntimes/mine", byKey(key("authKey1")));
        bench.ok("PUT", "guest/integrationRuntimes/other", byKey(key("authKey1")));
        assertThat(status("owner").at("/properties/typeProperties/links").findValuesAsString("name"))
                .containsExactly("mine", "other");
        bench.ok("PUT", "guest/integrationRuntimes/mine", "{\"properties\":{\"type\":\"SelfHosted\"}}");
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("NeedRegistration");
        bench.ok("DELETE", "guest/integrationRuntimes/other", "");
        assertThat(status("owner").at("/properties/typeProperties/links").isEmpty())
                .isTrue();
    }

    @Test
    void a_key_that_is_none_or_of_this_factory_or_of_another_service_is_refused_where_it_stands() throws Exception {
        String good = key("authKey1");
        String wrong = good.substring(0, good.lastIndexOf('@') + 1)
                + java.util.Base64.getEncoder().encodeToString(new byte[64]);
        bench.ok("PUT", "guest/integrationRuntimes/own", "{\"properties\":{\"type\":\"SelfHosted\"}}");
        String own = bench.ok("POST", "guest/integrationRuntimes/own/listAuthKeys", "")
                .json()
                .get("authKey1")
                .stringValue();
        bench.ok("POST", "owner/integrationRuntimes/mine/regenerateAuthKey", "{\"keyName\":\"authKey1\"}");
        String[][] cases = {
            {"IR@nonsense", "not of the form"},
            {good, "may have been regenerated"},
            {own, "a runtime of this factory"},
            {wrong, "IntegrationRuntimeSharedAcrossTenants"}
        };
        for (String[] one : cases) {
            TestClient.Reply reply = bench.client.send("PUT", "guest/integrationRuntimes/mine", byKey(one[0]));
            assertThat(reply.status()).as(one[0]).isEqualTo(400);
            assertThat(reply.raw().body())
                    .contains(one[1], "/properties/typeProperties/linkedInfo/key")
                    .doesNotContain(one[0].substring(one[0].lastIndexOf('@')));
        }
        assertUsesNobodysNodes();
    }

    @Test
    void factories_of_different_tenants_share_nothing() throws Exception {
        bench.node("owner", "alpha");
        grant();
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("Online");
        bench.ok("PUT", "owner", tenant("11111111-0000-0000-0000-000000000000"));
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("Online");
        bench.ok("PUT", "guest", tenant("22222222-0000-0000-0000-000000000000"));
        assertThat(status("guest").at("/properties/state").stringValue()).isEqualTo("AccessDenied");
        for (String[] one : new String[][] {
            {"POST", "owner/integrationRuntimes/mine/linkedIntegrationRuntime", GRANT, "/dataFactoryName"},
            {"PUT", "guest/integrationRuntimes/mine", LINKED, "/properties/typeProperties/linkedInfo/resourceId"},
            {
                "PUT",
                "guest/integrationRuntimes/mine",
                byKey(key("authKey1")),
                "/properties/typeProperties/linkedInfo/key"
            }
        }) {
            TestClient.Reply reply = bench.client.send(one[0], one[1], one[2]);
            assertThat(reply.status()).as(one[1]).isEqualTo(400);
            assertThat(reply.json().at("/error/code").stringValue()).isEqualTo("IntegrationRuntimeSharedAcrossTenants");
            assertThat(reply.raw().body())
                    .contains(one[3])
                    .contains("11111111-0000-0000-0000-000000000000", "22222222-0000-0000-0000-000000000000");
        }
    }

    private static String tenant(String id) {
        return "{\"location\":\"here\",\"identity\":{\"type\":\"SystemAssigned\",\"tenantId\":\"" + id + "\"}}";
    }

    @Test
    void only_an_ssis_runtime_is_started_and_stopped() throws Exception {
        bench.ok("PUT", "owner/integrationRuntimes/ssis", """
                {"properties":{"type":"Managed","typeProperties":{"computeProperties":{"location":"x"},"ssisProperties":{"edition":"Standard"}}}}""");
        String state = "/properties/state";
        assertThat(bench.ok("POST", "owner/integrationRuntimes/ssis/getStatus", "")
                        .json()
                        .at(state)
                        .stringValue())
                .isEqualTo("Initial");
        assertThat(bench.ok("POST", "owner/integrationRuntimes/ssis/start", "")
                        .json()
                        .at(state)
                        .stringValue())
                .isEqualTo("Started");
        bench.ok("POST", "owner/integrationRuntimes/ssis/stop", "");
        bench.restart();
        assertThat(bench.ok("POST", "owner/integrationRuntimes/ssis/getStatus", "")
                        .json()
                        .at(state)
                        .stringValue())
                .isEqualTo("Stopped");
        assertThat(bench.client.post("owner/integrationRuntimes/mine/start", "").status())
                .isEqualTo(400);
        assertThat(bench.client
                        .post("owner/integrationRuntimes/AutoResolveIntegrationRuntime/stop", "")
                        .status())
                .isEqualTo(400);
    }
}
