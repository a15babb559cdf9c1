package dev.sluice.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The console of real processes, over HTTP as a page speaks it.
@Timeout(240)
class ConsoleTest {
    private static final String SECRET = "Marker-Of-The-Console-8Lm";

    @TempDir
    Path temp;

    private Path data;
    private LeasingService service;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<NodeProcess> processes = new ArrayList<>();
    private String url;
    private String cookie = "";
    private String csrf = "";

    @BeforeEach
    void setUp() throws Exception {
        data = temp.resolve("node");
        service = new LeasingService(temp.resolve("ca"));
    }

    @AfterEach
    void tearDown() {
        processes.forEach(NodeProcess::close);
        service.close();
    }

    private NodeProcess node(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("--data", data.toString()));
        NodeProcess process = new NodeProcess(temp, Map.of(), line.toArray(String[]::new));
        processes.add(process);
        return process;
    }

    private void startNode() throws Exception {
        Path key = Files.writeString(temp.resolve("key.txt"), service.key());
        node("start", "--key-file", key.toString(), "--name", "loader-1").awaitOut("online");
    }

    /// Opens it on any port, and learns its PIN.
    private String open() throws Exception {
        NodeProcess command = node("console", "--console-port", Integer.toString(freePort()));
        command.awaitOut("PIN");
        List<String> lines = command.out().lines().toList();
        url = lines.getFirst().substring("console ".length()).strip();
        return lines.get(1).substring("PIN".length()).strip();
    }

    private static int freePort() throws Exception {
        try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path.substring(1)))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void signIn(String pin) throws Exception {
        HttpResponse<String> answer =
                send("POST", "/api/sign-in", Json.write(Json.object().put("pin", pin)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set).contains("HttpOnly").contains("SameSite=Strict");
        cookie = set.substring(0, set.indexOf(';'));
        csrf = Json.parse(answer.body()).path("csrf").asString("");
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = send("GET", path, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body());
    }

    private JsonNode post(String path, String body) throws Exception {
        HttpResponse<String> answer = send("POST", path, body, "X-Sluice-Console", csrf);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body());
    }

    private String refused(String path, String body) throws Exception {
        HttpResponse<String> answer = send("POST", path, body, "X-Sluice-Console", csrf);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return answer.body();
    }

    private JsonNode awaitState(String state) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        JsonNode now = get("/api/state");
        while (!now.at("/node/state").asString("").equals(state) && System.nanoTime() < end) {
            Thread.sleep(100);
            now = get("/api/state");
        }
        assertThat(now.at("/node/state").asString("")).isEqualTo(state);
        return now;
    }

    @Test
    void G14_nobody_is_let_in_without_the_pin_nor_from_elsewhere() throws Exception {
        startNode();
        String pin = open();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("console.pin"))))
                .isEqualTo("rw-------");
        assertThat(send("GET", "/api/state", "").statusCode()).isEqualTo(401);
        assertThat(send("GET", "/", "").headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
        signIn(pin);
        assertThat(get("/api/state").at("/node/nodeName").asString()).isEqualTo("loader-1");
        // Another site's page has the cookie at best, and not the mark; a name of its own may lead here.
        assertThat(send("POST", "/api/pause", "{\"on\":true}").statusCode()).isEqualTo(403);
        assertThat(send(
                                "POST",
                                "/api/pause",
                                "{\"on\":true}",
                                "X-Sluice-Console",
                                csrf,
                                "Origin",
                                "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("GET", "/api/state", "", "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(rebound()).startsWith("HTTP/1.1 403");
        assertThat(get("/api/state").at("/settings/paused").asBoolean(true)).isFalse();
        post("/api/sign-out", "{}");
        assertThat(send("GET", "/api/state", "").statusCode()).isEqualTo(401);

        int refusals = 0;
        while (refusals < 20
                && send("POST", "/api/sign-in", "{\"pin\":\"AAAA-AAAA-AAAA\"}").statusCode() == 401) {
            refusals++;
        }
        assertThat(refusals).isEqualTo(5);
        HttpResponse<String> right = send("POST", "/api/sign-in", "{\"pin\":\"" + pin + "\"}");
        assertThat(right.statusCode()).isEqualTo(429);
        assertThat(right.body()).contains("ConsoleLockedOut");
    }

    /// What a browser sends whose name for this machine is another's.
    private String rebound() throws Exception {
        URI to = URI.create(url);
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", to.getPort())) {
            socket.getOutputStream()
                    .write(("GET /api/state HTTP/1.1\r\nHost: evil.example:" + to.getPort() + "\r\nCookie: " + cookie
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void G14_the_console_does_what_the_commands_do() throws Exception {
        startNode();
        signIn(open());
        JsonNode state = awaitState("Online");
        assertThat(state.at("/certificate/subject").asString()).contains("loader-1");
        assertThat(state.path("mostJobs").asInt(0)).isPositive();

        post("/api/pause", "{\"on\":true}");
        awaitState("Draining");
        post("/api/pause", "{\"on\":false}");
        awaitState("Online");
        post("/api/limit", "{\"jobs\":1}");
        assertThat(awaitState("Online").at("/node/concurrentJobsLimit").asInt(0))
                .isEqualTo(1);
        assertThat(refused("/api/limit", "{\"jobs\":99}")).contains("jobs");
        post("/api/verbose", "{\"on\":true}");
        assertThat(get("/api/state").at("/settings/verbose").asBoolean(false)).isTrue();

        Path folder = Files.createDirectories(temp.resolve("store"));
        JsonNode reached = test("FileServer", "{\"host\":\"" + folder + "\"}");
        assertThat(reached.path("status").asString()).as("%s", reached).isEqualTo("Succeeded");
        JsonNode failed = test("PostgreSqlV2", """
            {"server":"localhost","port":1,"database":"d","username":"u","sslMode":0,
             "password":{"type":"SecureString","value":"%s"}}
            """.formatted(SECRET));
        assertThat(failed.path("status").asString()).isEqualTo("Failed");
        assertThat(failed.toString()).contains("ConnectionRefused").doesNotContain(SECRET);
        List<String> types = new ArrayList<>();
        get("/api/connectors").path("types").forEach(t -> types.add(t.asString()));
        assertThat(types).contains("AzureBlobStorage", "FileServer", "MySql", "PostgreSqlV2", "Sftp");

        assertThat(post("/api/network", "{\"servers\":\"localhost:1\"}").path("walks"))
                .hasSize(2);
        assertThat(refused("/api/network", "{\"servers\":\"nonsense\"}")).contains("nonsense");
        assertThat(post("/api/preflight", "{}").path("findings")).isNotEmpty();
        assertThat(get("/api/logs?level=INFO").path("entries")).isNotEmpty();
        post("/api/proxy", "{\"mode\":\"none\"}");
        assertThat(get("/api/state").at("/proxy/mode").asString()).isEqualTo("none");
        assertThat(post("/api/certificate/export", "{\"password\":\"long enough\"}")
                        .path("pkcs12")
                        .asString())
                .isNotEmpty();
        assertThat(refused("/api/register", "{\"key\":\"IR@a@b@c\"}")).contains("ConsoleNeedsStoppedNode");
        assertThat(refused("/api/update", "{\"file\":\"/none.bundle\"}")).contains("Update");

        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(SECRET);
            }
        }
        post("/api/console", "{\"off\":true,\"port\":0}");
        NodeProcess again = node("console");
        assertThat(again.await()).isEqualTo(1);
        assertThat(again.err()).contains("ConsoleClosed");
    }

    private JsonNode test(String type, String typeProperties) throws Exception {
        return post("/api/test", Json.write(Json.object().put("type", type).put("typeProperties", typeProperties)));
    }

    @Test
    void G14_an_unregistered_machine_is_registered_and_started_in_the_console() throws Exception {
        signIn(open());
        JsonNode before = get("/api/state");
        assertThat(before.path("registered").asBoolean(true)).isFalse();
        assertThat(before.path("notRegistered").asString()).isNotEmpty();
        assertThat(refused("/api/register", "{\"key\":\"nonsense\"}")).contains("KeyInvalid");
        assertThat(refused("/api/pause", "{\"on\":true}")).contains("ConsoleNeedsRunningNode");

        post("/api/register", Json.write(Json.object().put("key", service.key()).put("name", "by-console")));
        assertThat(get("/api/state").at("/node/state").asString()).isEqualTo("Stopped");
        post("/api/start", "{}");
        try {
            assertThat(awaitState("Online").at("/node/nodeName").asString()).isEqualTo("by-console");
        } finally {
            long pid = get("/api/state").at("/node/pid").asLong(0);
            ProcessHandle.of(pid).ifPresent(p -> {
                p.destroy();
                p.onExit().join();
            });
        }
    }
}
