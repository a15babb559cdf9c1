package dev.sluice.node.app;

import dev.sluice.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A headless Chromium, told what to do by its own protocol. One page; what it complains about is kept.
final class Browser implements AutoCloseable {
    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = new ArrayList<>();

    /// Empty when there is none on this machine.
    static Optional<Path> program() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    Browser(Path program, Path profile) throws Exception {
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolveSibling("browser.txt").toFile())
                .start();
        Path port = profile.resolve("DevToolsActivePort");
        long end = System.nanoTime() + 90_000_000_000L;
        while ((!Files.exists(port) || Files.readAllLines(port).size() < 2) && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        HttpClient http = HttpClient.newHttpClient();
        String list = "http://127.0.0.1:" + Files.readAllLines(port).getFirst() + "/json/list";
        JsonNode targets = Json.parse(
                http.send(HttpRequest.newBuilder(URI.create(list)).build(), HttpResponse.BodyHandlers.ofString())
                        .body());
        String page = "";
        for (JsonNode target : targets) {
            if (target.path("type").asString("").equals("page")) {
                page = target.path("webSocketDebuggerUrl").asString("");
            }
        }
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(page), new Reader())
                .get(60, TimeUnit.SECONDS);
        tell("Runtime.enable", Json.object());
        tell("Log.enable", Json.object());
        tell("Page.enable", Json.object());
    }

    private final class Reader implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                take(Json.parse(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void take(JsonNode said) {
        CompletableFuture<JsonNode> asked = waiting.remove(said.path("id").asInt(-1));
        if (asked != null) {
            asked.complete(said);
        }
        String method = said.path("method").asString("");
        boolean thrown = method.equals("Runtime.exceptionThrown");
        boolean logged = method.equals("Log.entryAdded")
                && said.at("/params/entry/level").asString("").equals("error")
                // A refusal that a test provokes is no mistake of the page.
                && !said.at("/params/entry/source").asString("").equals("network");
        if (thrown || logged) {
            synchronized (complaints) {
                complaints.add(said.toString());
            }
        }
    }

    /// What went wrong in the page.
    List<String> complaints() {
        synchronized (complaints) {
            return List.copyOf(complaints);
        }
    }

    private JsonNode tell(String method, ObjectNode parameters) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        ObjectNode message = Json.object().put("id", id).put("method", method);
        message.set("params", parameters);
        socket.sendText(Json.write(message), true).get(60, TimeUnit.SECONDS);
        JsonNode said = answer.get(90, TimeUnit.SECONDS);
        if (said.has("error")) {
            throw new IOException(method + ": " + said);
        }
        return said.path("result");
    }

    void open(String url) throws Exception {
        tell("Page.navigate", Json.object().put("url", url));
    }

    void size(int width, int height, boolean dark) throws Exception {
        tell(
                "Emulation.setDeviceMetricsOverride",
                Json.object()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", width < 600));
        ObjectNode media = Json.object();
        media.putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", dark ? "dark" : "light");
        tell("Emulation.setEmulatedMedia", media);
    }

    /// The value of an expression, awaited.
    JsonNode value(String expression) throws Exception {
        JsonNode said = tell(
                "Runtime.evaluate",
                Json.object()
                        .put("expression", expression)
                        .put("awaitPromise", true)
                        .put("returnByValue", true));
        if (said.has("exceptionDetails")) {
            throw new IOException(expression + ": " + said);
        }
        return said.at("/result/value");
    }

    /// Waits until an expression is true.
    void await(String expression) throws Exception {
        long end = System.nanoTime() + 90_000_000_000L;
        while (!value("Boolean(" + expression + ")").asBoolean(false)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never: " + expression + "; the page says "
                        + value("document.body.innerText").asString("") + complaints());
            }
            Thread.sleep(50);
        }
    }

    /// Presses a key as a person does.
    void key(String key, int code) throws Exception {
        for (String type : List.of("keyDown", "keyUp")) {
            ObjectNode event = Json.object().put("type", type).put("key", key).put("windowsVirtualKeyCode", code);
            if (key.equals("Enter") && type.equals("keyDown")) {
                event.put("text", "\r");
            }
            tell("Input.dispatchKeyEvent", event);
        }
    }

    void type(String text) throws Exception {
        tell("Input.insertText", Json.object().put("text", text));
    }

    void picture(Path file) throws Exception {
        JsonNode shot = tell(
                "Page.captureScreenshot", Json.object().put("format", "png").put("captureBeyondViewport", false));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(shot.path("data").asString("")));
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    }
}
