package dev.sluice.node.app.console;

import dev.sluice.diagnosis.ConsoleFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.node.agent.DurableFile;
import dev.sluice.node.tools.HostRequests;
import dev.sluice.node.tools.Move;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.NodeReport;
import dev.sluice.node.tools.ProxySettings;
import dev.sluice.node.tools.Registration;
import dev.sluice.node.tools.RegistrationKey;
import dev.sluice.node.tools.log.LogEntry;
import dev.sluice.node.tools.log.LogFilter;
import dev.sluice.node.tools.log.LogFolder;
import dev.sluice.node.tools.preflight.Finding;
import dev.sluice.node.tools.update.Versions;
import dev.sluice.secrets.Envelope;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.secrets.Secret;
import dev.sluice.wire.NodeUpdate;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the pages ask for. Every change is one that a command makes, too. Thread-safe.
public final class ConsoleApi {
    private static final int MOST_LINES = 2_000;
    private static final long MOST_BYTES = 2 << 20;
    private static final int SHORTEST_PASSWORD = 8;
    private static final String INDEX = "/META-INF/sluice/stores.index";

    private final NodeFolder folder;
    private final @Nullable Running running;
    private final Outward outward;

    /// What the console asks the commands' parts for.
    ///
    /// @param version of the software
    /// @param capacity how many jobs at once are allowed, and why
    public interface Outward {
        String version();

        String capacity();

        /// Registers this machine by a key.
        void register(
                Registration registration, RegistrationKey key, String name, ProxySettings proxy, Optional<URI> service)
                throws InterruptedException;

        /// Starts the node as a process of its own.
        void start();

        List<Finding> preflight();

        /// Each way that is asked for, hop by hop, as JSON.
        ArrayNode network(List<String> servers);

        /// @return the report's id
        String sendLogs(LogFilter filter) throws InterruptedException;
    }

    /// @param running null when the node does not run
    public ConsoleApi(NodeFolder folder, @Nullable Running running, Outward outward) {
        this.folder = folder;
        this.running = running;
        this.outward = outward;
    }

    JsonNode get(String path, Map<String, String> query) {
        return switch (path) {
            case "/api/state" -> state();
            case "/api/logs" -> logs(query);
            case "/api/connectors" -> connectors();
            default -> throw unknown(path);
        };
    }

    JsonNode post(String path, Place body) throws InterruptedException {
        return switch (path) {
            case "/api/register" -> register(body);
            case "/api/start" -> start();
            case "/api/pause" -> done(() -> running().pause(flag(body, "on")));
            case "/api/limit" -> limit(body);
            case "/api/verbose" -> verbose(flag(body, "on"));
            case "/api/proxy" -> proxy(body);
            case "/api/update" -> update(body);
            case "/api/updates" -> updates(flag(body, "on"));
            case "/api/certificate/export" -> export(body);
            case "/api/certificate/import" -> restore(body);
            case "/api/logs/send" -> sendLogs(body);
            case "/api/test" -> test(body);
            case "/api/network" -> network(body);
            case "/api/preflight" -> preflight();
            case "/api/console" -> console(body);
            default -> throw unknown(path);
        };
    }

    private static ProblemException unknown(String path) {
        return DocumentFaults.MEMBER_INVALID.with(
                "member", "path", "value", path, "expected", "something that the console has");
    }

    private static JsonNode done(Runnable change) {
        change.run();
        return Json.object();
    }

