package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.DriverFolders;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Driver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds JDBC drivers: on the class path, or as jars in `FOLDER/NAME/VERSION/*.jar` or `FOLDER/NAME/*.jar`, where the
/// folders are those of [DriverFolders]. Jars beside a list of hashes are loaded only as they were when they were
/// added. Each version has a class loader of its own, so that two can live side by side; without a version
/// wanted, the newest is taken. Loaded drivers stay for the life of the process. Thread-safe.
public final class Drivers {
    private static final int MOST_JARS = 500;
    private static final int HASH_DIGITS = 64;
    private static final Map<String, Driver> LOADED = new ConcurrentHashMap<>();

    private final List<Path> folders;

    Drivers(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /// Those of this process.
    static Drivers ofProcess() {
        return new Drivers(DriverFolders.ofProcess());
    }

    /// The driver, loaded.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException `DriverMissing` that says where it was looked for
    Driver find(DriverName name, Kind side, String store) {
        List<Path> homes = homes(name);
        String key = name.className() + homes;
        Driver loaded = LOADED.get(key);
        if (loaded != null) {
            return loaded;
        }
        List<String> tried = new ArrayList<>();
        for (Path home : homes) {
            checkHashes(home, name, side, store);
            try {
                Driver driver = load(
                        name,
                        new URLClassLoader(name.folder(), jars(home), getClass().getClassLoader()));
                LOADED.put(key, driver);
                return driver;
            } catch (IOException | ReflectiveOperationException | LinkageError e) {
                tried.add(home + " (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")");
            }
        }
        try {
            Driver driver = load(name, getClass().getClassLoader());
            LOADED.put(key, driver);
            return driver;
        } catch (ReflectiveOperationException | LinkageError e) {
            throw ConnectionFaults.DRIVER_MISSING
                    .problem()
                    .on(side)
                    .evidence("driver", name.className())
                    .evidence("store", store)
                    .evidence("searched", searched(name))
                    .evidence("found", tried.isEmpty() ? "none" : String.join("; ", tried))
                    .evidence("coordinates", name.coordinates())
                    .evidence("name", name.folder())
                    .evidence(
                            "folder",
                            folders.isEmpty()
                                    ? "DRIVERS/" + name.folder()
                                    : folders.getFirst().resolve(name.folder()))
                    .from(e)
                    .exception();
        }
    }

    private String searched(DriverName name) {
        String inFolders =
                folders.stream().map(f -> f.resolve(name.folder()).toString()).collect(Collectors.joining(", "));
        return (inFolders.isEmpty() ? "no folder of drivers is set" : inFolders) + ", then the class path";
    }

    /// Folders with jars of that driver, in the order in which they are tried: first folder first, newest version
    /// first.
    private List<Path> homes(DriverName name) {
        List<Path> homes = new ArrayList<>();
        for (Path folder : folders) {
            Path home = folder.resolve(name.folder());
            if (!Files.isDirectory(home)) {
                continue;
            }
            try (Stream<Path> inside = Files.list(home)) {
                List<Path> versions = inside.filter(Files::isDirectory)
                        .sorted(Comparator.comparing(
                                p -> versionOf(p.getFileName().toString()), Comparator.reverseOrder()))
                        .toList();
                homes.addAll(versions);
            } catch (IOException e) {
                System.getLogger(Drivers.class.getName())
                        .log(System.Logger.Level.WARNING, home + " cannot be listed", e);
            }
            homes.add(home);
        }
        return homes.stream().filter(Drivers::hasJars).toList();
    }

    /// Numbers in a version's name, padded, so that 10 comes after 9.
    private static String versionOf(String name) {
        StringBuilder key = new StringBuilder();
        for (String part : name.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)", -1)) {
            key.append(
                    !part.isEmpty() && Character.isDigit(part.charAt(0))
                            ? "0".repeat(Math.max(0, 12 - part.length())) + part
                            : part);
        }
        return key.toString();
    }

    /// Jars that are not what was added are not loaded, and none is passed over: somebody has to look.
    private static void checkHashes(Path home, DriverName name, Kind side, String store) {
        Path sums = home.resolve(DriverFolders.SUMS);
        if (!Files.exists(sums)) {
            return;
        }
        try {
            Map<String, String> added = new HashMap<>();
            for (String line : Files.readAllLines(sums)) {
                if (line.length() > HASH_DIGITS + 2) {
                    added.put(line.substring(HASH_DIGITS + 2), line.substring(0, HASH_DIGITS));
                }
            }
            try (Stream<Path> inside = Files.list(home)) {
                for (Path jar : inside.filter(p -> p.toString().endsWith(".jar"))
                        .sorted()
                        .toList()) {
                    String known = added.get(String.valueOf(jar.getFileName()));
                    String now = hash(jar);
                    if (!now.equals(known)) {
                        throw ConnectionFaults.DRIVER_ALTERED
                                .problem()
                                .on(side)
                                .evidence("jar", jar)
                                .evidence("store", store)
                                .evidence("name", name.folder())
                                .evidence("version", home.getFileName())
                                .evidence("added", known == null ? "nothing of that name" : known)
                                .evidence("now", now)
                                .exception();
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(sums + " cannot be read", e);
        }
    }

    private static String hash(Path jar) throws IOException {
        try (InputStream in = Files.newInputStream(jar)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[64 << 10];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean hasJars(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.anyMatch(p -> p.toString().endsWith(".jar"));
        } catch (IOException e) {
            return false;
        }
    }

    private static URL[] jars(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            List<URL> urls = new ArrayList<>();
            for (Path p : inside.filter(p -> p.toString().endsWith(".jar"))
                    .sorted()
                    .limit(MOST_JARS)
                    .toList()) {
                urls.add(url(p));
            }
            return urls.toArray(URL[]::new);
        }
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }

    private static Driver load(DriverName name, ClassLoader from) throws ReflectiveOperationException {
        return (Driver) Class.forName(name.className(), true, from)
                .getDeclaredConstructor()
                .newInstance();
    }
}
