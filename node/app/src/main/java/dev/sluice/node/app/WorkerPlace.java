package dev.sluice.node.app;

import dev.sluice.node.agent.worker.WorkerCommand;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the worker's jars and its class cache lie.
///
/// The system property `sluice.lib` names the folder of jars: the class path is what its file `worker.classpath`
/// lists (one jar per line), or else the jar of this module and that of the stores, whose manifests name the others.
/// Without the property it is this process's own class path. `sluice.aot` names the folder of class caches.
///
/// @param recording whether this start records the worker's class cache
record WorkerPlace(String classPath, List<String> flags, boolean recording) {
    /// By name: the host does not load what only workers need.
    private static final String MAIN = "dev.sluice.node.app.WorkerMain";

    static WorkerPlace find() throws IOException {
        @Nullable String record = System.getenv("SLUICE_AOT_RECORD");
        return new WorkerPlace(
                classPath(System.getProperty("sluice.lib")),
                flags(System.getProperty("sluice.aot"), record),
                record != null);
    }

    /// @param more flags of this node's own
    WorkerCommand command(int grantMb, List<String> more, Path folder) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(more);
        return new WorkerCommand(WorkerCommand.ownJava(), classPath, MAIN, grantMb, all, folder);
    }

    private static String classPath(@Nullable String lib) throws IOException {
        if (lib != null) {
            Path folder = Path.of(lib);
            Path list = folder.resolve("worker.classpath");
            if (Files.exists(list)) {
                return String.join(
                        System.getProperty("path.separator"),
                        Files.readAllLines(list).stream()
                                .map(String::strip)
                                .filter(line -> !line.isEmpty())
                                .map(jar -> folder.resolve(jar).toString())
                                .toList());
            }
            List<String> jars = new ArrayList<>();
            // The host has no use for them, and every jar on a class path costs time and memory: it is opened, and its
            // directory kept, by whatever looks for something behind it. So what is looked for first (the stores'
            // index)
            // is in the first.
            jars.addAll(jars(folder, "sluice-data-stores-*.jar"));
            jars.addAll(jars(folder, "sluice-node-app-*.jar"));
            if (!jars.isEmpty()) {
                return String.join(System.getProperty("path.separator"), jars);
            }
        }
        return System.getProperty("java.class.path");
    }

    private static List<String> jars(Path folder, String name) throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, name)) {
            jars.forEach(jar -> found.add(jar.toString()));
        }
        return found;
    }

    private static List<String> flags(@Nullable String aot, @Nullable String record) {
        List<String> flags = new ArrayList<>();
        // A cache that does not fit (another JDK, another class path) is passed over in silence.
        flags.addAll(List.of("-Xlog:aot=off", "-Xlog:cds=off", "-Xlog:aot*=off"));
        if (record != null) {
            flags.add("-XX:AOTCacheOutput=" + Path.of(record, "worker.aot"));
        } else if (aot != null && Files.exists(Path.of(aot, "worker.aot"))) {
            flags.add("-XX:AOTCache=" + Path.of(aot, "worker.aot"));
        }
        return flags;
    }
}
