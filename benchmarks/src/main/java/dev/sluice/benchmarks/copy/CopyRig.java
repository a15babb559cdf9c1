package dev.sluice.benchmarks.copy;

import dev.sluice.benchmarks.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// TPC-H lineitem by `sluice run`, beside a reference for each workload, in turn, several times; the first round only
/// warms the machine up. Each result is checked by count and checksum before the next run.
///
/// Arguments: scale factor (default 1), rounds (default 3), which workloads, by comma (default all), path of the
/// `sluice` launcher (default ./sluice). Variables: SLUICE_BENCH_PAUSE waits before each workload. Exit code 1 when a
/// target is missed. A row of the report is kept as
/// `benchmarks/target/copy-NAME.txt`, all rows that are there as `benchmarks/target/copy.md`.
final class CopyRig {
    private static final Path RESULTS = Path.of("benchmarks/target").toAbsolutePath();
    private static final String HEAD = """
            | workload | Sluice s | reference s | ratio | target | client CPU s | reference's CPU s | peak RSS MB | runs s |
            |---|---|---|---|---|---|---|---|---|
            """;

    private CopyRig() {}

    public static void main(String[] args) throws Exception {
        double scale = args.length > 0 ? Double.parseDouble(args[0]) : 1;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        List<Workload> which = args.length > 2 && !args[2].equals("all")
                ? Arrays.stream(args[2].split(",")).map(Workload::named).toList()
                : List.of(Workload.values());
        Path launcher = Path.of(args.length > 3 ? args[3] : "sluice").toAbsolutePath();
        Files.createDirectories(RESULTS);
        Path work = Files.createTempDirectory("sluice-bench-");
        boolean missed = false;
        try (Stores stores = new Stores(work, launcher, scale)) {
            for (Workload workload : which) {
                Optional<String> lacking = workload.lacking();
                if (lacking.isPresent()) {
                    System.out.println(workload.title() + ": SKIPPED, " + lacking.get());
                    continue;
                }
                missed |= !measure(workload, stores, rounds);
            }
        } finally {
            delete(work);
        }
        System.exit(missed ? 1 : 0);
    }

    private static boolean measure(Workload workload, Stores stores, int rounds) throws Exception {
        List<Measured> ours = new ArrayList<>();
        List<Measured> reference = new ArrayList<>();
        workload.prepare(stores);
        pause(workload);
        for (int round = 0; round <= rounds; round++) {
            workload.clean(stores);
            Measured peer = workload.reference(stores);
            workload.clean(stores);
            Measured own = workload.sluice(stores);
            workload.check(stores);
            if (round > 0 || rounds == 0) {
                ours.add(own);
                reference.add(peer);
            }
            System.out.printf(
                    "%s: reference %.2f s, Sluice %.2f s (CPU %.2f s, %.0f MB)%n",
                    workload.title(), peer.wallSeconds(), own.wallSeconds(), own.cpuSeconds(), own.peakMegabytes());
        }
        workload.clean(stores);
        double wall = median(ours.stream().mapToDouble(Measured::wallSeconds).toArray());
        double peer =
                median(reference.stream().mapToDouble(Measured::wallSeconds).toArray());
        double ratio = wall / peer;
        String row = String.format(
                "| %s | %.2f | %.2f (%s) | %.2f | ≤ %.2f | %.2f | %.2f | %.0f | %s |%n",
                workload.title(),
                wall,
                peer,
                workload.peer(),
                ratio,
                workload.target(),
                median(ours.stream().mapToDouble(Measured::cpuSeconds).toArray()),
                median(reference.stream().mapToDouble(Measured::cpuSeconds).toArray()),
                ours.stream().mapToDouble(Measured::peakMegabytes).max().orElse(0),
                String.join(
                        " ",
                        ours.stream()
                                .map(m -> String.format("%.2f", m.wallSeconds()))
                                .toList()));
        Files.writeString(RESULTS.resolve("copy-" + workload.name() + ".txt"), row);
        StringBuilder report = new StringBuilder(HEAD);
        for (Workload each : Workload.values()) {
            Path kept = RESULTS.resolve("copy-" + each.name() + ".txt");
            report.append(Files.exists(kept) ? Files.readString(kept) : "");
        }
        Files.writeString(RESULTS.resolve("copy.md"), report);
        System.out.print(HEAD + row);
        return ratio <= workload.target();
    }

    /// With SLUICE_BENCH_PAUSE set, waits for a line of input before it measures, so that the machine can be made
    /// quiet.
    private static void pause(Workload workload) throws IOException {
        if (System.getenv("SLUICE_BENCH_PAUSE") != null) {
            System.out.println("ready for " + workload.name());
            int end = System.in.read();
            while (end >= 0 && end != '\n') {
                end = System.in.read();
            }
        }
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
