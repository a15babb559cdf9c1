package dev.sluice.node.agent.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// Whom this machine asks for names.
final class Resolvers {
    private static final Path CONFIGURATION = Path.of("/etc/resolv.conf");

    private Resolvers() {}

    /// ` (name servers: …)`; empty when it cannot be read.
    static String described() {
        try {
            String servers = Files.readAllLines(CONFIGURATION).stream()
                    .map(String::strip)
                    .filter(line -> line.startsWith("nameserver"))
                    .map(line -> line.substring("nameserver".length()).strip())
                    .collect(Collectors.joining(", "));
            return servers.isEmpty() ? " (no name server is set)" : " (name servers: " + servers + ")";
        } catch (IOException e) {
            return "";
        }
    }
}