    private static boolean flag(Place body, String member) {
        return body.member(member).flag().orElseThrow(() -> body.member(member).missing());
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw ConsoleFaults.HOST_NEEDED.with();
        }
        return now;
    }

    /// What needs a node that is stopped: here, and nowhere else.
    private void requireStopped() {
        if (running != null || folder.holder().isPresent()) {
            throw ConsoleFaults.HOST_RUNS.with();
        }
    }

    // --- home

    private ObjectNode state() {
        ObjectNode json = Json.object();
        json.put("version", outward.version());
        json.put("folder", folder.root().toString());
        json.put("running", running != null);
        json.put("capacity", outward.capacity());
        Running now = running;
        json.put("mostJobs", now == null ? 0 : now.mostJobs());
        json.set("settings", tree(folder.settings()));
        boolean registered = folder.isRegistered();
        json.put("registered", registered);
        if (!registered) {
            json.put("notRegistered", unregistered());
            return json;
        }
        NodeReport report = NodeReport.of(folder);
        json.set("node", tree(report));
        NodeKeys keys = NodeKeys.load(folder.keys());
        json.set("certificate", certificate(keys));
        json.set("proxy", proxy(keys));
        json.set("update", update());
        return json;
    }

    private String unregistered() {
        try {
            folder.configuration();
            return "";
        } catch (ProblemException e) {
            return e.problem().message();
        }
    }

    private static JsonNode tree(Object record) {
        return Json.parse(Wire.encode(record));
    }

    private static ObjectNode certificate(NodeKeys keys) {
        X509Certificate own = keys.identity().certificate();
        return Json.object()
                .put("subject", own.getSubjectX500Principal().getName())
                .put("issuer", own.getIssuerX500Principal().getName())
                .put("serial", own.getSerialNumber().toString(16))
                .put("from", own.getNotBefore().toInstant().toString())
                .put("until", own.getNotAfter().toInstant().toString())
                .put("fingerprint", dev.sluice.secrets.Certificates.fingerprint(own));
    }

    /// Without the password.
    private ObjectNode proxy(NodeKeys keys) {
        ProxySettings set = folder.proxy(keys);
        ObjectNode json = Json.object();
        json.put("mode", set.mode().name().toLowerCase(Locale.ROOT));
        json.put(
                "address",
                set.mode() == ProxySettings.Mode.SYSTEM
                        ? set.rules(System.getenv())
                                .https()
                                .map(Object::toString)
                                .orElse("")
                        : set.address());
        json.put("user", set.user());
        json.put("password", !set.password().isEmpty());
        json.put("bypass", String.join(", ", set.bypass()));
        return json;
    }

    private ObjectNode update() {
        Versions.State state = new Versions(folder.versions(), InstantSource.system()).state();
        ObjectNode json = Json.object();
        json.put("byService", !state.off());
        json.put("trusted", Files.exists(folder.updateKeys()));
        NodeUpdate last = state.last();
        if (last != null) {
            json.set("last", tree(last));
        }
        return json;
    }

    private JsonNode register(Place body) throws InterruptedException {
        requireStopped();
        Registration registration = new Registration(folder, System.getenv(), InstantSource.system());
        outward.register(
                registration,
                RegistrationKey.parse(body.member("key").requiredText()),
                body.member("name").text().orElse(""),
                settings(body.member("proxy")),
                body.member("service").text().filter(s -> !s.isBlank()).map(URI::create));
        return Json.object();
    }

    private JsonNode start() {
        requireStopped();
        folder.configuration();
        outward.start();
        return Json.object();
    }

    // --- settings

    private JsonNode limit(Place body) {
        int most = running().mostJobs();
        long jobs = body.member("jobs")
                .whole(0, most)
                .orElseThrow(() -> body.member("jobs").missing());
        running().limit((int) jobs);
        return Json.object();
    }

    private JsonNode verbose(boolean on) {
        Running now = running;
        if (now == null) {
            folder.settings(folder.settings().withVerbose(on));
        } else {
            now.verbose(on);
        }
        return Json.object();
    }

    private JsonNode proxy(Place body) {
        folder.configuration();
        folder.proxy(NodeKeys.load(folder.keys()), settings(body));
        return Json.object();
    }

    private static ProxySettings settings(Place body) {
        String mode = body.member("mode").text().orElse("system").toUpperCase(Locale.ROOT);
        if (!mode.equals("CUSTOM")) {
            return new ProxySettings(ProxySettings.Mode.valueOf(mode), "", "", "", List.of());
        }
        ProxySettings wanted = new ProxySettings(
                ProxySettings.Mode.CUSTOM,
                body.member("address").requiredText(),
                body.member("user").text().orElse(""),
                body.member("password").text().orElse(""),
                Arrays.stream(body.member("bypass").text().orElse("").split(",", -1))
                        .map(String::strip)
                        .filter(s -> !s.isEmpty())
                        .toList());
        // Says what is wrong with the address.
        wanted.rules(Map.of());
        return wanted;
    }

    private JsonNode update(Place body) {
        Path bundle = Path.of(body.member("file").requiredText()).toAbsolutePath();
        Optional<String> at = body.member("at").text().filter(t -> !t.isBlank());
        if (at.isPresent()) {
            Instant due = due(at.get());
            folder.requests(InstantSource.system())
                    .leave(new HostRequests.Request("update", Map.of("file", bundle.toString()), due));
            return Json.object().put("at", due.toString());
        }
        return Json.object().put("version", running().take(bundle));
    }

    private static Instant due(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a time with its offset, e.g. 2026-03-01T02:00:00+01:00", e);
        }
    }

    private JsonNode updates(boolean on) {
        try {
            new Versions(folder.versions(), InstantSource.system()).allow(on);
            return Json.object();
        } catch (IOException e) {
            throw unreadable(folder.versions(), e);
        }
    }

    private static ProblemException unreadable(Path path, IOException e) {
        return DocumentFaults.FILE_UNREADABLE
                .problem()
                .evidence("path", path)
                .evidence("detail", e.getClass().getSimpleName() + " " + e.getMessage())
                .from(e)
                .exception();
    }

    private static char[] password(Place body) {
        String text = body.member("password").requiredText();
        if (text.length() < SHORTEST_PASSWORD) {
            throw new IllegalArgumentException("a password of at least " + SHORTEST_PASSWORD + " characters");
        }
        return text.toCharArray();
    }

    /// Key and certificate, sealed with the password, and the registration.
    private JsonNode export(Place body) {
        byte[] pkcs12 = NodeKeys.load(folder.keys()).export(password(body));
        return Json.object()
                .put("name", folder.configuration().nodeName() + ".p12")
                .put("pkcs12", Base64.getEncoder().encodeToString(pkcs12))
                .put("registration", new String(Wire.encode(folder.configuration()), StandardCharsets.UTF_8));
    }

    private JsonNode restore(Place body) {
        requireStopped();
        char[] password = password(body);
        byte[] pkcs12 = Base64.getDecoder().decode(body.member("pkcs12").requiredText());
        try {
            Path aside = DurableFile.folder(folder.root()).resolve("import.p12");
            try {
                DurableFile.write(aside, pkcs12);
                DurableFile.write(
                        Move.registrationOf(aside),
                        body.member("registration").requiredText().getBytes(StandardCharsets.UTF_8));
                new Move(folder, InstantSource.system()).read(aside, password);
            } finally {
                DurableFile.delete(aside);
                DurableFile.delete(Move.registrationOf(aside));
            }
            return Json.object();
        } catch (IOException e) {
            throw unreadable(folder.root(), e);
        }
    }

    private JsonNode console(Place body) {
        folder.settings(folder.settings().withConsole(flag(body, "off"), (int)
                (long) body.member("port").whole(0, 65_535).orElse(0L)));
        return Json.object();
    }

    // --- diagnostics

    private ObjectNode logs(Map<String, String> query) {
        LogFilter filter = new LogFilter(
                query.getOrDefault("activityRun", ""),
                null,
                query.getOrDefault("level", "DEBUG").toUpperCase(Locale.ROOT));
        ObjectNode json = Json.object();
        ArrayNode entries = json.putArray("entries");
        for (LogEntry entry : new LogFolder(folder.logs())
                .newest(filter, MOST_LINES, MOST_BYTES)
                .entries()) {
            entries.add(Json.parse(entry.line(LogEntry.Form.JSON)));
        }
        return json;
    }

    private JsonNode sendLogs(Place body) throws InterruptedException {
        LogFilter filter =
                LogFilter.ofActivityRun(body.member("activityRun").text().orElse(""));
        return Json.object().put("report", outward.sendLogs(filter));
    }

    /// The types of linked services that a connector serves.
    private static ObjectNode connectors() {
        TreeSet<String> types = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        try (InputStream in = ConsoleApi.class.getResourceAsStream(INDEX)) {
            if (in != null) {
                new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.split(" ", -1))
                        .filter(words -> words.length > 2 && words[0].equals("connector"))
                        .forEach(words -> types.addAll(List.of(words[2].split(",", -1))));
            }
        } catch (IOException e) {
            throw new IllegalStateException(INDEX, e);
        }
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("types");
        types.forEach(all::add);
        return json;
    }

    /// As a job in a worker, like the service has it done; its secrets are sealed to this node before they leave here.
    private JsonNode test(Place body) throws InterruptedException {
        Running node = running();
        ObjectNode properties = Json.object();
        properties.put("type", body.member("type").requiredText());
        properties.set(
                "typeProperties", Json.parseObject(body.member("typeProperties").requiredText()));
        X509Certificate own = NodeKeys.load(folder.keys()).identity().certificate();
        ObjectNode whole = Json.object();
        whole.set("properties", properties);
        ObjectNode sealed = SecretPlaces.seal(whole, plain -> {
            try (Secret secret = Secret.of(plain)) {
                return Envelope.seal(secret, List.of(own));
            }
        });
        JobSpec.Resource service = new JobSpec.Resource("console", (ObjectNode) sealed.path("properties"));
        String id = UUID.randomUUID().toString();
        ObjectNode activity = Json.object().put("name", "Connection test").put("type", "ConnectionTest");
        activity.putObject("linkedServiceName")
                .put("referenceName", service.name())
                .put("type", "LinkedServiceReference");
        JobSpec spec = new JobSpec(
                "ConnectionTest",
                "console",
                "console",
                id,
                id,
                "Connection test",
                activity,
                List.of(),
                List.of(),
                Map.of("console", service));
        JsonNode outcome = node.runHere(spec).orElseGet(Json::object);
        ObjectNode json = Json.object();
        json.put("status", outcome.path("status").asString("Failed"));
        json.set("output", outcome.path("output").isMissingNode() ? Json.object() : outcome.path("output"));
        json.set("error", outcome.path("error").isMissingNode() ? Json.object() : outcome.path("error"));
        return json;
    }

    private JsonNode network(Place body) {
        String servers = body.member("servers").text().orElse("");
        ObjectNode json = Json.object();
        json.set(
                "walks",
                outward.network(Arrays.stream(servers.split("[\\s,]+", -1))
                        .filter(s -> !s.isBlank())
                        .limit(10)
                        .toList()));
        return json;
    }

    private JsonNode preflight() {
        ObjectNode json = Json.object();
        ArrayNode findings = json.putArray("findings");
        outward.preflight().forEach(f -> findings.add(tree(f)));
        return json;
    }
}
