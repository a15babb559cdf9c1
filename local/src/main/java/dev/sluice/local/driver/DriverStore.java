package dev.sluice.local.driver;

import dev.sluice.data.spi.DriverFolders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder of drivers: `NAME/VERSION/*.jar` with their hashes beside them. A version appears with all its jars at
/// once.
final class DriverStore {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][\\w.+-]{0,79}");
    private static final int BUFFER = 64 << 10;

    private final Path folder;

    DriverStore(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /// What the files of a version are like now.
    enum State {
        /// As they were added.
        AS_ADDED,
        /// One is another than was added, is missing, or came besides.
        ALTERED,
        /// Put there by hand: nothing is known of what they should be.
        UNCHECKED
    }

    /// @param version empty where the jars lie in the driver's folder itself
    record Installed(String name, String version, List<String> jars, State state) {}

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /// Puts jars there.
    ///
    /// @return false when the same jars were there already
    boolean add(String name, String version, List<Path> jars, boolean replace) throws IOException {
        Path home = folder.resolve(name).resolve(version);
        Map<String, String> sums = new TreeMap<>();
        for (Path jar : jars) {
            sums.put(String.valueOf(jar.getFileName()), hash(jar));
        }
        if (Files.exists(home)) {
            if (sums.equals(sums(home)) && state(home) == State.AS_ADDED) {
                return false;
            }
            if (!replace) {
                throw new IllegalArgumentException("version " + version + " of " + name
                        + " is there already, with other" + " jars; --replace puts these in their place");
            }
        }
        Files.createDirectories(folder.resolve(name));
        Path aside = Files.createTempDirectory(folder.resolve(name), ".adding-");
        try {
            StringBuilder text = new StringBuilder();
            for (Path jar : jars) {
                Path copy = aside.resolve(String.valueOf(jar.getFileName()));
                Files.copy(jar, copy);
                String known = sums.get(String.valueOf(jar.getFileName()));
                if (!hash(copy).equals(known)) {
                    throw new IOException(jar + " changed while it was copied");
                }
                text.append(known).append("  ").append(jar.getFileName()).append('\n');
            }
            Files.writeString(aside.resolve(DriverFolders.SUMS), text);
            // A node may run as another user.
            for (Path file : files(aside)) {
                file.toFile().setReadable(true, false);
            }
            aside.toFile().setReadable(true, false);
            aside.toFile().setExecutable(true, false);
            if (Files.exists(home)) {
                delete(home);
            }
            Files.move(aside, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            if (Files.exists(aside)) {
                delete(aside);
            }
        }
        return true;
    }

    List<Installed> list() throws IOException {
        List<Installed> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        for (Path driver : folders(folder)) {
            String name = String.valueOf(driver.getFileName());
            for (Path version : folders(driver)) {
                if (!jars(version).isEmpty()) {
                    found.add(
                            new Installed(name, String.valueOf(version.getFileName()), jars(version), state(version)));
                }
            }
            if (!jars(driver).isEmpty()) {
                found.add(new Installed(name, "", jars(driver), state(driver)));
            }
        }
        return found;
    }

    void remove(String name, String version) throws IOException {
        Path driver = folder.resolve(name);
        if (version.isEmpty()) {
            for (Path file : files(driver)) {
                Files.delete(file);
            }
        } else {
            delete(driver.resolve(version));
        }
        if (files(driver).isEmpty() && folders(driver).isEmpty()) {
            Files.delete(driver);
        }
    }

    private static State state(Path home) throws IOException {
        if (!Files.exists(home.resolve(DriverFolders.SUMS))) {
            return State.UNCHECKED;
        }
        Map<String, String> now = new TreeMap<>();
        for (String jar : jars(home)) {
            now.put(jar, hash(home.resolve(jar)));
        }
        return now.equals(sums(home)) ? State.AS_ADDED : State.ALTERED;
    }

    private static Map<String, String> sums(Path home) throws IOException {
        Map<String, String> sums = new TreeMap<>();
        Path file = home.resolve(DriverFolders.SUMS);
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split("  ", 2);
                if (parts.length == 2) {
                    sums.put(parts[1], parts[0]);
                }
            }
        }
        return sums;
    }

    private static List<String> jars(Path home) throws IOException {
        return files(home).stream()
                .map(p -> String.valueOf(p.getFileName()))
                .filter(n -> n.endsWith(".jar"))
                .toList();
    }

    private static List<Path> files(Path in) throws IOException {
        try (Stream<Path> inside = Files.list(in)) {
            return inside.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static List<Path> folders(Path in) throws IOException {
        try (Stream<Path> inside = Files.list(in)) {
            return inside.filter(Files::isDirectory)
                    .filter(p -> !String.valueOf(p.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            all.sorted(Comparator.reverseOrder()).forEach(p -> {
                try {
                    Files.delete(p);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /// SHA-256, in hexadecimal digits.
    static String hash(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
