package dev.sluice.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What one run of a command cost, children included, as the operating system accounts it.
///
/// @param wallSeconds from start to end
/// @param cpuSeconds user and system time
/// @param peakMegabytes largest resident set of all its processes together, sampled, or the high water of one of them
public record Measured(double wallSeconds, double cpuSeconds, double peakMegabytes) {
    private static final MethodHandle GETRUSAGE = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("getrusage"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final int CHILDREN = -1;

    /// Runs a command to its end; one that fails is an error with its output's end.
    public static Measured run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("bench-", ".out");
        try {
            double cpu = childrenCpu();
            long started = System.nanoTime();
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            long peak = 0;
            while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, peakKilobytes(process));
            }
            double wall = (System.nanoTime() - started) / 1e9;
            if (process.exitValue() != 0) {
                throw new IOException(
                        command + " ended with " + process.exitValue() + ":\n" + Files.readString(output));
            }
            return new Measured(wall, childrenCpu() - cpu, peak / 1024.0);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static long peakKilobytes(Process process) {
        long together = 0;
        long one = 0;
        for (ProcessHandle p : Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList()) {
            together += resident(p.pid());
            one = Math.max(one, highWater(p.pid()));
        }
        return Math.max(together, one);
    }

    /// `VmHWM` of a process, in kB; 0 when it has gone.
    static long highWater(long pid) {
        return status(pid, "VmHWM:");
    }

    /// `VmRSS` of a process, in kB; 0 when it has gone.
    static long resident(long pid) {
        return status(pid, "VmRSS:");
    }

    private static long status(long pid, String member) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith(member)) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            // The process ended between two looks.
            return 0;
        }
        return 0;
    }

    /// CPU seconds of all children that have ended, from getrusage(2).
    private static double childrenCpu() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(144, 8);
            int failed = (int) GETRUSAGE.invokeExact(CHILDREN, usage);
            if (failed != 0) {
                throw new IllegalStateException("getrusage failed");
            }
            return seconds(usage, 0) + seconds(usage, 16);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static double seconds(MemorySegment usage, long offset) {
        return usage.get(ValueLayout.JAVA_LONG, offset) + usage.get(ValueLayout.JAVA_LONG, offset + 8) / 1e6;
    }
}
