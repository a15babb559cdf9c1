package dev.sluice.data.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.testkit.LinesFormat;
import dev.sluice.data.testkit.MemoryFileConnector;
import dev.sluice.data.testkit.MemoryFileStore;
import dev.sluice.data.testkit.MemoryFiles;
import dev.sluice.data.testkit.MemoryTableConnector;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.formats.columnar.parquet.ParquetFormat;
import dev.sluice.formats.text.DelimitedTextFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/// A copy with everything in memory, that sees what it leaves behind.
final class Rig {
    static final Schema ORDERS = Schema.of(
            new Field("id", DataType.INT32),
            new Field("name", DataType.STRING),
            new Field("price", DataType.decimal(10, 2)));
    static final String RUN = "run-7";

    final TestJob job;
    final MemoryTableConnector tables = new MemoryTableConnector();
    final MemoryFiles files = new MemoryFiles();
    final List<MemoryFileStore> stores = new ArrayList<>();
    final ConcurrentLinkedQueue<RefusedRow> skipped = new ConcurrentLinkedQueue<>();
    UnaryOperator<FileStore> around = s -> s;
    Map<String, Object> activity = Map.of();
    Optional<LogTarget> log = Optional.empty();
    Optional<Staging> staging = Optional.empty();
    int cores = 2;

    @Nullable
    Progress progress;

    Rig() {
        this(new TestJob());
    }

    Rig(TestJob job) {
        this.job = job;
    }

    private Connectors connectors() {
        MemoryFileConnector connector = new MemoryFileConnector(files, s -> {
            stores.add((MemoryFileStore) s);
            return around.apply(s);
        });
        return new Connectors(
                List.of(tables, connector), List.of(new LinesFormat(), new DelimitedTextFormat(), new ParquetFormat()));
    }

    CopyResult copy(TestEndpoint source, TestEndpoint sink) {
        return copy(source.build(), sink.build());
    }

    CopyResult copy(Endpoint source, Endpoint sink) {
        CopySpec spec = CopySpec.of(source, sink, new Settings("/typeProperties", activity), log, staging, RUN);
        try {
            return Copy.run(spec, connectors(), job, listener(), cores);
        } finally {
            nothingIsLeft();
        }
    }

    Verification.Verified verify(Endpoint place, dev.sluice.data.copy.manifest.Contents expected)
            throws java.io.IOException {
        try {
            return Verification.run(place, expected, connectors(), job);
        } finally {
            nothingIsLeft();
        }
    }

    Problem failing(TestEndpoint source, TestEndpoint sink) {
        try {
            copy(source, sink);
        } catch (ProblemException e) {
            assertThat(e.problem().message()).doesNotContain("unknown)");
            return e.problem();
        }
        return Assertions.fail("the copy succeeded");
    }

    private ProgressListener listener() {
        return new ProgressListener() {
            @Override
            public void started(Progress p) {
                progress = p;
            }

            @Override
            public void skipped(RefusedRow row) {
                skipped.add(row);
            }
        };
    }

    /// No thread, no byte, no connection.
    void nothingIsLeft() {
        assertThat(job.memory().used()).as("bytes still reserved").isZero();
        assertThat(tables.openCount()).as("tables still open").isZero();
        assertThat(stores)
                .allSatisfy(
                        s -> assertThat(s.openCount()).as("files still open").isZero());
        assertThat(threads()).as("threads still alive").isEmpty();
    }

    List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(n -> n.contains(RUN))
                .toList();
    }

    static TestEndpoint lines(TestEndpoint side) {
        return side.linkedService("Memory").dataset("Lines").location("type", "MemoryLocation");
    }

    static TestEndpoint linesIn() {
        return lines(TestEndpoint.source());
    }

    static TestEndpoint linesOut() {
        return lines(TestEndpoint.sink());
    }

    /// Files of delimited text with a header.
    static TestEndpoint csvIn() {
        return lines(TestEndpoint.source()).dataset("DelimitedText").with("firstRowAsHeader", true);
    }

    static TestEndpoint csvOut() {
        return lines(TestEndpoint.sink()).dataset("DelimitedText").with("firstRowAsHeader", true);
    }

    static List<List<@Nullable Object>> orders(int count) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            rows.add(Rows.row(i, i % 7 == 0 ? null : "name " + i, new java.math.BigDecimal(i + ".25")));
        }
        return rows;
    }

    /// The same rows as a file of the test's format.
    static String orderLines(int from, int to) {
        StringBuilder text = new StringBuilder("id:INT32\tname:STRING\tprice:DECIMAL(10,2)\n");
        for (int i = from; i <= to; i++) {
            text.append(i)
                    .append('\t')
                    .append(i % 7 == 0 ? "~" : "name " + i)
                    .append('\t')
                    .append(i)
                    .append(".25\n");
        }
        return text.toString();
    }
}
