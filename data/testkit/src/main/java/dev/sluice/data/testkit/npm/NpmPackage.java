package dev.sluice.data.testkit.npm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/// A package of npm's registry in a folder of its own, shared by all processes of the user.
///
/// @param name as npm has it, e.g. `@vercel/cosmosdb-server`
/// @param version exactly this one
/// @param home where it is installed
public record NpmPackage(String name, String version, Path home) {
    private static final int INSTALL_SECONDS = 300;

    /// Below the user's cache folder.
    public static NpmPackage of(String name, String version) {
        String folder = name.substring(name.lastIndexOf('/') + 1) + "-" + version;
        return new NpmPackage(name, version, Path.of(System.getProperty("user.home"), ".cache", "sluice", folder));
    }

    /// Installs it if it is not there yet; one process at a time does.
    ///
    /// @return a file of it
    /// @throws IOException when npm is missing, cannot have it or takes too long; its output is in `install.log`
    public Path installed(String file) throws IOException, InterruptedException {
        Path complete = home.resolve("complete");
        if (!Files.exists(complete)) {
            Files.createDirectories(home);
            try (FileChannel channel = FileChannel.open(
                            home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !Files.exists(complete)) {
                    install();
                    Files.createFile(complete);
                }
            }
        }
        return home.resolve("node_modules").resolve(name).resolve(file);
    }

    private void install() throws IOException, InterruptedException {
        Path log = home.resolve("install.log");
        Process npm = new ProcessBuilder(
                        "npm", "install", "--prefix", home.toString(), "--no-audit", "--no-fund", name + "@" + version)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
            npm.destroyForcibly();
            throw new IOException("npm did not end within " + INSTALL_SECONDS + " s, see " + log);
        }
        if (npm.exitValue() != 0) {
            throw new IOException("npm ended with " + npm.exitValue() + ", see " + log);
        }
    }
}
