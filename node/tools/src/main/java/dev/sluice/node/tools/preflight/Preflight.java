package dev.sluice.node.tools.preflight;

import dev.sluice.diagnosis.PreflightFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.secrets.NodeKeys;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The checks of this machine: disk, rights, Java, the node's certificate, the installation's files.
public final class Preflight {
    private static final long LEAST_BYTES = 100L << 20;
    private static final long ENOUGH_BYTES = 1L << 30;
    private static final int LOWEST_JAVA = 25;
    private static final int MOST_FILES = 10_000;
    private static final Duration SOON = Duration.ofDays(30);

    private final NodeFolder folder;
    private final @Nullable Path lib;
    private final InstantSource clock;

    /// @param lib the folder of the program's jars; null when it is not known
    public Preflight(NodeFolder folder, @Nullable Path lib, InstantSource clock) {
        this.folder = folder;
        this.lib = lib;
        this.clock = clock;
    }

    /// Every check of this machine, in order. Takes less than a second and asks nothing of the network.
    public List<Finding> machine() {
        List<Finding> found = new ArrayList<>();
        found.add(rights());
        found.add(disk());
        found.add(java());
        found.add(installation());
        certificate().ifPresent(found::add);
        folder.allowList().problems().forEach(p -> found.add(of("firewall", Finding.WARNING, p)));
        return found;
    }

    /// Throws the first check that failed. The jars are not among them: this process runs from them.
    ///
    /// @throws ProblemException one of [PreflightFaults]
    public void require() {
        List<Finding> found = new ArrayList<>(List.of(rights(), disk(), java()));
        certificate().ifPresent(found::add);
        for (Finding finding : found) {
            if (finding.failed()) {
                throw dev.sluice.diagnosis.NodeFaults.told(finding.code(), finding.detail(), finding.resolution());
            }
        }
    }

    static Finding of(String check, String outcome, Problem problem) {
        return new Finding(check, outcome, problem.code(), problem.message(), problem.resolution());
    }

    private Finding failed(String check, Problem.Builder problem) {
        return of(check, Finding.FAILED, problem.build());
    }

    /// The nearest folder that is there: the data folder itself may still have to be made.
    private Path there() {
        Path there = folder.root();
        for (Path at = there; at != null; at = at.getParent()) {
            there = at;
            if (Files.exists(at)) {
                break;
            }
        }
        return there;
    }

    private Finding disk() {
        Path at = there();
        try {
            FileStore store = Files.getFileStore(at);
            long free = store.getUsableSpace();
            Problem.Builder full = PreflightFaults.DISK_FULL
                    .problem()
                    .evidence("path", at)
                    .evidence("free", free >> 20)
                    .evidence("needed", LEAST_BYTES >> 20);
            if (free < LEAST_BYTES) {
                return failed("disk", full);
            }
            return free < ENOUGH_BYTES
                    ? of("disk", Finding.WARNING, full.build())
                    : Finding.ok("disk", (free >> 20) + " MB free at " + at);
        } catch (IOException e) {
            return failed(
                    "disk",
                    PreflightFaults.FOLDER_FORBIDDEN
                            .problem()
                            .evidence("path", at)
                            .evidence("right", "read")
                            .evidence("account", account())
                            .evidence("owner", owner(at)));
        }
    }

    private Finding rights() {
        Path at = there();
        if (!Files.isDirectory(at) || !Files.isWritable(at) || !Files.isExecutable(at)) {
            return forbidden(at, "write");
        }
        if (!at.equals(folder.root())) {
            return Finding.ok("rights", account() + " can make " + folder.root());
        }
        try (Stream<Path> files = Files.walk(at)) {
            Optional<Path> closed =
                    files.limit(MOST_FILES).filter(Preflight::isClosed).findFirst();
            return closed.map(p -> forbidden(p, "read and write"))
                    .orElseGet(() -> Finding.ok("rights", account() + " can read and write " + at));
        } catch (java.io.UncheckedIOException e) {
            return forbidden(unreadable(e, at), "read");
        } catch (IOException e) {
            return forbidden(at, "read");
        }
    }

    private static Path unreadable(java.io.UncheckedIOException e, Path at) {
        return e.getCause() instanceof java.nio.file.FileSystemException f && f.getFile() != null
                ? Path.of(f.getFile())
                : at;
    }

    /// A file that vanishes meanwhile is none of ours.
    private static boolean isClosed(Path path) {
        return Files.exists(path) && !(Files.isReadable(path) && Files.isWritable(path));
    }

    private Finding forbidden(Path path, String right) {
        return failed(
                "rights",
                PreflightFaults.FOLDER_FORBIDDEN
                        .problem()
                        .evidence("path", path)
                        .evidence("right", right)
                        .evidence("account", account())
                        .evidence("owner", owner(path)));
    }

    private static String account() {
        return System.getProperty("user.name", "?");
    }

    private static String owner(Path path) {
        try {
            return Files.getOwner(path).getName() + " "
                    + java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException | UnsupportedOperationException e) {
            return "unknown";
        }
    }

    private Finding java() {
        int feature = Runtime.version().feature();
        return feature < LOWEST_JAVA
                ? failed(
                        "java",
                        PreflightFaults.JAVA_OLD
                                .problem()
                                .evidence("found", feature)
                                .evidence("path", System.getProperty("java.home"))
                                .evidence("needed", LOWEST_JAVA))
                : Finding.ok("java", "Java " + Runtime.version() + " at " + System.getProperty("java.home"));
    }

    /// That the jars are there and whole: each is opened, none is read.
    private Finding installation() {
        Path jars = lib;
        if (jars == null) {
            return Finding.ok("installation", "started without a folder of jars");
        }
        int count = 0;
        try (Stream<Path> files = Files.list(jars)) {
            for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).toList()) {
                count++;
                try (java.util.zip.ZipFile zip = new java.util.zip.ZipFile(jar.toFile())) {
                    if (zip.size() == 0) {
                        throw new IOException("it is empty");
                    }
                } catch (IOException e) {
                    return altered(jar, String.valueOf(e.getMessage()));
                }
            }
        } catch (IOException e) {
            return altered(jars, String.valueOf(e.getMessage()));
        }
        return Finding.ok("installation", count + " jars in " + jars);
    }

    private Finding altered(Path file, String detail) {
        return failed(
                "installation",
                PreflightFaults.INSTALLATION_ALTERED
                        .problem()
                        .evidence("path", file)
                        .evidence("detail", detail));
    }

    private Optional<Finding> certificate() {
        if (!NodeKeys.exist(folder.keys())) {
            return Optional.empty();
        }
        try {
            NodeKeys keys = NodeKeys.load(folder.keys());
            if (!keys.isCertified()) {
                return Optional.empty();
            }
            X509Certificate own = keys.identity().certificate();
            Instant now = clock.instant();
            Instant from = own.getNotBefore().toInstant();
            Instant until = own.getNotAfter().toInstant();
            Problem.Builder problem = PreflightFaults.CERTIFICATE_DATES
                    .problem()
                    .evidence("subject", own.getSubjectX500Principal().getName())
                    .evidence("from", from)
                    .evidence("until", until)
                    .evidence("now", now);
            if (now.isBefore(from) || now.isAfter(until)) {
                return Optional.of(failed("certificate", problem));
            }
            return Optional.of(
                    now.plus(SOON).isAfter(until)
                            ? of("certificate", Finding.WARNING, problem.build())
                            : Finding.ok("certificate", "valid until " + until));
        } catch (ProblemException e) {
            return Optional.of(of("certificate", Finding.FAILED, e.problem()));
        }
    }
}
