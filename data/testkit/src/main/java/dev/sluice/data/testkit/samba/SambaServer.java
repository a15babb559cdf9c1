package dev.sluice.data.testkit.samba;

import dev.sluice.data.spi.SecretValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A real Samba server of the machine's own over a folder, on a high port of the loopback interface. Everything that it
/// keeps is in a folder of the test.
public final class SambaServer implements AutoCloseable {
    public static final String PASSWORD = "s3cret-of-the-test";
    public static final String USER = System.getProperty("user.name");

    /// Much longer than killed processes take to be gone.
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Process process;
    private final Path place;
    public final int port;

    /// @param files what the share `files` holds; below it are all others
    /// @param place where the server keeps its own things
    /// @param options further lines of the share
    public SambaServer(Path files, Path place, String... options) throws IOException, InterruptedException {
        this.place = place;
        Path server = program("smbd");
        port = freePort();
        Path configuration = place.resolve("smb.conf");
        StringBuilder text = new StringBuilder("[global]\n");
        for (String kept : List.of(
                "private dir",
                "lock directory",
                "state directory",
                "cache directory",
                "pid directory",
                "ncalrpc dir")) {
            Path folder = Files.createDirectories(place.resolve(kept.replace(' ', '-')));
            text.append(kept).append(" = ").append(folder).append('\n');
        }
        text.append("passdb backend = tdbsam:")
                .append(place.resolve("users.tdb"))
                .append('\n');
        text.append("log file = ").append(place.resolve("log")).append('\n');
        text.append("""
                server role = standalone server
                interfaces = 127.0.0.1
                bind interfaces only = yes
                load printers = no
                disable spoolss = yes
                map to guest = bad user
                server min protocol = SMB2
                [files]
                path = %s
                read only = no
                map archive = no
                %s
                [readonly]
                path = %s
                read only = yes
                """.formatted(files, String.join("\n", options), files));
        Files.writeString(configuration, text);
        Process user = new ProcessBuilder(
                        program("smbpasswd").toString(), "-c", configuration.toString(), "-s", "-a", USER)
                .redirectErrorStream(true)
                .start();
        user.getOutputStream().write((PASSWORD + "\n" + PASSWORD + "\n").getBytes(StandardCharsets.UTF_8));
        user.getOutputStream().close();
        String said = new String(user.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (user.waitFor() != 0) {
            throw new IOException("smbpasswd: " + said);
        }
        process = new ProcessBuilder(
                        server.toString(),
                        "--foreground",
                        "--no-process-group",
                        "-s",
                        configuration.toString(),
                        "-p",
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(place.resolve("output").toFile())
                .start();
        awaitPort(place);
    }

    private static Path program(String name) {
        for (String folder :
                List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/samba/sbin", "/usr/local/samba/bin")) {
            Path path = Path.of(folder, name);
            if (Files.isExecutable(path)) {
                return path;
            }
        }
        Assumptions.abort("NOT RUN: Samba's " + name + " is not installed (Debian: apt-get install samba)");
        throw new AssertionError();
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    private void awaitPort(Path place) throws IOException, InterruptedException {
        while (true) {
            try (Socket ready = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new IOException("smbd ended: " + Files.readString(place.resolve("output")));
                }
            }
        }
    }

    public String address(int throughPort, String share) {
        return "\\\\127.0.0.1:" + throughPort + "\\" + share;
    }

    public Map<String, Object> service(int throughPort) {
        return service(throughPort, "files");
    }

    public Map<String, Object> service(int throughPort, String share) {
        return Map.of("host", address(throughPort, share), "userId", USER, "password", new SecretValue(PASSWORD));
    }

    /// Ends the server and the processes it made for connections, and removes what they kept: some of them end a moment
    /// after the server, and until then make files where the test's folder is about to be deleted.
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        long end = System.nanoTime() + PATIENCE_NANOS;
        try {
            process.waitFor();
            while (!isCleared()) {
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("processes of smbd still write in " + place);
                }
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isCleared() {
        try (Stream<Path> all = Files.walk(place)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
            return true;
        } catch (IOException | UncheckedIOException changedMeanwhile) {
            return Files.notExists(place);
        }
    }
}
