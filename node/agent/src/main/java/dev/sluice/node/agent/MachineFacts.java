package dev.sluice.node.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the machine is doing, from Linux's /proc; where there is none, numbers are 0 and memory is what the JVM
/// knows. A library for this would cost the idle node more memory than everything else it does. Thread-safe.
public final class MachineFacts {
    private static final Logger LOG = LoggerFactory.getLogger(MachineFacts.class);

    private final Path proc;
    private long lastBusy;
    private long lastTotal;
    private final long[] networkAtStart;
    private long[] networkBefore;
    private long networkNanos = System.nanoTime();

    /// What went over the network.
    ///
    /// @param received bytes since this was made; likewise sent
    /// @param receivedPerSecond bytes, since it was measured before; likewise sent
    public record Network(long received, long sent, long receivedPerSecond, long sentPerSecond) {}

    /// The machine at one moment.
    record Reading(long availableMemoryMb, int cpuUtilization, Network network) {}

    /// Reads all of it; rates are since the reading before.
    Reading read() {
        return new Reading(availableMemoryMb(), cpuUtilization(), network());
    }

    /// @param proc `/proc`
    public MachineFacts(Path proc) {
        this.proc = proc;
        cpuUtilization();
        this.networkAtStart = counters();
        this.networkBefore = networkAtStart;
    }

    /// Memory that new work could have, in MB.
    public long availableMemoryMb() {
        return meminfo("MemAvailable:", Runtime.getRuntime().freeMemory() >> 10) >> 10;
    }

    /// The machine's memory, or the container's where that is less, in MB.
    public long totalMemoryMb() {
        long machine = meminfo("MemTotal:", 2L << 20) >> 10;
        for (String file : List.of("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")) {
            for (String line : lines(Path.of(file))) {
                if (line.matches("\\d{1,18}")) {
                    machine = Math.min(machine, Long.parseLong(line) >> 20);
                }
            }
        }
        return machine;
    }

    /// Percent of all cores that were busy since the last call.
    public synchronized int cpuUtilization() {
        for (String line : lines(proc.resolve("stat"))) {
            if (line.startsWith("cpu ")) {
                long[] ticks = numbers(line.substring(4));
                long total = Arrays.stream(ticks).limit(8).sum();
                long idle = ticks.length > 4 ? ticks[3] + ticks[4] : 0;
                long busy = total - idle;
                long passed = total - lastTotal;
                int percent = passed <= 0 ? 0 : (int) Math.clamp((busy - lastBusy) * 100 / passed, 0, 100);
                lastBusy = busy;
                lastTotal = total;
                return percent;
            }
        }
        return 0;
    }

    /// Every interface but loopback. An interface that went takes its bytes with it: then nothing is counted.
    public synchronized Network network() {
        long[] counters = counters();
        long now = System.nanoTime();
        double seconds = Math.max(1e-3, (now - networkNanos) / 1e9);
        Network measured = new Network(
                Math.max(0, counters[0] - networkAtStart[0]),
                Math.max(0, counters[1] - networkAtStart[1]),
                (long) (Math.max(0, counters[0] - networkBefore[0]) / seconds),
                (long) (Math.max(0, counters[1] - networkBefore[1]) / seconds));
        networkBefore = counters;
        networkNanos = now;
        return measured;
    }

    /// Bytes received and sent since the machine started.
    private long[] counters() {
        long received = 0;
        long sent = 0;
        for (String line : lines(proc.resolve("net/dev"))) {
            int colon = line.indexOf(':');
            if (colon < 0 || line.substring(0, colon).strip().equals("lo")) {
                continue;
            }
            long[] counters = numbers(line.substring(colon + 1));
            if (counters.length > 8) {
                received += counters[0];
                sent += counters[8];
            }
        }
        return new long[] {received, sent};
    }

    private long meminfo(String name, long otherwise) {
        for (String line : lines(proc.resolve("meminfo"))) {
            if (line.startsWith(name)) {
                return numbers(line.substring(name.length()).replace("kB", ""))[0];
            }
        }
        return otherwise;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            LOG.debug("{} cannot be read: {}", file, e.getMessage());
            return List.of();
        }
    }

    private static long[] numbers(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(s -> s.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .toArray();
    }
}
