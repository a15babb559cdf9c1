package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.Program.Ended;
import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceException;
import dev.sluice.demo.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sluice deploy` and `sluice export` against a real service, as a person calls them.
@ExtendWith(Stage.class)
class DeployTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String TRIGGER = """
            {"name":"Daily","properties":{"type":"ScheduleTrigger",%s
             "pipelines":[{"pipelineReference":{"referenceName":"There","type":"PipelineReference"},"parameters":{"day":"x"}}],
             "typeProperties":{"recurrence":{"frequency":"Day","interval":1,"startTime":"2030-01-01T00:00:00Z","timeZone":"UTC"}}}}""";

    @TempDir
    Path folder;

    private Installation installation;
    private String factory;
    private ServiceClient client;
    private FactoryPaths paths;
    private GitFolder git;

    @BeforeEach
    void service(Installation shared, org.junit.jupiter.api.TestInfo test) {
        installation = shared;
        factory = "deploy-" + Integer.toHexString(test.getDisplayName().hashCode());
        client = shared.client();
        paths = new FactoryPaths(factory);
        git = new GitFolder(folder);
    }

    private Ended sluice(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--data", installation.data().toString()));
        Ended ended = Program.here(all.toArray(String[]::new));
        assertThat(ended.messages()).doesNotContain("\tat ").doesNotContain(".java:");
        return ended;
    }

    private Ended deploy(String... more) {
        return deployTo(factory, at("factory"), more);
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private Ended deployTo(String target, String given, String... more) {
        List<String> arguments = new ArrayList<>(List.of(given, "-f", target));
        arguments.addAll(List.of(more));
        return sluice("deploy", arguments.toArray(String[]::new));
    }

    private JsonNode deployed(String type, String name) {
        return client.get(paths.one(type, name));
    }

    private boolean exists(String type, String name) {
        try {
            deployed(type, name);
            return true;
        } catch (ServiceException e) {
            assertThat(e.status()).isEqualTo(404);
            return false;
        }
    }

    private String state(String trigger) {
        return deployed("triggers", trigger)
                .path("properties")
                .path("runtimeState")
                .asString();
    }

    @Test
    void a_folder_becomes_a_factory_that_runs_and_a_second_deployment_changes_nothing() {
        Ended first = deploy();
        assertThat(first.exit()).as(first.messages()).isZero();
        assertThat(first.text())
                .contains("+ factory " + factory)
                .endsWith(factory + ": 5 created, 0 changed, 0 deleted, 0 unchanged");
        Ended second = deploy();
        assertThat(second.text()).isEqualTo(factory + ": 0 created, 0 changed, 0 deleted, 5 unchanged");
        TestFactory running = new TestFactory(client, factory + "-other");
        String run = client.post(paths.one("pipelines", "There") + "/createRun", JSON.readTree("{\"day\":\"d\"}"))
                .path("runId")
                .asString();
        JsonNode end = Eventually.value(
                "the run ends",
                () -> client.get(running.paths().run(run).replace(factory + "-other", factory)),
                r -> List.of("Succeeded", "Failed").contains(r.path("status").asString("")));
        assertThat(end.path("status").asString()).as("%s", end).isEqualTo("Succeeded");
        assertThat(git.store().resolve("d.csv")).exists();
    }

    @Test
    void what_if_shows_differences_in_meaning_and_sends_nothing() {
        assertThat(deploy().exit()).isZero();
        // Written otherwise, meaning the same: order of members, spaces, empty lists.
        git.document("linkedService", "Store", """
                {"properties":{"annotations":[],"typeProperties":{"host":"%s"},
                  "type":"FileServer"}, "name":"Store"}""".formatted(git.store()));
        git.document("dataset", "Middle", """
                {"name":"Middle","properties":{"type":"Parquet","linkedServiceName":{"referenceName":"Store",
                 "type":"LinkedServiceReference"},"typeProperties":{"location":{"type":"FileServerLocation",
                 "fileName":"other.parquet"}}}}""");
        String before = deployed("datasets", "Middle").path("etag").asString();
        Ended whatIf = deploy("--what-if");
        assertThat(whatIf.exit()).isZero();
        assertThat(whatIf.output())
                .containsExactly(
                        "~ dataset Middle",
                        "    typeProperties.location.fileName: \"middle.parquet\" → \"other.parquet\"",
                        factory + ": 0 to create, 1 to change, 0 to delete, 4 unchanged");
        assertThat(deployed("datasets", "Middle").path("etag").asString()).isEqualTo(before);
        JsonNode json = JSON.readTree(deploy("--what-if", "-o", "json").text());
        assertThat(json.path("status").asString()).isEqualTo("WhatIf");
        assertThat(json.path("changes")
                        .path(0)
                        .path("differences")
                        .path(0)
                        .path("path")
                        .asString())
                .isEqualTo("typeProperties.location.fileName");
        assertThat(deploy().exit()).isZero();
        assertThat(deployed("datasets", "Middle").path("etag").asString()).isNotEqualTo(before);
    }

    @Test
    void what_was_changed_in_the_service_is_not_overwritten_unless_forced() {
        assertThat(deploy().exit()).isZero();
        String given = """
                {"properties":{"type":"FileServer","description":"%s","typeProperties":{"host":"%s"}}}""";
        client.put(paths.one("linkedservices", "Store"), JSON.readTree(given.formatted("by hand", git.store())));
        client.put(paths.one("linkedservices", "Extra"), JSON.readTree(given.formatted("by hand", git.store())));
        Ended refused = deploy("--delete");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.text())
                .contains("~ linked service Store  (changed in the service since the last deployment)");
        assertThat(refused.messages())
                .contains("DeployDrift: The linked service 'Store'")
                .contains("The linked service 'Extra' is not what the last deployment left: it was made in the service")
                .contains("--force")
                .contains("nothing was changed");
        assertThat(deployed("linkedservices", "Store")
                        .path("properties")
                        .path("description")
                        .asString())
                .isEqualTo("by hand");
        assertThat(deploy("--delete", "--force").exit()).isZero();
        assertThat(deployed("linkedservices", "Store").path("properties").has("description"))
                .isFalse();
        assertThat(exists("linkedservices", "Extra")).isFalse();
    }

    @Test
    void only_what_is_selected_is_written_and_only_with_delete_what_is_gone_is_deleted() throws IOException {
        assertThat(deploy("--include", "linkedService.*", "--include", "dataset.*", "--exclude", "dataset.Out")
                        .exit())
                .isZero();
        assertThat(exists("datasets", "In")).isTrue();
        assertThat(exists("datasets", "Out")).isFalse();
        Ended open = deploy("--include", "pipeline.*");
        assertThat(open.exit()).isEqualTo(1);
        assertThat(open.messages()).contains("DeployReferenceOpen").contains("dataset 'Out'");
        assertThat(deploy().exit()).isZero();
        Files.delete(git.root().resolve("pipeline/There.json"));
        Files.delete(git.root().resolve("dataset/Out.json"));
        assertThat(deploy().text()).endsWith("0 deleted, 3 unchanged");
        Ended deleting = deploy("--delete");
        // The pipeline goes before what it refers to.
        assertThat(deleting.output())
                .containsSubsequence(
                        "- pipeline There",
                        "- dataset Out",
                        factory + ": 0 created, 0 changed, 2 deleted, 3 unchanged");
        assertThat(exists("pipelines", "There")).isFalse();
        assertThat(exists("datasets", "Out")).isFalse();
        Ended wrong = deploy("--include", "pipe.*");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.messages()).contains("names no type");
    }

    @Test
    void triggers_are_stopped_before_and_started_after() {
        git.document("trigger", "Daily", TRIGGER.formatted("\"runtimeState\":\"Started\","));
        Ended first = deploy();
        assertThat(first.exit()).as(first.messages()).isZero();
        assertThat(first.text()).contains(". trigger Daily is started after");
        assertThat(state("Daily")).isEqualTo("Started");
        // Nothing that the trigger leads to changes: it is left alone.
        assertThat(deploy().text()).doesNotContain("trigger");
        git.document("trigger", "Daily", TRIGGER.formatted("\"description\":\"without a state\","));
        Ended second = deploy();
        assertThat(second.output()).contains(". trigger Daily is stopped before", ". trigger Daily is started after");
        assertThat(second.messages())
                .containsSubsequence("stopped  trigger Daily", "changed  trigger Daily", "started  trigger Daily");
        assertThat(state("Daily")).isEqualTo("Started");
        git.document("trigger", "Daily", TRIGGER.formatted("\"runtimeState\":\"Stopped\","));
        assertThat(deploy().exit()).isZero();
        assertThat(state("Daily")).isEqualTo("Stopped");
    }

    @Test
    void a_deployment_that_fails_half_way_says_where_and_the_next_one_goes_on() {
        git.document("trigger", "Daily", TRIGGER.formatted("\"runtimeState\":\"Started\","));
        assertThat(deploy().exit()).isZero();
        // A tumbling window's interval cannot be changed: the service refuses after other changes were made.
        String window = """
                {"name":"Window","properties":{"type":"TumblingWindowTrigger",
                 "pipeline":{"pipelineReference":{"referenceName":"There","type":"PipelineReference"},"parameters":{"day":"x"}},
                 "typeProperties":{"frequency":"Hour","interval":%d,"startTime":"2030-01-01T00:00:00Z","maxConcurrency":1}}}""";
        git.document("trigger", "Window", window.formatted(1));
        assertThat(deploy().exit()).isZero();
        git.document("trigger", "Window", window.formatted(2));
        git.document("trigger", "Daily", TRIGGER.formatted("\"description\":\"new\","));
        Ended failed = deploy();
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.messages())
                .contains("while changing the trigger 'Window'")
                .contains("triggers left stopped: Daily");
        assertThat(state("Daily")).isEqualTo("Stopped");
        git.document("trigger", "Window", window.formatted(1));
        assertThat(deploy().exit()).isZero();
        assertThat(state("Daily")).isEqualTo("Started");
    }

    @Test
    void secrets_are_neither_shown_nor_lost(Database database) {
        String password = Stage.password(database);
        Map<String, Object> server = new TreeMap<>(database.linkedService());
        git.document(
                "linkedService",
                "Server",
                JSON.writeValueAsString(Map.of(
                        "name", "Server", "properties", Map.of("type", "PostgreSqlV2", "typeProperties", server))));
        git.document("dataset", "Nation", """
                {"name":"Nation","properties":{"type":"PostgreSqlV2Table","linkedServiceName":{"referenceName":"Server",
                 "type":"LinkedServiceReference"},"typeProperties":{}}}""");
        git.document("pipeline", "Ask", """
                {"name":"Ask","properties":{"activities":[{"name":"One","type":"Lookup","typeProperties":{
                 "source":{"type":"PostgreSqlV2Source","query":"SELECT 1 AS one"},
                 "dataset":{"referenceName":"Nation","type":"DatasetReference"}}}]}}""");
        Ended first = deploy();
        assertThat(first.exit()).as(first.messages()).isZero();
        Ended again = deploy("--what-if", "-o", "json");
        assertThat(JSON.readTree(again.text()).path("changes")).isEmpty();
        assertThat(first.text() + first.messages() + again.text()).doesNotContain(password);

        // The folder loses the secret and gains a description: the service keeps the one it has.
        server.remove("password");
        git.document(
                "linkedService",
                "Server",
                JSON.writeValueAsString(Map.of(
                        "name",
                        "Server",
                        "properties",
                        Map.of("type", "PostgreSqlV2", "description", "new", "typeProperties", server))));
        Ended changed = deploy();
        assertThat(changed.exit()).as(changed.messages()).isZero();
        assertThat(changed.output().subList(0, 2))
                .containsExactly("~ linked service Server", "    description: + \"new\"");
        TestFactory.Run run = new TestFactory(client, factory).run("Ask");
        assertThat(run.status()).as("%s", run).isEqualTo("Succeeded");

        // Exported, a mask stands for it; deployed into another factory, it has to be given.
        assertThat(sluice("export", "-f", factory, "--folder", at("out")).exit())
                .isZero();
        assertThat(content(folder.resolve("out"))).doesNotContain(password).contains("**********");
        Ended missing = deployTo(factory + "-b", at("out"));
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.messages())
                .contains("DeploySecretMissing")
                .contains("'Server'")
                .contains("--override");
        GitFolder.write(
                folder.resolve("secrets.json"),
                JSON.writeValueAsString(
                        Map.of("Server", Map.of("password", Map.of("type", "SecureString", "value", password)))));
        Ended given = deployTo(factory + "-b", at("out"), "--override", at("secrets.json"));
        assertThat(given.exit()).as(given.messages()).isZero();
        assertThat(new TestFactory(client, factory + "-b").run("Ask").status()).isEqualTo("Succeeded");
    }

    private static String content(Path root) {
        StringBuilder all = new StringBuilder();
        files(root).forEach((name, text) -> all.append(name).append('\n').append(text));
        return all.toString();
    }

    private static Map<String, String> files(Path root) {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(root)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    @Test
    void exported_deployed_into_an_empty_factory_and_exported_again_is_the_same() {
        git.document("trigger", "Daily", TRIGGER.formatted("\"runtimeState\":\"Started\","));
        git.document("factory", "whatever", """
                {"name":"whatever","location":"westeurope","properties":{"globalParameters":{"limit":{"type":"int","value":3}}}}""");
        git.document("pipeline", "Brackets", """
                {"name":"Brackets","properties":{"activities":[{"name":"A","type":"Fail","typeProperties":{
                 "message":"[dbo].[Orders]","errorCode":"[not a template]"}}],"annotations":["[x]"],
                 "parameters":{"n":{"type":"float","defaultValue":1.50}}}}""");
        assertThat(deploy().exit()).isZero();
        String other = factory + "-b";
        for (String form : List.of("folder", "template")) {
            assertThat(sluice("export", "-f", factory, "--" + form, at("first-" + form))
                            .exit())
                    .isZero();
            boolean template = form.equals("template");
            Ended deployed = deployTo(
                    other + form,
                    at("first-" + form + (template ? "/ARMTemplateForFactory.json" : "")),
                    template ? "--parameters" : "--triggers",
                    template ? at("first-template/ARMTemplateParametersForFactory.json") : "as-given");
            assertThat(deployed.exit())
                    .as(deployed.text() + deployed.messages())
                    .isZero();
            assertThat(sluice("export", "-f", other + form, "--" + form, at("second-" + form))
                            .exit())
                    .isZero();
            Map<String, String> second = new TreeMap<>();
            files(folder.resolve("second-" + form))
                    .forEach((name, text) ->
                            second.put(name.replace(other + form, factory), text.replace(other + form, factory)));
            assertThat(second.isEmpty()).isFalse();
            Map<String, String> first = new TreeMap<>(files(folder.resolve("first-" + form)));
            if (template) {
                // Where a factory lies is said when it is made, not by its template.
                assertThat(first.get("ARMTemplateForFactory.json")).contains("[[dbo].[Orders]");
            } else {
                assertThat(first.get("pipeline/Brackets.json")).contains("1.50");
            }
            assertThat(second).isEqualTo(first);
        }
    }
}
