package dev.sluice.node.tools.trace;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Three machines in a row as network namespaces: a client (10.91.1.2), a router that can drop and reset, a server
/// (10.91.2.2) whose packets start with the time to live of a Windows machine. Needs root, `ip`, `nft` and
/// `dumpcap`.
public final class NetworkLab implements AutoCloseable {
    public static final String SERVER = "10.91.2.2";

    private static final List<String> NEEDED = List.of("/usr/sbin/ip", "/usr/sbin/nft", "/usr/bin/dumpcap");

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "sluice-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet() + "-";
    private final String client = name + "client";
    private final String router = name + "router";
    private final String server = name + "server";
    private final List<Process> running = new ArrayList<>();

    public NetworkLab() throws IOException, InterruptedException {
        boolean root = "root".equals(System.getProperty("user.name"));
        List<String> missing =
                NEEDED.stream().filter(p -> !Files.isExecutable(Path.of(p))).toList();
        assumeTrue(
                root && missing.isEmpty(),
                "NETWORK TESTS ARE SKIPPED: root and iproute2, nftables, tshark are needed; missing: " + missing);
        for (String machine : List.of(client, router, server)) {
            sh("ip netns add " + machine + " && ip -n " + machine + " link set lo up");
        }
        link(client, "10.91.1.2", router, "10.91.1.1", "west");
        link(server, SERVER, router, "10.91.2.1", "east");
        in(router, "sysctl -qw net.ipv4.ip_forward=1");
        in(server, "sysctl -qw net.ipv4.ip_default_ttl=128");
        in(router, "nft add table ip lab && nft 'add chain ip lab way { type filter hook forward priority 0; }'");
    }

    private static void link(String end, String address, String router, String gateway, String name)
            throws IOException, InterruptedException {
        sh("ip -n " + end + " link add eth0 type veth peer name " + name + " netns " + router);
        sh("ip -n " + end + " addr add " + address + "/24 dev eth0 && ip -n " + end + " link set eth0 up");
        sh("ip -n " + router + " addr add " + gateway + "/24 dev " + name + " && ip -n " + router + " link set " + name
                + " up");
        sh("ip -n " + end + " route add default via " + gateway);
    }

    /// A rule of the router for what it forwards, e.g. `tcp dport 888 drop`.
    public void rule(String rule) throws IOException, InterruptedException {
        in(router, "nft 'add rule ip lab way " + rule + "'");
    }

    /// A program on the server that reads lines and sends each back; returns when it listens.
    public void echo(int port) throws IOException, InterruptedException {
        Process echo = java(server, EchoServer.class, Integer.toString(port));
        running.add(echo);
        if (!"ready".equals(echo.inputReader(StandardCharsets.UTF_8).readLine())) {
            throw new IOException("the server does not start");
        }
    }

    /// A command on the server; returns when its port is open there.
    public void serve(int port, List<String> command, Path folder) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", server));
        line.addAll(command);
        Process program = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("server.log").toFile()))
                .start();
        running.add(program);
        String listening = "ip netns exec " + server + " ss -Hltn 'sport = :" + port + "' | grep -q LISTEN";
        while (new ProcessBuilder("sh", "-c", listening).start().waitFor() != 0) {
            if (program.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new IOException(Files.readString(folder.resolve("server.log")));
            }
        }
    }

    /// What the client sees as this file of `/etc`.
    public void etc(String file, String content) throws IOException {
        Path own = Path.of("/etc/netns").resolve(client);
        Files.createDirectories(own);
        Files.writeString(own.resolve(file), content);
    }

    /// Runs a program on the client to its end, and gives what it printed.
    public String onClient(Class<?> main, String... args) throws IOException, InterruptedException {
        Process p = java(client, main, args);
        running.add(p);
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        p.waitFor();
        return said;
    }

    /// A program on the client that takes orders, see [LineClient].
    Process lineClient(int port) throws IOException {
        Process p = java(client, LineClient.class, SERVER, Integer.toString(port));
        running.add(p);
        return p;
    }

    private static Process java(String namespace, Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "ip",
                "netns",
                "exec",
                namespace,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /// What a run does while the client's network is captured.
    interface Scene {
        void play() throws IOException, InterruptedException;
    }

    /// Captures at the client what a scene does.
    ///
    /// @param flags for dumpcap: none for pcapng, `-P` for pcap
    void capture(Path file, String flags, Scene scene) throws IOException, InterruptedException {
        Process dumpcap = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec ip netns exec " + client + " dumpcap -q -i eth0 -f tcp\\ or\\ icmp -w " + file + " "
                                + flags)
                .redirectErrorStream(true)
                .start();
        running.add(dumpcap);
        try (var said = dumpcap.inputReader(StandardCharsets.UTF_8)) {
            String line = said.readLine();
            while (line != null && !line.startsWith("File:")) {
                line = said.readLine();
            }
            scene.play();
            // The kernel hands packets over in blocks; an idle moment empties the last.
            awaitStill(file);
            dumpcap.destroy();
            dumpcap.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static void awaitStill(Path file) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(Duration.ofSeconds(10));
        long size = -1;
        while (size != Files.size(file) && Instant.now().isBefore(end)) {
            size = Files.size(file);
            TimeUnit.MILLISECONDS.sleep(600);
        }
    }

    static void in(String namespace, String command) throws IOException, InterruptedException {
        sh("ip netns exec " + namespace + " sh -c \"" + command + "\"");
    }

    private static void sh(String command) throws IOException, InterruptedException {
        Process p = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (p.waitFor() != 0) {
            throw new IOException(command + ": " + said);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        running.forEach(Process::destroyForcibly);
        for (String machine : List.of(client, router, server)) {
            sh("ip netns del " + machine + "; rm -rf /etc/netns/" + machine);
        }
    }
}
