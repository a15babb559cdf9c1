package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceConnection;
import dev.sluice.demo.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Real services, and a node, that are killed while triggers fire.
@ExtendWith(Stage.class)
@TestInstance(Lifecycle.PER_CLASS)
class TriggersTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int WINDOWS = 120;
    private static final int EVENTS = 60;
    private static final int KILLS = 4;
    private static final int FILES = 80;
    private static final String FACTORY = "killed-triggers";

    private Installation installation;

    @BeforeAll
    void start() {
        installation = new Installation().startService();
    }

    @AfterAll
    void stop() {
        installation.close();
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    void a_service_killed_again_and_again_runs_every_window_and_every_event_once() {
        TestFactory factory = installation.factory(FACTORY);
        prepare(factory);
        int sent = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            sent = send(factory, sent, sent + EVENTS / KILLS);
            installation.program("service-process").kill();
            installation.startService();
            factory = installation.factory(FACTORY);
        }
        send(factory, 0, sent);
        check(factory);
    }

    @Test
    void of_two_services_on_one_database_any_may_be_killed(Database database) throws Exception {
        try (Connection c = Stage.superuser(database);
                Statement s = c.createStatement()) {
            s.execute("CREATE DATABASE handover");
        }
        String url = "jdbc:postgresql://127.0.0.1:" + database.port() + "/handover?user=postgres&password=postgres";
        Path folder = installation.files("handover");
        try (Replica one = new Replica(folder.resolve("one"), url)) {
            one.start();
            share(folder.resolve("one"), folder.resolve("two"));
            try (Replica two = new Replica(folder.resolve("two"), url)) {
                two.start();
                prepare(one.factory());
                int sent = 0;
                for (int kill = 0; kill < KILLS; kill++) {
                    Replica dies = kill % 2 == 0 ? one : two;
                    Replica lives = kill % 2 == 0 ? two : one;
                    sent = send(dies.factory(), sent, sent + EVENTS / KILLS / 2);
                    dies.kill();
                    // What was taken by the dead one comes again to the other.
                    send(lives.factory(), 0, sent);
                    sent = send(lives.factory(), sent, sent + EVENTS / KILLS - EVENTS / KILLS / 2);
                    dies.start();
                }
                check(two.factory());
            }
        }
    }

    /// A service of several on one database.
    private static final class Replica implements AutoCloseable {
        private final Path data;
        private final String database;
        private Program program;

        Replica(Path data, String database) {
            this.data = data;
            this.database = database;
        }

        void start() {
            program = Program.start(
                    data.getFileName().toString(),
                    data.getParent(),
                    List.of(
                            "service",
                            "start",
                            "--data",
                            data.toString(),
                            "--https-port",
                            "0",
                            "--database",
                            database));
            program.awaitLine("ready ");
        }

        void kill() {
            program.kill();
        }

        TestFactory factory() {
            return new TestFactory(new ServiceClient(ServiceConnection.ofDataFolder(data)), FACTORY);
        }

        @Override
        public void close() {
            program.close();
        }
    }

    /// Replicas share their keys and their authority, as an operator copies them.
    private static void share(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = from.relativize(file).toString();
                if (name.startsWith("tls") || name.startsWith("keys") || name.equals("admin-token")) {
                    Files.createDirectories(to.resolve(name).getParent());
                    Files.copy(file, to.resolve(name));
                }
            }
        }
    }

    @Test
    void a_watched_folder_fires_once_for_every_file_though_service_and_node_are_killed() throws Exception {
        installation.startNode("lister");
        TestFactory factory = installation.factory("watched");
        Path files = installation.files("watched");
        Files.createDirectories(files.resolve("in"));
        Files.writeString(files.resolve("in/before"), "old");
        Files.setLastModifiedTime(files.resolve("in/before"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        factory.folder("share", files);
        factory.client().put(factory.paths().one("pipelines", "p"), json("""
                        {'properties':{'parameters':{'of':{'type':'String'}},'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':0}}]}}"""));
        factory.client().put(factory.paths().one("triggers", "files"), json("""
                        {'properties':{'type':'BlobEventsTrigger','pipelines':[{'pipelineReference':{'referenceName':'p','type':'PipelineReference'},
                         'parameters':{'of':'@concat(triggerBody().folderPath,triggerBody().fileName)'}}],
                         'typeProperties':{'linkedService':{'referenceName':'share','type':'LinkedServiceReference'},'folderPath':'in',
                         'pollingInterval':'00:00:01','settleTime':'00:00:01','events':['Microsoft.Storage.BlobCreated']}}}"""));
        factory.client().post(factory.paths().one("triggers", "files") + "/start", null);
        int written = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            for (int i = 0; i < FILES / KILLS; i++) {
                Files.writeString(files.resolve("in/f" + written++), "content");
            }
            if (kill % 2 == 0) {
                installation.program("service-process").kill();
                installation.startService();
            } else {
                installation.program("lister").kill();
                installation.startNode("lister");
            }
        }
        TestFactory last = installation.factory("watched");
        Eventually.holds("every file has fired", () -> runs(last, "files").size() >= FILES);
        Set<String> names = new HashSet<>();
        for (JsonNode run : runs(last, "files")) {
            assertThat(names.add(run.at("/properties/FileName").asString())).isTrue();
        }
        assertThat(names).hasSize(FILES).doesNotContain("before");
        assertThat(all(last, "queryPipelineRuns", "[]")).hasSize(FILES);
    }

    private static void prepare(TestFactory factory) {
        factory.client().put(factory.paths().one("pipelines", "p"), json("""
                        {'properties':{'parameters':{'of':{'type':'String'}},'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':1}}]}}"""));
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        factory.client().put(factory.paths().one("triggers", "windows"), json("""
                        {'properties':{'type':'TumblingWindowTrigger','pipeline':{'pipelineReference':{'referenceName':'p','type':'PipelineReference'},
                         'parameters':{'of':'@trigger().outputs.windowStartTime'}},'typeProperties':{'frequency':'Minute','interval':5,
                         'startTime':'%s','endTime':'%s','maxConcurrency':20}}}""".formatted(
                        start, start.plus(Duration.ofMinutes(5L * WINDOWS)))));
        factory.client().put(factory.paths().one("triggers", "events"), json("""
                        {'properties':{'type':'CustomEventsTrigger','pipelines':[{'pipelineReference':{'referenceName':'p','type':'PipelineReference'},
                         'parameters':{'of':'@triggerBody().event.id'}}],'typeProperties':{'events':['made'],'scope':'x'}}}"""));
        factory.client().post(factory.paths().one("triggers", "windows") + "/start", null);
        factory.client().post(factory.paths().one("triggers", "events") + "/start", null);
    }

    private static void check(TestFactory last) {
        Eventually.holds(
                "every window has succeeded",
                () -> runs(last, "windows").stream()
                                .filter(r -> r.path("status").asString("").equals("Succeeded"))
                                .count()
                        == WINDOWS);
        Set<String> windows = new HashSet<>();
        Set<String> claimed = new HashSet<>();
        for (JsonNode run : runs(last, "windows")) {
            assertThat(windows.add(run.at("/properties/windowStartTime").asString()))
                    .isTrue();
            assertThat(claimed.add(run.at("/triggeredPipelines/p").asString())).isTrue();
        }
        Set<String> events = new HashSet<>();
        for (JsonNode run : runs(last, "events")) {
            assertThat(events.add(run.at("/properties/EventId").asString())).isTrue();
            assertThat(claimed.add(run.at("/triggeredPipelines/p").asString())).isTrue();
        }
        assertThat(windows).hasSize(WINDOWS);
        assertThat(events).hasSize(EVENTS);
        assertThat(all(last, "queryPipelineRuns", "[]"))
                .extracting(r -> r.path("runId").asString())
                .containsExactlyInAnyOrderElementsOf(claimed);
    }

    /// Sends events as Event Grid does: again until they were taken.
    private static int send(TestFactory factory, int from, int to) {
        for (int i = from; i < to; i++) {
            JsonNode event = json("[{'id':'e" + i + "','eventType':'made','subject':'s','data':{}}]");
            factory.client().post("/api/v1/factories/" + FACTORY + "/triggers/events/events", event);
        }
        return to;
    }

    private static List<JsonNode> runs(TestFactory factory, String trigger) {
        return all(
                factory,
                "queryTriggerRuns",
                "[{'operand':'TriggerName','operator':'Equals','values':['" + trigger + "']}]");
    }

    private static List<JsonNode> all(TestFactory factory, String query, String filters) {
        List<JsonNode> all = new ArrayList<>();
        String token = "";
        do {
            JsonNode page = factory.client()
                    .post(
                            factory.paths().root() + "/" + query,
                            json("{'lastUpdatedAfter':'2000-01-01T00:00:00Z',"
                                    + "'lastUpdatedBefore':'2100-01-01T00:00:00Z','filters':" + filters
                                    + ",'continuationToken':'" + token + "'}"));
            page.path("value").forEach(all::add);
            token = page.path("continuationToken").asString("");
        } while (!token.isEmpty());
        return all;
    }
}
