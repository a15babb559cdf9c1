package dev.sluice.acceptance;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A service and its nodes as real processes in a temporary folder, started through the launcher. Restarts keep folder
/// and port. Everything is ended and removed by [#close].
///
/// ```
/// FOLDER/service     the service's data
/// FOLDER/NODE        a node's data
/// FOLDER/*.err       messages of the processes
/// FOLDER/files       for the tests
/// ```
final class Installation implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<Installation> OPEN = new ArrayList<>();

    private final Path folder;
    private final Map<String, Program> running = new LinkedHashMap<>();
    private final List<Program> past = new ArrayList<>();
    private final List<ServiceClient> clients = new ArrayList<>();
    private String port = "0";
    private String host = "localhost";

    Installation() {
        this.folder = temporary("sluice-acceptance-");
        synchronized (OPEN) {
            OPEN.add(this);
        }
    }

    /// Readable by every user, as the database server runs under another one.
    static Path temporary(String prefix) {
        try {
            return Files.createTempDirectory(
                    prefix, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder() {
        return folder;
    }

    Path data() {
        return folder.resolve("service");
    }

    /// A folder for the test's own files.
    Path files(String name) {
        try {
            return Files.createDirectories(folder.resolve("files").resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `sluice up`: service and node together.
    Installation up() {
        Program up = start("up", List.of("up", "--data", data().toString(), "--https-port", port));
        served(up.awaitLine("ready "));
        return this;
    }

    Installation startService() {
        served(launchService().awaitLine("ready "));
        return this;
    }

    /// Reached under another name or address of this machine.
    Installation startService(String host) {
        served(start(
                        "service-process",
                        List.of("service", "start", "--data", data().toString(), "--https-port", port, "--host", host))
                .awaitLine("ready "));
        this.host = host;
        return this;
    }

    /// The service without waiting for it to be ready.
    Program launchService() {
        return start("service-process", List.of("service", "start", "--data", data().toString(), "--https-port", port));
    }

    private void served(String ready) {
        port = ready.substring(ready.lastIndexOf(':') + 1);
    }

    /// A node of the built-in group; registered when it is not yet.
    Installation startNode(String name, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("node", "start", "--data", node(name).toString()));
        if (!Files.exists(node(name).resolve("node.json"))) {
            arguments.addAll(List.of(
                    "--service",
                    url(),
                    "--key-file",
                    data().resolve("auto-resolve.key").toString(),
                    "--name",
                    name));
        }
        arguments.addAll(List.of(more));
        start(name, arguments).awaitLine("node ");
        return this;
    }

    /// A node of a runtime of its own, registered with that one's key.
    Installation joinNode(String name, String key) {
        start(
                        name,
                        List.of(
                                "node",
                                "start",
                                "--data",
                                node(name).toString(),
                                "--service",
                                url(),
                                "--key-file",
                                keyFile(name, key).toString(),
                                "--name",
                                name))
                .awaitLine("node ");
        return this;
    }

    /// A node of a runtime of its own on a machine behind a firewall.
    Installation joinNode(String name, String key, Cell machine) {
        Program program = machine.start(
                name,
                folder,
                List.of(
                        "node",
                        "start",
                        "--data",
                        node(name).toString(),
                        "--service",
                        url(),
                        "--key-file",
                        keyFile(name, key).toString(),
                        "--name",
                        name));
        running.put(name, program);
        program.awaitLine("node ");
        return this;
    }

    private Path keyFile(String name, String key) {
        try {
            return Files.writeString(folder.resolve(name + ".key"), key + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Program start(String name, List<String> arguments) {
        Program program = Program.start(name, folder, arguments);
        Program before = running.put(name, program);
        if (before != null) {
            past.add(before);
        }
        return program;
    }

    /// A process by its name: `up`, `service-process` or a node's name.
    Program program(String name) {
        return running.get(name);
    }

    Path node(String name) {
        return folder.resolve(name);
    }

    int port() {
        return Integer.parseInt(port);
    }

    String url() {
        return "https://" + host + ":" + port;
    }

    String token() {
        return read(data().resolve("admin-token")).strip();
    }

    /// What `node status` says.
    JsonNode nodeStatus(String name) {
        Program.Ended status = Program.run(
                "status", folder, "node", "status", "--data", node(name).toString(), "-o", "json");
        if (status.exit() != 0) {
            throw new AssertionError("node status ended with " + status.exit() + ": " + status.messages());
        }
        return JSON.readTree(status.text());
    }

    ServiceClient client() {
        ServiceClient client = new ServiceClient(ServiceConnection.ofDataFolder(data()));
        clients.add(client);
        return client;
    }

    TestFactory factory(String name) {
        return new TestFactory(client(), name);
    }

    /// A service principal that may change every factory.
    record Principal(String tenant, String id, String secret) {}

    /// Makes one as a person does, with the command line.
    Principal principal(String name) {
        Program.Ended made = Program.run(
                "principal",
                folder,
                "service-principal",
                "create",
                "--name",
                name,
                "--role",
                "Contributor",
                "--data",
                data().toString());
        if (made.exit() != 0) {
            throw new AssertionError("service-principal create ended with " + made.exit() + ": " + made.messages());
        }
        JsonNode json = JSON.readTree(made.text());
        return new Principal(
                json.path("tenant").asString(),
                json.path("appId").asString(),
                json.path("password").asString());
    }

    /// An HTTP client that trusts the service's CA and nothing else.
    HttpClient trustingClient() {
        return HttpClient.newBuilder()
                .sslContext(tls())
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /// TLS that trusts the service's CA and nothing else.
    SSLContext tls() {
        try (var pem = Files.newInputStream(data().resolve("tls/ca.pem"))) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// One request as it is, whatever the service says to it.
    HttpResponse<String> raw(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token())
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = trustingClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The processes of all programs that were started here and still live.
    List<Long> processes() {
        return Stream.concat(running.values().stream(), past.stream())
                .flatMap(p -> p.group().stream())
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The ends of all logs of all installations that are open now, for the report of a failed test.
    static String logs() {
        StringBuilder all = new StringBuilder();
        synchronized (OPEN) {
            OPEN.forEach(i -> i.appendLogs(all));
        }
        return all.toString();
    }

    private void appendLogs(StringBuilder all) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path log : files.filter(f -> f.toString().matches(".*\\.(err|log)"))
                    .sorted()
                    .toList()) {
                List<String> lines = Files.readAllLines(log);
                all.append("--- ").append(log).append('\n');
                lines.subList(Math.max(0, lines.size() - 40), lines.size())
                        .forEach(l -> all.append(l).append('\n'));
            }
        } catch (IOException e) {
            all.append("(logs unreadable: ").append(e).append(")\n");
        }
    }

    @Override
    public void close() {
        synchronized (OPEN) {
            OPEN.remove(this);
        }
        clients.forEach(ServiceClient::close);
        running.values().forEach(Program::close);
        past.forEach(Program::close);
        Eventually.holds(
                "every process of " + folder + " is gone", () -> processes().isEmpty());
        delete(folder);
    }
}
