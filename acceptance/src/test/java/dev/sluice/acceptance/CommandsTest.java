package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.Program.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The commands that are named after `az datafactory`, against a running service. What Azure's own command line does is
/// in [ClientsTest].
@ExtendWith(Stage.class)
class CommandsTest {
    private static Ended sluice(Installation installation, String factory, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-f", factory, "--data", installation.data().toString()));
        Ended ended = Program.run("commands", installation.files("commands"), all.toArray(String[]::new));
        assertThat(ended.messages()).doesNotContain("\tat ");
        return ended;
    }

    private static JsonNode json(Ended ended) {
        assertThat(ended.exit()).as(ended.messages()).isZero();
        return JsonMapper.shared().readTree(ended.text());
    }

    @Test
    void R11_runtimes_and_their_keys_by_the_commands_of_the_guide(Installation installation) {
        installation.factory("cmd-keys").runtime("mine").runtime("other");
        JsonNode all = json(sluice(installation, "cmd-keys", "integration-runtime", "list"));
        assertThat(all).extracting(r -> r.path("name").asString()).containsExactlyInAnyOrder("mine", "other");
        Ended table = sluice(installation, "cmd-keys", "integration-runtime", "list", "-o", "table");
        assertThat(table.output().getFirst()).startsWith("Name").contains("Type");
        assertThat(table.text()).contains("mine").contains("other").contains("SelfHosted");
        JsonNode one = json(sluice(installation, "cmd-keys", "integration-runtime", "show", "-n", "mine"));
        assertThat(one.at("/properties/type").asString()).isEqualTo("SelfHosted");
        JsonNode keys = json(sluice(installation, "cmd-keys", "integration-runtime", "list-auth-key", "-n", "mine"));
        JsonNode renewed = json(sluice(
                installation,
                "cmd-keys",
                "integration-runtime",
                "regenerate-auth-key",
                "-n",
                "mine",
                "--key-name",
                "authKey2"));
        assertThat(renewed.path("authKey2")).isNotEqualTo(keys.path("authKey2"));
        JsonNode after = json(sluice(installation, "cmd-keys", "integration-runtime", "list-auth-key", "-n", "mine"));
        assertThat(after.path("authKey1")).isEqualTo(keys.path("authKey1"));
        assertThat(after.path("authKey2")).isEqualTo(renewed.path("authKey2"));
        Ended missing = sluice(installation, "cmd-keys", "integration-runtime", "show", "-n", "none");
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.messages()).contains("none");
    }

    @Test
    void R11_linked_services_are_shown_and_tested_and_R10_what_depends_on_them_is_listed(Installation installation) {
        Path there = installation.files("cmd-there");
        installation
                .factory("cmd-stores")
                .folder("There", there)
                .linkedService("Gone", "FileServer", Map.of("host", "/no/such/folder/anywhere"))
                .csv("Data", "There", "x.csv", "");
        JsonNode shown = json(sluice(installation, "cmd-stores", "linked-service", "show", "-n", "There"));
        assertThat(shown.at("/properties/typeProperties/host").asString()).isEqualTo(there.toString());
        Ended tested = sluice(installation, "cmd-stores", "linked-service", "test", "-n", "There", "-o", "table");
        assertThat(tested.exit()).as(tested.messages()).isZero();
        assertThat(tested.text()).contains("Succeeded").contains("true");
        Ended failed = sluice(installation, "cmd-stores", "linked-service", "test", "-n", "Gone");
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(JsonMapper.shared()
                        .readTree(failed.text())
                        .at("/errors/0/message")
                        .asString())
                .contains("/no/such/folder/anywhere");
        Ended impact = sluice(installation, "cmd-stores", "linked-service", "impact", "-n", "There", "-o", "table");
        assertThat(impact.exit()).as(impact.messages()).isZero();
        assertThat(impact.text()).contains("dataset").contains("Data").contains("linked service 'There'");
    }

    @Test
    void S20_what_a_firewall_must_let_out_is_listed_as_a_table_and_as_json(Installation installation) {
        TestFactory factory = installation.factory("cmd-urls").runtime("plant");
        factory.linkedService(
                "Shop",
                "PostgreSqlV2",
                Map.of("server", "db.corp.test", "port", 5_433, "database", "d", "username", "u"),
                "plant");
        Ended table =
                sluice(installation, "cmd-urls", "integration-runtime", "service-urls", "-n", "plant", "-o", "table");
        assertThat(table.exit()).as(table.messages()).isZero();
        assertThat(table.output().getFirst()).contains("For", "Host", "Port", "Linked service");
        String port = installation.url().substring(installation.url().lastIndexOf(':') + 1);
        assertThat(table.output())
                .anySatisfy(line -> assertThat(line).contains("localhost", port))
                .anySatisfy(line -> assertThat(line).contains("db.corp.test", "5433", "Shop"));
        JsonNode all = json(sluice(installation, "cmd-urls", "integration-runtime", "service-urls", "-n", "plant"));
        assertThat(all.toString()).contains("endpointDetails", "db.corp.test");
        Ended missing = sluice(installation, "cmd-urls", "integration-runtime", "service-urls", "-n", "none");
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.messages()).contains("none");
    }
}
