package dev.sluice.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Starts other programs of Sluice through the launcher script, which knows their class paths and JVM flags.
public final class Launcher {
    private Launcher() {}

    /// A process of `sluice ARGS…`, not yet started.
    public static ProcessBuilder process(List<String> args) {
        @Nullable String script = System.getProperty("sluice.launcher");
        if (script == null || !Files.isExecutable(Path.of(script))) {
            throw new UncheckedIOException(
                    new IOException("the launcher script was not found; start this command with ./sluice"));
        }
        List<String> command = new ArrayList<>();
        command.add(script);
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SLUICE_NO_BUILD", "1");
        return builder;
    }
}
