package dev.sluice.node.tools.update;

import dev.sluice.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A version in the node's own folder.
public record Installed(Path folder, BundleManifest manifest) {
    /// Empty when the folder does not hold a whole version.
    static Optional<Installed> in(Path folder) {
        try {
            Installed found = new Installed(
                    folder, Wire.decode(Files.readAllBytes(folder.resolve(Bundle.MANIFEST)), BundleManifest.class));
            return found.isWhole() ? Optional.of(found) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /// Whether every file is there with its size; their contents were checked when they were unpacked.
    private boolean isWhole() throws IOException {
        for (BundleFile file : manifest.files()) {
            Path path = folder.resolve(file.path());
            if (!Files.isRegularFile(path) || Files.size(path) != file.size()) {
                return false;
            }
        }
        return true;
    }

    /// Files whose content is not what was signed; takes a second.
    public List<String> altered() throws IOException {
        List<String> altered = new ArrayList<>();
        for (BundleFile file : manifest.files()) {
            Path path = folder.resolve(file.path());
            if (!Files.isRegularFile(path) || !Bundle.sha256(path).equals(file.sha256())) {
                altered.add(file.path());
            }
        }
        return altered;
    }

    /// The command line of its host process.
    ///
    /// @param java the executable
    /// @param arguments of the program
    public List<String> command(String java, List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(java);
        line.addAll(manifest.flags());
        Path cache = folder.resolve("aot").resolve("node.aot");
        if (Files.exists(cache)) {
            line.add("-XX:AOTCache=" + cache);
        }
        line.add("-Dsluice.version=" + manifest.version());
        line.add("-Dsluice.lib=" + folder.resolve("lib"));
        line.add("-Dsluice.aot=" + folder.resolve("aot"));
        line.add("-cp");
        line.add(folder.resolve(manifest.jar()).toString());
        line.add(manifest.main());
        line.addAll(arguments);
        return line;
    }
}
