package dev.sluice.node.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The name this machine has, found without asking a name server.
public final class MachineName {
    private MachineName() {}

    /// @param environment of the process
    public static String find(Map<String, String> environment) {
        Path kernel = Path.of("/proc/sys/kernel/hostname");
        try {
            if (Files.exists(kernel)) {
                String name = Files.readString(kernel).strip();
                if (!name.isEmpty()) {
                    return name;
                }
            }
        } catch (IOException e) {
            return "node";
        }
        return environment.getOrDefault("COMPUTERNAME", environment.getOrDefault("HOSTNAME", "node"));
    }
}
