package dev.sluice.node.agent.worker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How a worker process is started. Holds no secret: arguments are visible to every user of the machine.
///
/// @param java the `java` executable
/// @param classPath of the worker
/// @param mainClass its main class
/// @param grantMb memory of one job: heap, off-heap and the JVM's own together
/// @param flags more JVM flags, after the ones given here, so that they win
/// @param workingFolder current folder of the process
public record WorkerCommand(
        Path java, String classPath, String mainClass, int grantMb, List<String> flags, Path workingFolder) {
    /// Least grant: below it a JVM with drivers does not start reliably.
    public static final int MIN_GRANT_MB = 160;

    public WorkerCommand {
        flags = List.copyOf(flags);
        if (grantMb < MIN_GRANT_MB) {
            throw new IllegalArgumentException("grant " + grantMb + " MB, at least " + MIN_GRANT_MB);
        }
    }

    /// The `java` of this very JVM.
    public static Path ownJava() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /// A fifth of the grant, at least 64 MB, is the JVM's own (code, classes, stacks); a fifth of the rest is
    /// off-heap.
    public int heapMb() {
        return grantMb - ownMb() - directMb();
    }

    public int directMb() {
        return (grantMb - ownMb()) / 5;
    }

    private int ownMb() {
        return Math.max(64, grantMb / 5);
    }

    /// What a job may hold in buffers: two thirds of the heap, the rest is for drivers and objects in passing.
    public long jobBytes() {
        return heapMb() * (2L << 20) / 3;
    }

    List<String> line() {
        List<String> line = new ArrayList<>();
        line.add(java.toString());
        line.add("-Xmx" + heapMb() + "m");
        line.add("-Xms4m");
        line.add("-XX:MaxDirectMemorySize=" + directMb() + "m");
        line.add("-XX:+UseSerialGC");
        line.add("-XX:+UseCompactObjectHeaders");
        line.add("-XX:MinHeapFreeRatio=10");
        line.add("-XX:MaxHeapFreeRatio=20");
        line.add("-XX:+ExitOnOutOfMemoryError");
        // Standard output is the host's alone; the JVM's own last words go where they can be read.
        line.add("-XX:+DisplayVMOutputToStderr");
        line.add("-XX:-UsePerfData");
        // What the start (and a job) had allocated natively goes back to the machine while the process waits.
        line.add("-XX:TrimNativeHeapInterval=10000");
        line.add("-Xss512k");
        line.add("--enable-native-access=ALL-UNNAMED");
        line.add("--sun-misc-unsafe-memory-access=allow");
        // For dev.sluice.secrets.PlatformHandlers, so that a start does not open every jar.
        line.add("--add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED");
        line.add("--add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED");
        line.addAll(flags);
        line.add("-cp");
        line.add(classPath);
        line.add(mainClass);
        return line;
    }
}
