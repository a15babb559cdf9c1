package dev.sluice.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.secrets.Envelope;
import dev.sluice.secrets.Secret;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.ReportRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Timeout(90)
class NodeProcessTest {
    private static final String SECRET = "s3cr3t-Zauberwort-4711";

    @TempDir
    Path temp;

    private Path data;
    private LeasingService service;

    @BeforeEach
    void setUp() throws Exception {
        data = temp.resolve("node");
        service = new LeasingService(temp.resolve("ca"));
        Files.createDirectories(temp.resolve("store"));
        Files.writeString(temp.resolve("store/in.csv"), "id,name\n1,one\n2,two\n");
    }

    @AfterEach
    void tearDown() {
        service.close();
    }

    @Test
    void a_node_registers_copies_a_file_shows_its_status_and_stops_cleanly() throws Exception {
        Path key = Files.writeString(temp.resolve("key.txt"), service.key());
        try (NodeProcess node = start("--key-file", key.toString(), "--name", "loader-1")) {
            node.awaitOut("node loader-1 online, service " + service.url());
            service.offer(copy("j1", "in.csv", "out.csv"));
            ReportRequest report = service.awaitReport(new JobRef("j1", 1));
            assertThat(report.outcome().path("status").asString(""))
                    .as("%s", report.outcome())
                    .isEqualTo("Succeeded");
            JsonNode output = report.outcome().path("output");
            assertThat(output.path("rowsCopied").longValue()).isEqualTo(2);
            assertThat(output.path("effectiveIntegrationRuntime").stringValue()).isEqualTo("ir-1");
            assertThat(temp.resolve("store/out.csv")).content().contains("\"2\",\"two\"");
            try (NodeProcess status =
                    new NodeProcess(temp, Map.of(), "status", "--data", data.toString(), "-o", "json")) {
                assertThat(status.await()).isZero();
                JsonNode said = Json.parse(status.out());
                assertThat(said.path("state").stringValue()).isEqualTo("Online");
                assertThat(said.path("pid").longValue()).isEqualTo(node.pid());
            }
            try (NodeProcess second = new NodeProcess(temp, Map.of(), "start", "--data", data.toString())) {
                assertThat(second.await()).isEqualTo(1);
                assertThat(second.err()).contains("DataFolderInUse").contains("process " + node.pid());
            }
            List<ProcessHandle> workers = node.handle().children().toList();
            assertThat(workers).isNotEmpty();
            assertThat(node.stop()).isEqualTo(143);
            assertThat(workers).noneMatch(ProcessHandle::isAlive);
            assertThat(node.err()).isEmpty();
        }
    }

