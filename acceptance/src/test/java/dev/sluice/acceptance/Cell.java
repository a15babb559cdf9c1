package dev.sluice.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A machine of its own behind a firewall: a network namespace with one cable to this machine. Needs root, `ip` and
/// `nft`; files and processes are shared with this machine.
final class Cell implements AutoCloseable {
    private static final List<String> NEEDED = List.of("/usr/sbin/ip", "/usr/sbin/nft");

    private final String name;
    private final int net;

    /// @param net a number of its own, up to 250
    Cell(int net) {
        assumeTrue(
                "root".equals(System.getProperty("user.name"))
                        && NEEDED.stream().map(Path::of).allMatch(Files::isExecutable),
                "SKIPPED: root, iproute2 and nftables are needed");
        this.net = net;
        this.name = "sluice-" + ProcessHandle.current().pid() + "-" + net;
        String outside = "slc" + net;
        sh("ip link del " + outside + " 2>/dev/null; ip netns add " + name);
        sh("ip link add " + outside + " type veth peer name eth0 netns " + name);
        sh("ip addr add " + host() + "/24 dev " + outside + " && ip link set " + outside + " up");
        inside("ip link set lo up && ip addr add " + address() + "/24 dev eth0 && ip link set eth0 up");
        inside("ip route add default via " + host());
        inside("nft add table inet wall");
    }

    /// This machine as it is seen from inside.
    String host() {
        return "10.94." + net + ".1";
    }

    /// Its own address.
    String address() {
        return "10.94." + net + ".2";
    }

    /// Drops every packet that comes in unless it answers one that went out, and every packet that goes out unless it
    /// is for this one port; counts what was dropped.
    Cell closeAllBut(String host, int port) {
        inside("nft 'add chain inet wall in { type filter hook input priority 0; policy drop; }'");
        inside("nft 'add chain inet wall out { type filter hook output priority 0; policy drop; }'");
        for (String rule : List.of(
                "in iif lo accept",
                "in ct state established,related accept",
                "in counter drop",
                "out oif lo accept",
                "out ip daddr " + host + " tcp dport " + port + " accept",
                "out counter drop")) {
            inside("nft 'add rule inet wall " + rule + "'");
        }
        return this;
    }

    /// Drops that port as well.
    void cutOff() {
        inside("nft 'insert rule inet wall out oif eth0 counter drop'");
    }

    /// What the firewall let pass and dropped.
    String rules() {
        return inside("nft list table inet wall");
    }

    /// A command inside, as an argument list.
    List<String> command(List<String> command) {
        return Stream.concat(Stream.of("ip", "netns", "exec", name), command.stream())
                .toList();
    }

    /// Runs a line of the shell inside and gives what it printed.
    String inside(String line) {
        return sh(command(List.of("sh", "-c", line)));
    }

    private static String sh(String line) {
        return sh(List.of("sh", "-c", line));
    }

    private static String sh(List<String> command) {
        try {
            Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (p.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Starts the launcher inside.
    Program start(String program, Path folder, List<String> arguments) {
        return Program.start(
                program,
                folder,
                command(Stream.concat(Stream.of(Program.launcher()), arguments.stream())
                        .toList()),
                Map.of());
    }

    @Override
    public void close() {
        sh("ip netns del " + name);
    }
}
