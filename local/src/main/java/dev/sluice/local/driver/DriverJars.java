package dev.sluice.local.driver;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/// Jars that are to be a driver, looked into: whether they hold it, which version it is, which Java it needs, and
/// whether it loads with nothing but these jars and Java itself.
///
/// @param className of the driver
/// @param version as the jar or its name says it; empty when neither does
/// @param java the feature version of Java that the driver's class was compiled for
record DriverJars(List<Path> jars, String className, Optional<String> version, int java) {
    private static final String SERVICES = "META-INF/services/java.sql.Driver";
    private static final Pattern CLASS = Pattern.compile("[A-Za-z_$][\\w$]*(?:\\.[A-Za-z_$][\\w$]*)+");
    private static final Pattern IN_NAME =
            Pattern.compile("(?<![A-Za-z\\d])(\\d+(?:\\.\\d+)+(?:[.-][A-Za-z\\d]+)*)\\.jar$");
    private static final int CLASS_MAGIC = 0xCAFEBABE;
    private static final int BEFORE_JAVA_1 = 44;
    private static final int MOST_SERVICES = 64 << 10;

    DriverJars {
        jars = List.copyOf(jars);
    }

    /// @param name what the driver will be called
    /// @param wanted the class that connectors ask for; empty to take the one that the jars announce
    static DriverJars look(String name, Optional<String> wanted, List<Path> jars) {
        Set<String> announced = new LinkedHashSet<>();
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                announced.addAll(services(file));
            } catch (IOException e) {
                throw unfit(
                        jar,
                        name,
                        Files.exists(jar) ? "it is no jar (" + e.getMessage() + ")" : "there is no such file",
                        e);
            }
        }
        String className = wanted.orElseGet(() -> announced.stream()
                .findFirst()
                .orElseThrow(() -> unfit(
                        jars.getFirst(), name, "it announces no java.sql.Driver; name its class with --class", null)));
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                ZipEntry entry = file.getEntry(className.replace('.', '/') + ".class");
                if (entry != null) {
                    int java = java(file, entry, jar, name);
                    DriverJars found = new DriverJars(jars, className, version(file, jar), java);
                    found.loads(name, jar);
                    return found;
                }
            } catch (IOException e) {
                throw unfit(jar, name, "it cannot be read: " + e.getMessage(), e);
            }
        }
        throw unfit(
                jars.getFirst(),
                name,
                "it does not hold " + className
                        + (announced.isEmpty() ? " nor any other driver" : ", but " + String.join(", ", announced)),
                null);
    }

    private static List<String> services(JarFile file) throws IOException {
        ZipEntry entry = file.getEntry(SERVICES);
        if (entry == null) {
            return List.of();
        }
        try (InputStream in = file.getInputStream(entry)) {
            return new String(in.readNBytes(MOST_SERVICES), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> CLASS.matcher(line).matches())
                    .toList();
        }
    }

    /// From the class file's header; one that this Java could not load is refused.
    private static int java(JarFile file, ZipEntry entry, Path jar, String name) throws IOException {
        try (DataInputStream in = new DataInputStream(file.getInputStream(entry))) {
            if (in.readInt() != CLASS_MAGIC) {
                throw unfit(jar, name, "its driver is no class file", null);
            }
            in.readUnsignedShort();
            int java = in.readUnsignedShort() - BEFORE_JAVA_1;
            int here = Runtime.version().feature();
            if (java > here) {
                throw unfit(jar, name, "it needs Java " + java + ", and this is Java " + here, null);
            }
            return java;
        }
    }

    private static Optional<String> version(JarFile file, Path jar) throws IOException {
        Matcher inName = IN_NAME.matcher(String.valueOf(jar.getFileName()));
        if (inName.find()) {
            return Optional.of(inName.group(1));
        }
        if (file.getManifest() == null) {
            return Optional.empty();
        }
        Attributes main = file.getManifest().getMainAttributes();
        return List.of("Implementation-Version", "Bundle-Version", "Specification-Version").stream()
                .map(main::getValue)
                .filter(v -> v != null && v.matches("[\\w.+-]{1,60}"))
                .findFirst();
    }

    /// With a class loader of its own, as connectors do it.
    private void loads(String name, Path jar) {
        List<URL> urls = new ArrayList<>();
        try {
            for (Path one : jars) {
                urls.add(one.toUri().toURL());
            }
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
        try (URLClassLoader own =
                new URLClassLoader(name, urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Object made =
                    Class.forName(className, true, own).getDeclaredConstructor().newInstance();
            if (!(made instanceof Driver)) {
                throw unfit(jar, name, className + " is no java.sql.Driver", null);
            }
        } catch (LinkageError e) {
            throw unfit(
                    jar,
                    name,
                    className + " does not load; another jar belongs to it ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage() + ")",
                    e);
        } catch (ReflectiveOperationException | IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw unfit(jar, name, className + " cannot be made: " + cause, e);
        }
    }

    static ProblemException unfit(Path jar, String name, String detail, @Nullable Throwable cause) {
        var problem = ConnectionFaults.DRIVER_UNFIT
                .problem()
                .evidence("jar", jar)
                .evidence("name", name)
                .evidence("detail", detail);
        return cause == null ? problem.exception() : problem.from(cause).exception();
    }
}
