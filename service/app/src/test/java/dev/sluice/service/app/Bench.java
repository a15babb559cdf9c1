package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.service.app.nodes.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/// A real service on a free port with a client, restarted at will.
final class Bench implements AutoCloseable {
    final Path folder;
    final String database;
    final ManualClock clock;
    Limits limits = Limits.STANDARD;
    Service service;
    TestClient client;

    Bench(Path folder) throws Exception {
        this(folder, "sqlite", new ManualClock());
    }

    Bench(Path folder, String database, ManualClock clock) throws Exception {
        this.folder = folder;
        this.database = database;
        this.clock = clock;
        start();
    }

    void start() throws Exception {
        service = Service.start(settings(clock));
        client = new TestClient(service.url(), data());
    }

    Path data() {
        return folder.resolve("data");
    }

    Settings settings(InstantSource time) {
        return new Settings(data(), 0, "localhost", database, time, limits, 3);
    }

    void restart() throws Exception {
        restart(Duration.ZERO);
    }

    /// It is away for so long.
    void restart(Duration away) throws Exception {
        close();
        clock.advance(away);
        start();
    }

    /// A factory with a self-hosted runtime, two stores, two datasets and a pipeline `p` of one copy.
    void factory(String name, String policy) throws Exception {
        ok("PUT", name, "{\"location\":\"here\"}");
        ok("PUT", name + "/integrationRuntimes/mine", "{\"properties\":{\"type\":\"SelfHosted\"}}");
        for (String store : new String[] {"from", "to"}) {
            ok("PUT", name + "/linkedservices/" + store, """
                    {"properties":{"type":"FileServer","connectVia":{"referenceName":"mine","type":"IntegrationRuntimeReference"},
                     "typeProperties":{"host":"/data","userId":"u","password":{"type":"SecureString","value":"pw-%s"}}}}
                    """.formatted(store));
            ok("PUT", name + "/datasets/" + store, """
                    {"properties":{"type":"DelimitedText","linkedServiceName":{"referenceName":"%s","type":"LinkedServiceReference"},
                     "typeProperties":{"location":{"type":"FileServerLocation","fileName":"x.csv"}}}}
                    """.formatted(store));
        }
        pipeline(name, "p", policy, "");
    }

    void pipeline(String factory, String name, String policy, String more) throws Exception {
        ok("PUT", factory + "/pipelines/" + name, """
                {"properties":{%s "activities":[{"name":"Copy it","type":"Copy","policy":{%s},
                 "inputs":[{"referenceName":"from","type":"DatasetReference"}],
                 "outputs":[{"referenceName":"to","type":"DatasetReference"}],
                 "typeProperties":{"source":{"type":"DelimitedTextSource"},"sink":{"type":"DelimitedTextSink"}}}]}}
                """.formatted(more, policy));
    }

    TestClient.Reply ok(String method, String path, String body) throws Exception {
        TestClient.Reply reply = client.send(method, path, body);
        assertThat(reply.status())
                .as(method + " " + path + ": " + reply.raw().body())
                .isEqualTo(200);
        return reply;
    }

    FakeNode node(String factory, String name) throws Exception {
        return FakeNode.register(client, folder, key(factory), name, clock);
    }

    /// The first key of its runtime.
    String key(String factory) throws Exception {
        return ok("POST", factory + "/integrationruntimes/mine/listAuthKeys", "")
                .json()
                .get("authKey1")
                .stringValue();
    }

    String run(String factory, String pipeline) throws Exception {
        return ok("POST", factory + "/pipelines/" + pipeline + "/createRun", "{}")
                .json()
                .get("runId")
                .stringValue();
    }

    String status(String factory, String runId) throws Exception {
        return ok("GET", factory + "/pipelineruns/" + runId, "")
                .json()
                .get("status")
                .stringValue();
    }

    tools.jackson.databind.JsonNode activities(String factory, String runId) throws Exception {
        return ok("POST", factory + "/pipelineruns/" + runId + "/queryActivityruns", filter())
                .json()
                .get("value");
    }

    /// The run's first activity when it is known that a node has it: that is noted after the node was answered.
    tools.jackson.databind.JsonNode begun(String factory, String runId) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            tools.jackson.databind.JsonNode first = activities(factory, runId).path(0);
            if (!first.path("status").asString("Queued").equals("Queued") || System.nanoTime() > end) {
                return first;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    static String filter() {
        return "{\"lastUpdatedAfter\":\"2000-01-01T00:00:00Z\",\"lastUpdatedBefore\":\"2100-01-01T00:00:00Z\"}";
    }

    /// The client goes first: a server that stops lets open connections end by themselves for a while.
    @Override
    public void close() {
        client.http.shutdownNow();
        service.close();
    }
}
