package dev.sluice.data.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A real squid on this machine, as a process of the test. Names that nobody else knows are resolved for it by
/// its own hosts file, so that what is reached by such a name was reached through it.
///
/// Needs Debian's `squid`, and `squid-openssl` for [Options#inspecting()]. See [#installed()].
public final class Squid implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/squid");
    private static final Path LIBRARY = Path.of("/usr/lib/squid");
    private static final String REALM = "corp";
    private static final int TRIES = 5;
    private static final long START_MILLIS = 30_000;

    private final Path folder;
    private final int port;
    private Process process;

    /// What it is to do. Each method gives another one.
    ///
    /// @param hosts names and the addresses that only it knows
    /// @param rules lines of configuration before the last, which allows everything (to users, if there are any)
    /// @param scheme of authentication: empty, `basic` or `digest`
    public record Options(
            Map<String, String> hosts,
            List<String> rules,
            String scheme,
            String user,
            String password,
            boolean inspecting,
            Path originCa) {
        public static Options open() {
            return new Options(Map.of(), List.of(), "", "", "", false, Path.of(""));
        }

        public Options host(String name, String address) {
            Map<String, String> more = new TreeMap<>(hosts);
            more.put(name, address);
            return new Options(more, rules, scheme, user, password, inspecting, originCa);
        }

        public Options rule(String line) {
            List<String> more = new ArrayList<>(rules);
            more.add(line);
            return new Options(hosts, more, scheme, user, password, inspecting, originCa);
        }

        public Options basic(String user, String password) {
            return new Options(hosts, rules, "basic", user, password, inspecting, originCa);
        }

        public Options digest(String user, String password) {
            return new Options(hosts, rules, "digest", user, password, inspecting, originCa);
        }

        /// Opens TLS and closes it again with certificates of its own.
        ///
        /// @param originCa whom it trusts on the other side, PEM
        public Options inspects(Path originCa) {
            return new Options(hosts, rules, scheme, user, password, true, originCa);
        }
    }

    private Squid(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    public static boolean installed() {
        return Files.isExecutable(PROGRAM);
    }

    /// Whether it is the build that can open TLS.
    public static boolean canInspect() {
        return installed() && Files.isExecutable(LIBRARY.resolve("security_file_certgen"));
    }

    public static Squid start(Options options) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sluice-squid-");
        // It runs as a user of its own.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        if (options.inspecting()) {
            run(
                    folder,
                    List.of(
                            "openssl",
                            "req",
                            "-x509",
                            "-newkey",
                            "rsa:2048",
                            "-nodes",
                            "-days",
                            "30",
                            "-subj",
                            "/O=Corp/CN=Corp Inspection CA",
                            "-keyout",
                            "ca.key",
                            "-out",
                            "ca.pem"));
            Files.writeString(
                    folder.resolve("bump.pem"),
                    Files.readString(folder.resolve("ca.key")) + Files.readString(folder.resolve("ca.pem")));
            run(
                    folder,
                    List.of(
                            LIBRARY.resolve("security_file_certgen").toString(),
                            "-c",
                            "-s",
                            folder.resolve("certificates").toString(),
                            "-M",
                            "4MB"));
        }
        passwords(folder, options);
        Files.writeString(
                folder.resolve("hosts"),
                options.hosts().entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey() + "\n")
                        .collect(Collectors.joining()));
        open(folder);
        for (int i = 1; ; i++) {
            int port = freePort();
            Files.writeString(folder.resolve("squid.conf"), configuration(folder, port, options));
            Squid squid = new Squid(folder, port, launch(folder));
            if (squid.awaitListening() || i == TRIES) {
                return squid;
            }
        }
    }

    private static void open(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.toList()) {
                Files.setPosixFilePermissions(p, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process launch(Path folder) throws IOException {
        return new ProcessBuilder(
                        PROGRAM.toString(),
                        "-N",
                        "-f",
                        folder.resolve("squid.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("out.log").toFile()))
                .start();
    }

    private static String configuration(Path folder, int port, Options o) {
        List<String> lines = new ArrayList<>();
        if (o.inspecting()) {
            lines.add("http_port 127.0.0.1:" + port + " ssl-bump tls-cert=" + folder
                    + "/bump.pem generate-host-certificates=on dynamic_cert_mem_cache_size=4MB");
            lines.add("sslcrtd_program " + LIBRARY + "/security_file_certgen -s " + folder + "/certificates -M 4MB");
            lines.add("sslcrtd_children 2 startup=1 idle=1");
            lines.add("ssl_bump bump all");
            lines.add("tls_outgoing_options cafile=" + o.originCa());
        } else {
            lines.add("http_port 127.0.0.1:" + port);
        }
        lines.addAll(List.of(
                "pid_filename none",
                "cache_log " + folder + "/cache.log",
                "access_log stdio:" + folder + "/access.log",
                "coredump_dir " + folder,
                "cache deny all",
                "cache_mem 8 MB",
                "hosts_file " + folder + "/hosts",
                "dns_nameservers 127.0.0.1",
                "dns_timeout 2 seconds",
                "connect_timeout 5 seconds",
                "netdb_filename none",
                "pinger_enable off",
                "shutdown_lifetime 0 seconds",
                "visible_hostname squid.test"));
        switch (o.scheme()) {
            case "basic" ->
                lines.addAll(List.of(
                        "auth_param basic program " + LIBRARY + "/basic_ncsa_auth " + folder + "/users",
                        "auth_param basic children 2 startup=1 idle=1",
                        "auth_param basic realm " + REALM));
            case "digest" ->
                lines.addAll(List.of(
                        "auth_param digest program " + LIBRARY + "/digest_file_auth -c " + folder + "/users",
                        "auth_param digest children 2 startup=1 idle=1",
                        "auth_param digest realm " + REALM));
            default -> {}
        }
        lines.addAll(o.rules());
        if (o.scheme().isEmpty()) {
            lines.add("http_access allow all");
        } else {
            lines.addAll(List.of("acl known proxy_auth REQUIRED", "http_access allow known", "http_access deny all"));
        }
        return String.join("\n", lines) + "\n";
    }

    private static void passwords(Path folder, Options o) throws IOException, InterruptedException {
        if (o.scheme().equals("basic")) {
            String hashed = run(folder, List.of("openssl", "passwd", "-apr1", o.password()))
                    .strip();
            Files.writeString(folder.resolve("users"), o.user() + ":" + hashed + "\n");
        } else if (o.scheme().equals("digest")) {
            Files.writeString(
                    folder.resolve("users"),
                    o.user() + ":" + REALM + ":" + md5(o.user() + ":" + REALM + ":" + o.password()) + "\n");
        }
    }

    /// What Digest of RFC 2617 keeps of a password.
    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path said = Files.createTempFile(folder, "run", ".out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(said.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(command.getFirst() + " ended with " + process.exitValue());
        }
        return Files.readString(said);
    }

    /// False when it ended instead, as when somebody else took the port.
    private boolean awaitListening() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
        while (System.nanoTime() < end) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return process.isAlive();
            } catch (IOException notYet) {
                if (process.waitFor(30, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
        }
        throw new IOException("squid does not listen: " + Files.readString(folder.resolve("out.log")));
    }

    public int port() {
        return port;
    }

    /// `http://127.0.0.1:port`.
    public String address() {
        return "http://127.0.0.1:" + port;
    }

    /// The certificate of the authority by which it closes TLS again, PEM.
    public Path ca() {
        return folder.resolve("ca.pem");
    }

    /// What went through it, a line each.
    public String accessLog() {
        try {
            Path log = folder.resolve("access.log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends it at once, with everything that is under way.
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// On the same port again after [#kill()].
    public void restart() throws IOException, InterruptedException {
        process = launch(folder);
        if (!awaitListening()) {
            throw new IOException("squid does not start again: " + Files.readString(folder.resolve("out.log")));
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