    @Test
    void R02_a_store_that_is_down_is_left_alone_shown_in_the_status_and_found_again() throws Exception {
        Path key = Files.writeString(temp.resolve("key.txt"), service.key());
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (NodeProcess node = start("--key-file", key.toString(), "--name", "loader-1")) {
            node.awaitOut("online");
            for (int i = 0; i < 5; i++) {
                assertThat(download("down" + i, port)).contains("ConnectionRefused");
            }
            assertThat(download("open", port)).contains("StoreCircuitOpen", "Web", "5 times in a row");
            String shown = "";
            for (int i = 0; i < 100 && !shown.contains("\"Open\""); i++) {
                try (NodeProcess status =
                        new NodeProcess(temp, Map.of(), "status", "--data", data.toString(), "-o", "json")) {
                    assertThat(status.await()).isZero();
                    shown = status.out();
                }
            }
            assertThat(Json.parse(shown).at("/facts/breakers/0/state").asString(""))
                    .as(shown)
                    .isEqualTo("Open");
            HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            web.createContext("/", exchange -> {
                byte[] body = "id,name\n1,one\n".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            web.start();
            try {
                String ended = "";
                for (int i = 0; i < 300 && !ended.contains("Succeeded"); i++) {
                    ended = download("again" + i, port);
                    assertThat(ended).containsAnyOf("StoreCircuitOpen", "Succeeded");
                    if (!ended.contains("Succeeded")) {
                        TimeUnit.MILLISECONDS.sleep(200);
                    }
                }
                assertThat(ended).contains("Succeeded");
                assertThat(download("closed", port)).contains("Succeeded");
            } finally {
                web.stop(0);
            }
        }
    }

    private String download(String id, int port) throws Exception {
        ObjectNode web = Json.parseObject("""
            {"type":"HttpServer","typeProperties":{"authenticationType":"Anonymous"}}\
            """);
        ((ObjectNode) web.path("typeProperties")).put("url", "http://127.0.0.1:" + port + "/");
        ObjectNode from = Json.parseObject("""
            {"type":"DelimitedText","typeProperties":{"columnDelimiter":",","firstRowAsHeader":true,
            "location":{"type":"HttpServerLocation","relativeUrl":"in.csv"}}}\
            """);
        ObjectNode activity = Json.parseObject("""
            {"name":"copy","type":"Copy","typeProperties":{
            "source":{"type":"DelimitedTextSource","storeSettings":{"type":"HttpReadSettings","requestMethod":"GET"}},
            "sink":{"type":"DelimitedTextSink","storeSettings":{"type":"FileServerWriteSettings"},
            "formatSettings":{"type":"DelimitedTextWriteSettings","fileExtension":".csv"}}}}\
            """);
        JobSpec spec = new JobSpec(
                "Copy",
                "f",
                "p",
                "r",
                "a",
                "copy",
                activity,
                List.of(new JobSpec.Endpoint(new JobSpec.Resource("In", from), new JobSpec.Resource("Web", web))),
                List.of(new JobSpec.Endpoint(
                        new JobSpec.Resource("Out", file(id + ".csv")), new JobSpec.Resource("Store", folder()))),
                Map.of());
        service.offer(new JobOffer(new JobRef(id, 1), "Copy", spec.toJson(), 600_000));
        return service.awaitReport(new JobRef(id, 1)).outcome().toString();
    }

    @Test
    void a_node_may_be_started_before_its_service_has_an_address() throws Exception {
        Path key = temp.resolve("key.txt");
        try (NodeProcess node = start("--service", "-", "--key-file", key.toString(), "--name", "early")) {
            // Neither is there before the service is.
            Files.writeString(key, service.key());
            node.tell(service.url() + "\n");
            node.awaitOut("node early online, service " + service.url());
        }
    }

    @Test
    void a_node_whose_service_never_gets_an_address_ends_and_leaves_nothing() throws Exception {
        try (NodeProcess node = start("--service", "-", "--key", service.key())) {
            node.tell("");
            assertThat(node.await()).isEqualTo(2);
            assertThat(node.err()).contains("no address came");
            assertThat(data).doesNotExist();
        }
        try (NodeProcess node = start("--service", "-", "--key", service.key())) {
            node.tell("not an address\n");
            assertThat(node.await()).isEqualTo(2);
            assertThat(node.err()).contains("is no address");
        }
    }

    @Test
    void G07_status_watch_shows_the_node_live_and_says_which_hop_fails() throws Exception {
        Path key = Files.writeString(temp.resolve("key.txt"), service.key());
        try (NodeProcess node = start("--key-file", key.toString(), "--name", "loader-1")) {
            node.awaitOut("online");
            try (NodeProcess watch =
                    new NodeProcess(temp, Map.of(), "status", "--data", data.toString(), "-o", "json", "--watch")) {
                JsonNode online = awaitLine(
                        watch,
                        said -> said.path("state").stringValue().equals("Online")
                                && said.path("facts").path("availableMemoryMb").longValue() > 0);
                assertThat(online.path("problem").stringValue()).isEmpty();
                service.close();
                JsonNode offline = awaitLine(
                        watch, said -> said.path("state").stringValue().equals("Offline"));
                assertThat(offline.path("code").stringValue()).isEqualTo("ServiceConnectionRefused");
                assertThat(offline.path("hop").stringValue()).isEqualTo("tcp");
                node.kill();
                awaitLine(watch, said -> said.path("state").stringValue().equals("Stopped"));
            }
        }
    }

    /// Waits for a whole line of JSON that is as wanted.
    private static JsonNode awaitLine(NodeProcess process, Predicate<JsonNode> wanted)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + 120_000_000_000L;
        while (System.nanoTime() < end) {
            String text = process.out();
            for (String line :
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                JsonNode said = Json.parse(line);
                if (wanted.test(said)) {
                    return said;
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError("never said: " + process.out() + process.err());
    }

    @Test
    void a_worker_whose_host_was_killed_ends_itself_and_the_next_start_tells_of_its_job() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                NodeProcess node = start("--key", service.key())) {
            node.awaitOut("online");
            service.offer(copyFromDatabase("j1", silent.getLocalPort()));
            // The worker has connected, and waits for an answer that never comes.
            silent.accept();
            awaitFile(data.resolve("jobs/j1-1.json"));
            List<ProcessHandle> workers = node.handle().children().toList();
            node.kill();
            for (ProcessHandle worker : workers) {
                worker.onExit().get(20, TimeUnit.SECONDS);
            }
        }
        try (NodeProcess node = start()) {
            node.awaitOut("online");
            JsonNode error = service.awaitReport(new JobRef("j1", 1)).outcome().path("error");
            assertThat(error.path("details").get(0).path("code").stringValue()).isEqualTo("NodeStopped");
            assertThat(temp.resolve("store/never.csv")).doesNotExist();
        }
    }

    @Test
    void secrets_are_in_no_argument_environment_or_file_of_the_node() throws Exception {
        String key = service.key();
        try (NodeProcess node = new NodeProcess(
                temp, Map.of("SLUICE_AUTH_KEY", key), "start", "--data", data.toString(), "--name", "n")) {
            node.awaitOut("online");
            service.offer(copyWithSecret("j1"));
            ReportRequest report = service.awaitReport(new JobRef("j1", 1));
            assertThat(report.outcome().toString()).doesNotContain(SECRET);
            List<ProcessHandle> workers = node.handle().children().toList();
            assertThat(workers).isNotEmpty();
            for (ProcessHandle worker : workers) {
                assertThat(proc(worker.pid(), "cmdline"))
                        .contains("WorkerMain")
                        .doesNotContain(SECRET)
                        .doesNotContain(key);
                assertThat(proc(worker.pid(), "environ")).doesNotContain(SECRET).doesNotContain(key);
            }
            assertThat(proc(node.pid(), "cmdline")).doesNotContain(SECRET).doesNotContain(key);
            assertThat(proc(node.pid(), "environ")).doesNotContain(SECRET);
            node.stop();
            assertThat(data.resolve("logs/node.log")).content().contains("online");
            try (Stream<Path> tree = Files.walk(data)) {
                for (Path file : tree.filter(Files::isRegularFile).toList()) {
                    assertThat(Files.readString(file))
                            .as("%s", file)
                            .doesNotContain(SECRET)
                            .doesNotContain(key);
                }
            }
        }
    }

    @Test
    void wrong_usage_and_a_missing_registration_have_their_exit_codes_and_say_what_to_do() throws Exception {
        try (NodeProcess node = start()) {
            assertThat(node.await()).isEqualTo(1);
            assertThat(node.err()).contains("NodeNotRegistered").contains("sluice node register");
        }
        try (NodeProcess node =
                new NodeProcess(temp, Map.of(), "start", "--memory", "100", "--data", data.toString())) {
            assertThat(node.await()).isEqualTo(2);
            assertThat(node.err()).contains("--memory").doesNotContain("\tat ");
        }
        try (NodeProcess node = new NodeProcess(temp, Map.of(), "--help")) {
            assertThat(node.await()).isZero();
            assertThat(node.out())
                    .contains("register")
                    .contains("start")
                    .contains("status")
                    .contains("Exit codes");
        }
    }

    // --- words of the tests

    private NodeProcess start(String... more) throws Exception {
        List<String> args = new java.util.ArrayList<>(List.of("start", "--data", data.toString()));
        args.addAll(List.of(more));
        return new NodeProcess(temp, Map.of(), args.toArray(String[]::new));
    }

    private JobOffer copy(String id, String from, String to) {
        return offer(id, file(from), file(to), folder());
    }

    private JobOffer copyFromDatabase(String id, int port) {
        ObjectNode database = Json.object();
        database.put("type", "PostgreSqlV2");
        database.putObject("typeProperties")
                .put("server", "localhost")
                .put("port", port)
                .put("database", "d")
                .put("username", "u")
                .put("authenticationType", "Basic")
                .put("sslMode", 0)
                .put("password", "p");
        ObjectNode table = Json.parseObject(
                "{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"schema\":\"s\",\"table\":\"t\"}}");
        JobOffer file = copy(id, "in.csv", "never.csv");
        JobSpec spec = JobSpec.fromJson(file.spec());
        ObjectNode activity = spec.activity().deepCopy();
        ((ObjectNode) activity.path("typeProperties")).putObject("source").put("type", "PostgreSqlV2Source");
        JobSpec fromTable = new JobSpec(
                "Copy",
                "f",
                "p",
                "r",
                "ar-" + id,
                "act",
                activity,
                List.of(new JobSpec.Endpoint(
                        new JobSpec.Resource("Table", table), new JobSpec.Resource("Database", database))),
                spec.outputs(),
                Map.of());
        return new JobOffer(file.job(), "Copy", fromTable.toJson(), 600_000);
    }

    /// A folder whose linked service carries a sealed password; local folders have no use for it, and it may end
    /// in a failure: neither may show it.
    private JobOffer copyWithSecret(String id) {
        ObjectNode service = folder();
        String sealed = Envelope.seal(Secret.of(SECRET), List.of(this.service.node()));
        ((ObjectNode) service.path("typeProperties")).put("userId", "u");
        ((ObjectNode) service.path("typeProperties")).set("password", SecretPlaces.sealed(sealed));
        return offer(id, file("in.csv"), file("out.csv"), service);
    }

    private static JobOffer offer(String id, ObjectNode from, ObjectNode to, ObjectNode service) {
        ObjectNode activity = Json.parseObject("""
            {"name":"act","type":"Copy","typeProperties":{
            "source":{"type":"DelimitedTextSource","storeSettings":{"type":"FileServerReadSettings"}},
            "sink":{"type":"DelimitedTextSink","storeSettings":{"type":"FileServerWriteSettings"}}}}\
            """);
        JobSpec.Resource folder = new JobSpec.Resource("Folder", service);
        JobSpec spec = new JobSpec(
                "Copy",
                "f",
                "p",
                "r",
                "ar-" + id,
                "act",
                activity,
                List.of(new JobSpec.Endpoint(new JobSpec.Resource("In", from), folder)),
                List.of(new JobSpec.Endpoint(new JobSpec.Resource("Out", to), folder)),
                Map.of());
        return new JobOffer(new JobRef(id, 1), "Copy", spec.toJson(), 600_000);
    }

    private ObjectNode folder() {
        ObjectNode properties = Json.object();
        properties.put("type", "FileServer");
        properties.putObject("typeProperties").put("host", temp.resolve("store").toString());
        return properties;
    }

    private static ObjectNode file(String name) {
        ObjectNode properties = Json.parseObject("""
            {"type":"DelimitedText","typeProperties":{"columnDelimiter":",","firstRowAsHeader":true,
            "location":{"type":"FileServerLocation"}}}\
            """);
        ((ObjectNode) properties.path("typeProperties").path("location")).put("fileName", name);
        return properties;
    }

    private static String proc(long pid, String file) throws Exception {
        return Files.readString(Path.of("/proc/" + pid + "/" + file), StandardCharsets.ISO_8859_1);
    }

    private static void awaitFile(Path file) throws Exception {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!Files.exists(file)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never came: " + file);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
