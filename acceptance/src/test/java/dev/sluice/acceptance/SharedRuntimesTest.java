package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import dev.sluice.cli.client.ServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One node for several factories. There is no other, so what runs, runs on it.
@ExtendWith(Stage.class)
class SharedRuntimesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SHARED = "Shared";

    private static void link(TestFactory guest, Map<String, Object> info) {
        guest.client()
                .put(
                        guest.paths().one("integrationRuntimes", SHARED),
                        JSON.valueToTree(Map.of(
                                "properties",
                                Map.of("type", "SelfHosted", "typeProperties", Map.of("linkedInfo", info)))));
    }

    private static Map<String, Object> key(String key) {
        return Map.of("authorizationType", "Key", "key", Map.of("type", "SecureString", "value", key));
    }

    private static Map<String, Object> id(TestFactory owner) {
        return Map.of("authorizationType", "RBAC", "resourceId", owner.paths().one("integrationRuntimes", "Group"));
    }

    /// A copy of one file between folders that are reached through the linked runtime.
    private static TestFactory copying(TestFactory guest, Path folder) {
        GitFolder.write(folder.resolve("in.csv"), "id,name\n1,one\n2,two\n");
        return guest.linkedService("Landing", "FileServer", Map.of("host", folder.toString()), SHARED)
                .csv("In", "Landing", "in.csv", "")
                .csv("Out", "Landing", "out.csv", "")
                .pipeline("Copy", Copy.of("Copy", "In", TestFactory.FROM_CSV, "Out", TestFactory.TO_CSV));
    }

    private static JsonNode status(TestFactory factory, String runtime) {
        return factory.client().post(factory.paths().one("integrationRuntimes", runtime) + "/getStatus", null);
    }

    private static void grant(TestFactory owner, String guest) {
        owner.client()
                .post(
                        owner.paths().one("integrationRuntimes", "Group") + "/linkedIntegrationRuntime",
                        JSON.valueToTree(Map.of("name", SHARED, "dataFactoryName", guest)));
    }

    private static void tenant(TestFactory factory, String id) {
        factory.client()
                .put(
                        factory.paths().root(),
                        JSON.valueToTree(Map.of(
                                "location", "local", "identity", Map.of("type", "SystemAssigned", "tenantId", id))));
    }

    private static void assertStrangers(Runnable step) {
        ServiceException refused = catchThrowableOfType(ServiceException.class, step::run);
        assertThat(refused).isNotNull();
        assertThat(refused.code()).as(refused.toString()).isEqualTo("IntegrationRuntimeSharedAcrossTenants");
        assertThat(refused).hasMessageContaining("inside one tenant only");
    }

    @Test
    void S26_a_runtime_is_shared_by_grant_and_by_key_inside_a_tenant_and_with_nobody_else() throws Exception {
        try (Installation installation = new Installation();
                Installation stranger = new Installation()) {
            installation.startService();
            TestFactory owner = installation.factory("owner").runtime("Group");
            installation.joinNode("only", owner.authKey("Group"));

            TestFactory granted = installation.factory("granted");
            link(granted, id(owner));
            copying(granted, installation.files("granted"));
            assertThat(status(granted, SHARED).at("/properties/state").asString())
                    .isEqualTo("AccessDenied");
            String waiting = granted.start("Copy");
            TestFactory keyed = installation.factory("keyed");
            link(keyed, key(owner.authKey("Group")));
            copying(keyed, installation.files("keyed"));
            Run byKey = keyed.run("Copy");
            assertThat(byKey.status()).as(byKey.toString()).isEqualTo("Succeeded");
            assertThat(installation.files("keyed").resolve("out.csv")).exists();
            // The other's job came first and waits all the same.
            assertThat(granted.get(waiting).path("status").asString()).isEqualTo("InProgress");

            grant(owner, "granted");
            Run byGrant = granted.run("Copy");
            assertThat(byGrant.status()).as(byGrant.toString()).isEqualTo("Succeeded");
            assertThat(Files.readString(installation.files("granted").resolve("out.csv")))
                    .isEqualToNormalizingNewlines("id,name\n1,one\n2,two\n");
            assertThat(status(owner, "Group")
                            .at("/properties/typeProperties/links")
                            .findValuesAsString("dataFactoryName"))
                    .containsExactlyInAnyOrder("granted", "keyed");

            stranger.startService();
            TestFactory abroad = stranger.factory("abroad").runtime("Group");
            String foreign = abroad.authKey("Group");
            assertStrangers(() -> link(keyed, key(foreign)));
            tenant(owner, "11111111-1111-1111-1111-111111111111");
            TestFactory other = installation.factory("other");
            tenant(other, "22222222-2222-2222-2222-222222222222");
            assertStrangers(() -> link(other, id(owner)));
            assertStrangers(() -> link(other, key(owner.authKey("Group"))));
            assertStrangers(() -> grant(owner, "other"));
        }
    }
}
