package dev.sluice.data.spi;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Where drivers that do not come with the product lie: `FOLDER/NAME/VERSION/*.jar`, or `FOLDER/NAME/*.jar`. Beside the
/// jars lies [#SUMS] when `sluice driver add` put them there: only jars whose hashes stand in it are loaded then.
public final class DriverFolders {
    /// Hashes of the jars in the form of `sha256sum`: 64 hexadecimal digits, two spaces, the file's name.
    public static final String SUMS = "SHA256SUMS";

    /// Goes before the environment's `SLUICE_DRIVERS`.
    private static final String PROPERTY = "sluice.drivers";

    private DriverFolders() {}

    /// Those of this process, first one first: of the system property `sluice.drivers`, else of the environment's
    /// `SLUICE_DRIVERS` (separated as a class path is), else `$XDG_DATA_HOME/sluice/drivers`, by default
    /// `~/.local/share/sluice/drivers`.
    public static List<Path> ofProcess() {
        return of(System.getProperty(PROPERTY, ""), System.getenv(), System.getProperty("user.home"));
    }

    static List<Path> of(String property, Map<String, String> environment, String home) {
        String said = property.isBlank() ? environment.getOrDefault("SLUICE_DRIVERS", "") : property;
        List<Path> named = Stream.of(said.split(File.pathSeparator, -1))
                .filter(s -> !s.isBlank())
                .map(Path::of)
                .toList();
        if (!named.isEmpty()) {
            return named;
        }
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base = data.isBlank() ? Path.of(home, ".local", "share") : Path.of(data);
        return List.of(base.resolve("sluice").resolve("drivers"));
    }
}
