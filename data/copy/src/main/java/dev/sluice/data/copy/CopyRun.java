package dev.sluice.data.copy;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.files.FileNames;
import dev.sluice.data.copy.files.FileSelection;
import dev.sluice.data.copy.files.FileSink;
import dev.sluice.data.copy.files.FileSource;
import dev.sluice.data.copy.files.PackingStore;
import dev.sluice.data.copy.files.SelectedFile;
import dev.sluice.data.copy.files.UnpackedStore;
import dev.sluice.data.copy.manifest.Contents;
import dev.sluice.data.copy.manifest.Ledger;
import dev.sluice.data.copy.manifest.Manifest;
import dev.sluice.data.packing.Packing;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.RunFaults;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// One copy from its plan to its account, on the planning thread.
final class CopyRun {
    private static final int MOST_BINARY_STREAMS = 8;
    private static final int MOST_READERS = 4;

    private final CopySpec spec;
    private final Connectors connectors;
    private final JobContext job;
    private final ProgressListener listener;
    private final int cores;
    private final Progress progress = new Progress();
    private final FirstFailure failures = new FirstFailure();
    private final FailureNaming naming;
    private volatile boolean cancelled;
    private volatile @Nullable Runnable stop;
    private volatile @Nullable CopyResult result;
    /// The side that a failure of the planning thread belongs to.
    private Endpoint at;
    private Instant start = Instant.EPOCH;
    private Duration listing = Duration.ZERO;
    private Duration preparing = Duration.ZERO;
    private Instant transferStart = Instant.EPOCH;
    private @Nullable SessionLog log;
    /// Nothing, until there is something to tell.
    private Manifest manifest;
    private long resumed;

    CopyRun(CopySpec spec, Connectors connectors, JobContext job, ProgressListener listener, int cores) {
        this.spec = TreeMappings.told(spec, connectors);
        this.connectors = connectors;
        this.job = job;
        this.listener = listener;
        this.cores = cores;
        this.naming = new FailureNaming(job.memory());
        this.at = spec.source();
        Contents nothing = new Ledger().contents(Connectors.isBinary(spec.source()), false, new Schema(List.of()));
        this.manifest = new Manifest(nothing, nothing);
    }

    /// The planning thread's whole life; never throws.
    void execute() {
        try {
            start = job.clock().instant();
            listener.started(progress);
            openLog();
            try (SessionLog opened = log) {
                result = planned();
            }
        } catch (Throwable e) {
            failures.add(e, at, "");
        }
    }

    /// What was skipped before a failure is told, too.
    private CopyResult planned() throws IOException {
        try {
            CopyResult done = plan();
            publishLog();
            return done;
        } catch (IOException | RuntimeException | Error e) {
            Endpoint failed = at;
            try {
                publishLog();
            } catch (IOException | RuntimeException again) {
                e.addSuppressed(again);
            }
            at = failed;
            throw e;
        }
    }

    private void openLog() throws IOException {
        if (spec.log().isPresent()) {
            LogTarget target = spec.log().get();
            at = target.endpoint();
            log = new SessionLog(target, connectors.files(target.endpoint()).open(target.endpoint(), job), job);
            at = spec.source();
        }
    }

    /// Before the commit: what is left out must be told.
    private void publishLog() throws IOException {
        SessionLog opened = log;
        if (opened != null) {
            Endpoint before = at;
            at = opened.endpoint();
            opened.publish();
            at = before;
        }
    }

    private ProgressListener logged() {
        SessionLog opened = log;
        if (opened == null) {
            return listener;
        }
        return new ProgressListener() {
            @Override
            public void started(Progress p) {
                listener.started(p);
            }

            @Override
            public void skipped(RefusedRow row) {
                opened.rowSkipped(row);
                listener.skipped(row);
            }
        };
    }

    /// Ends the copy from another thread.
    void cancel(Thread planner) {
        cancelled = true;
        Runnable streams = stop;
        if (streams != null) {
            streams.run();
        }
        planner.interrupt();
    }

    /// After the planning thread has ended.
    CopyResult result() {
        CopyResult done = result;
        if (done != null) {
            return done;
        }
        if (cancelled || job.cancelled()) {
            throw RunFaults.CANCELLED.problem().evidence("by", "request").exception();
        }
        FirstFailure.Failure failure = failures.get();
        if (failure == null) {
            throw new IllegalStateException("the copy ended without result or failure");
        }
        throw naming.name(failure.cause(), failure.endpoint(), failure.place());
    }

    private CopyResult plan() throws IOException {
        boolean binary = Connectors.isBinary(spec.source());
        if (binary != Connectors.isBinary(spec.sink())) {
            throw DocumentFaults.TYPE_UNKNOWN
                    .problem()
                    .at((binary ? spec.sink() : spec.source()).datasetName())
                    .evidence("object", "dataset")
                    .evidence("type", (binary ? spec.sink() : spec.source()).datasetType())
                    .evidence("supported", "Binary on both sides, or on none")
                    .exception();
        }
        if (binary) {
            return binary();
        }
        return connectors.isFiles(spec.source()) ? fromFiles() : fromTable();
    }

    /// Ends a cancelled copy. The interrupt that came with the cancel has served: what cleans up must not see it.
    private void goOn() {
        if (cancelled || job.cancelled()) {
            Thread.interrupted();
            throw new CancellationException("cancelled");
        }
    }

    private Duration since(Instant t) {
        return Duration.between(t, job.clock().instant());
    }

    private CopyResult binary() throws IOException {
        Packing packed = Packing.of(spec.source().dataset());
        Packing packing = Packing.of(spec.sink().dataset());
        checkAttributes(packed == Packing.NONE && packing == Packing.NONE);
        checkResume(packed == Packing.NONE && packing == Packing.NONE);
        int level = Packing.level(spec.sink().dataset());
        FileStore opened = connectors.files(spec.source()).open(spec.source(), job);
        try (FileStore from = packed == Packing.NONE ? opened : new UnpackedStore(opened, packed)) {
            List<SelectedFile> files = FileSelection.of(from, spec.source());
            long bytes = files.stream().mapToLong(f -> f.entry().size()).sum();
            int independent = files.size();
            if (from instanceof UnpackedStore unpacked) {
                files = unpacked.expand(files, keepsArchiveNames());
                independent = unpacked.independent(files);
            }
            listing = since(start);
            goOn();
            at = spec.sink();
            progress.estimate(-1, bytes);
            try (FileStore to = connectors.files(spec.sink()).open(spec.sink(), job)) {
                FileStore into = packing == Packing.NONE ? to : new PackingStore(to, packing, level, job.scratch());
                return binary(from, into, files, independent);
            }
        }
    }

    /// Attributes are copied by stores that keep them, of files that stay what they are.
    private void checkAttributes(boolean unchanged) {
        if (!spec.preserveAttributes()) {
            return;
        }
        String without = unchanged ? "" : "files that are packed or unpacked become others";
        for (Endpoint side : List.of(spec.source(), spec.sink())) {
            ConnectorDescriptor store = connectors.files(side).descriptor();
            if (!store.capabilities().contains(Capability.ATTRIBUTES)) {
                without = store.name() + " keeps none";
            }
        }
        if (!without.isEmpty()) {
            throw DocumentFaults.SETTING_UNSUPPORTED
                    .problem()
                    .at(spec.translator().pointer().replaceAll("/translator$", "") + "/preserve")
                    .evidence("member", "preserve")
                    .evidence("detail", "attributes are not copied here: " + without)
                    .evidence("advice", "remove it, or copy between stores that keep attributes")
                    .exception();
        }
    }

    /// A file can be found again only where each file read has one of its own, by its name.
    private void checkResume(boolean unchanged) {
        String behavior = spec.sink().storeSettings().text("copyBehavior").orElse("");
        boolean named = !behavior.equalsIgnoreCase("MergeFiles") && !behavior.equalsIgnoreCase("FlattenHierarchy");
        if (spec.resume() && !(unchanged && named)) {
            throw DocumentFaults.SETTING_UNSUPPORTED
                    .problem()
                    .at(spec.translator().pointer().replaceAll("/translator$", "") + "/resume")
                    .evidence("member", "resume")
                    .evidence(
                            "detail",
                            "files that are packed, unpacked, merged or renamed cannot be told to be complete")
                    .evidence("advice", "remove it, or keep the files' hierarchy")
                    .exception();
        }
    }

    /// Whether an archive's name stays as a folder around its members: it does unless the activity says otherwise.
    private boolean keepsArchiveNames() {
        Settings compression = spec.source().formatSettings().section("compressionProperties");
        return compression.flag("preserveZipFileNameAsFolder", true)
                && compression.flag("preserveCompressionFileNameAsFolder", true);
    }

    /// @param independent how many files can be read side by side to advantage
    private CopyResult binary(FileStore from, FileStore to, List<SelectedFile> files, int independent)
            throws IOException {
        BinaryCopy copy = new BinaryCopy(from, to, files, spec, job, progress, failures, naming, log);
        try {
            int wanted = spec.parallelCopies() > 0 ? spec.parallelCopies() : Math.min(MOST_BINARY_STREAMS, 2 * cores);
            wanted = Math.min(wanted, Math.min(connections(spec.source()), connections(spec.sink())));
            int threads = copy.merges() ? 1 : Math.max(1, Math.min(wanted, independent));
            progress.parallel(threads);
            transferStart = job.clock().instant();
            stop = copy::stop;
            goOn();
            copy.run(threads);
            stop = null;
            endIfFailed();
            int written = copy.commit();
            resumed = copy.resumed();
            manifest = copy.manifest();
            publishLog();
            progress.filesWritten(written);
            at = spec.source();
            copy.deleteSources();
            return account(threads, progress.written().sum(), false);
        } finally {
            copy.close();
        }
    }

    /// Leaves by an exception that is not kept when the streams have already said what is wrong.
    private void endIfFailed() {
        goOn();
        if (failures.get() != null) {
            throw new CancellationException("failed");
        }
    }

    private CopyResult fromFiles() throws IOException {
        FileStore store = connectors.files(spec.source()).open(spec.source(), job);
        boolean owned = false;
        try {
            List<SelectedFile> files = FileSelection.of(store, spec.source());
            Endpoint read = spec.source();
            Optional<Packing> archives = Packing.archive(read.dataset()).filter(p -> writesFilePerFile());
            if (archives.isPresent()) {
                UnpackedStore unpacked = new UnpackedStore(store, archives.get());
                files = unpacked.expand(files, keepsArchiveNames());
                store = unpacked;
                read = read.withDataset(read.dataset().without("compressionCodec", "compressionLevel", "compression"));
            }
            listing = since(start);
            goOn();
            if (files.isEmpty()) {
                transferStart = job.clock().instant();
                return account(1, 0, true);
            }
            at = spec.sink();
            Optional<FileNames> names = names(Optional.empty(), files);
            at = spec.source();
            boolean whole = names.isPresent() && names.get().layout() == FileNames.Layout.PER_SOURCE_FILE;
            try (FileSource source =
                    new FileSource(store, connectors.format(read).decoder(read), files, whole)) {
                owned = true;
                return intoSink(source, names);
            }
        } finally {
            if (!owned) {
                store.close();
            }
        }
    }

    /// Whether the sink has a file for each file read, so that an archive's members become files of their own.
    private boolean writesFilePerFile() {
        Endpoint sink = spec.sink();
        return connectors.isFiles(sink)
                && sink.location().text("fileName").filter(n -> !n.isBlank()).isEmpty()
                && !sink.storeSettings().text("copyBehavior").orElse("").equalsIgnoreCase("MergeFiles")
                && connectors.format(sink).encoder(sink).maxRowsPerFile() == Long.MAX_VALUE;
    }

    private CopyResult fromTable() throws IOException {
        try (Source source = connectors.tables(spec.source()).source(spec.source(), job)) {
            listing = since(start);
            goOn();
            at = spec.sink();
            return intoSink(source, names(tableName(), List.of()));
        }
    }

    /// The names of the files written; empty when the sink is a table.
    private Optional<FileNames> names(Optional<String> table, List<SelectedFile> files) {
        if (!connectors.isFiles(spec.sink())) {
            return Optional.empty();
        }
        Encoder encoder = connectors.format(spec.sink()).encoder(spec.sink());
        boolean limited = encoder.maxRowsPerFile() != Long.MAX_VALUE;
        return Optional.of(FileNames.of(
                spec.sink(),
                spec.runId(),
                table,
                files,
                severalFiles(),
                encoder.extension(),
                limited,
                encoder.fileNamePrefix()));
    }

    /// Whether a table may become several files. Only on demand: how many there are must not depend on the machine,
    /// or a run elsewhere would leave files of an earlier one beside its own.
    private boolean severalFiles() {
        String partitions = spec.source().activity().text("partitionOption").orElse("");
        return spec.parallelCopies() > 1 || !(partitions.isBlank() || partitions.equalsIgnoreCase("None"));
    }

    /// Name of the source's table, unless it is a query.
    private Optional<String> tableName() {
        if (spec.source().activity().names().stream()
                .map(n -> n.toLowerCase(Locale.ROOT))
                .anyMatch(n -> n.endsWith("query") || n.endsWith("storedprocedurename"))) {
            return Optional.empty();
        }
        return spec.source()
                .dataset()
                .text("table")
                .or(() -> spec.source().dataset().text("tableName"))
                .filter(s -> !s.isBlank());
    }

    private CopyResult intoSink(Source source, Optional<FileNames> names) throws IOException {
        progress.estimate(source.estimatedRows(), source.estimatedBytes());
        at = spec.sink();
        Instant opening = job.clock().instant();
        try (Sink sink = sink(names)) {
            goOn();
            Schema schema = source.schema();
            if (schema.size() == 0 && (source.files() > 0 || connectors.isTrees(spec.source()))) {
                return ofNothing(source, sink);
            }
            SourceColumns columns = SourceColumns.of(
                    schema, spec.source(), source instanceof FileSource files ? files.selected() : List.of());
            ColumnMapping mapping = new MappingPlanner(spec, columns, sink.schema()).plan();
            mapping.converters();
            at = spec.source();
            List<Split> splits = source.splits(wanted(source, sink));
            StreamSet.Shape shape = shape(source, sink, splits.size(), mapping);
            goOn();
            at = spec.sink();
            if (sink instanceof FileSink files) {
                files.expect(shape.writers());
            }
            Proofs proofs = new Proofs(spec.proof(), spec.sink().datasetName());
            proofs.expect(sink);
            sink.begin(mapping.target());
            preparing = since(opening);
            return transfer(new StreamSet(
                    source, splits, sink, mapping, shape, spec, job, progress, proofs, logged(), failures));
        }
    }

    /// Files that have not even columns are no rows: there is nothing to map, and no file or table is made of it.
    /// A table that is there is begun and committed all the same, so that its pre-copy script runs.
    private CopyResult ofNothing(Source source, Sink sink) throws IOException {
        progress.parallel(1);
        for (int i = 0; i < source.files(); i++) {
            progress.fileRead();
        }
        transferStart = job.clock().instant();
        Optional<Schema> table = sink.schema();
        if (table.isPresent()) {
            sink.begin(table.get());
            goOn();
            sink.commit();
        }
        return account(1, 0, true);
    }

    private Sink sink(Optional<FileNames> names) {
        if (names.isEmpty()) {
            return connectors.tables(spec.sink()).sink(spec.sink(), job);
        }
        Encoder encoder = connectors.format(spec.sink()).encoder(spec.sink());
        return new FileSink(connectors.files(spec.sink()).open(spec.sink(), job), encoder, names.get(), job);
    }

    /// How many splits to ask for. Rows that go into one file stay in order, so they are read in one piece. A
    /// table has no order: where it takes only one writer, and nothing else is said, half of the cores may read
    /// for it.
    private int wanted(Source source, Sink sink) {
        boolean demanded = spec.parallelCopies() > 0;
        int most = demanded ? spec.parallelCopies() : cores;
        most = Math.min(most, Math.min(connections(spec.source()), connections(spec.sink())));
        if (source.files() > 0 && sink instanceof FileSink) {
            return Math.min(most, sink.maxWriters());
        }
        if (demanded || sink.maxWriters() >= most) {
            return most;
        }
        int readers = source.files() > 0 ? Math.min(MOST_READERS, cores / 2) : 1;
        return Math.clamp(Math.max(sink.maxWriters(), readers), 1, most);
    }

    /// The activity's `maxConcurrentConnections` for a store.
    private static int connections(Endpoint endpoint) {
        String member = "maxConcurrentConnections";
        return endpoint.storeSettings()
                .number(member, 1, Integer.MAX_VALUE)
                .or(() -> endpoint.activity().number(member, 1, Integer.MAX_VALUE))
                .orElse((long) Integer.MAX_VALUE)
                .intValue();
    }

    /// Spreads the copy over threads. A hand-over costs about 5 µs per batch on a busy two-core machine
    /// (measured with empty batches), against some 100 µs or more that reading and writing a batch take: it pays
    /// wherever the two sides can overlap. They cannot when as many streams as cores only compute, file to file;
    /// there each stream has one thread. Conversion belongs to the side with less to do: a parser of text leaves
    /// it to the writer of a table.
    private StreamSet.Shape shape(Source source, Sink sink, int splits, ColumnMapping mapping) {
        int parallel = Math.max(1, Math.min(wanted(source, sink), splits));
        int writers = Math.min(parallel, sink.maxWriters());
        int readers = writers == 1 ? parallel : 1;
        boolean files = source.files() > 0 && sink instanceof FileSink;
        boolean handOver = !(files && writers >= cores && cores > 1);
        boolean convertWhileReading = readers > 1 || source.files() == 0 || sink instanceof FileSink;
        progress.parallel(Math.max(writers, readers));
        StreamSet.Shape shape = new StreamSet.Shape(writers, readers, handOver, convertWhileReading, 1);
        int rows = StreamSet.batchRows(
                mapping, writers * shape.parcels(), job.memory().limit());
        return new StreamSet.Shape(writers, readers, handOver, convertWhileReading, rows);
    }

    private CopyResult transfer(StreamSet streams) throws IOException {
        transferStart = job.clock().instant();
        stop = streams::stop;
        goOn();
        streams.run();
        stop = null;
        endIfFailed();
        Progress.Snapshot s = progress.snapshot();
        if (s.rowsRead() != s.rowsWritten() + s.rowsSkipped()) {
            throw DataFaults.ROWS_LOST.with(
                    "read", s.rowsRead(), "written", s.rowsWritten(), "skipped", s.rowsSkipped());
        }
        manifest = streams.proofs.manifest(streams.mapping);
        Proofs.compare(manifest, streams.mapping);
        publishLog();
        Sink.Account account = streams.sink.commit();
        verify(streams.sink);
        progress.filesWritten(account.files());
        return account(s.parallelCopies(), account.bytes(), true);
    }

    /// Formats that give every value back as it was given to them, so that a difference is a fault of the way. Others
    /// keep less: a workbook's numbers, finer times.
    private static final Set<String> FAITHFUL = Set.of("delimitedtext", "parquet");

    /// Reads the files again where the activity asks for it and their format is [#FAITHFUL]. Tables are counted only:
    /// who else writes to them is not known.
    private void verify(Sink sink) throws IOException {
        if (!spec.validateConsistency()
                || !(sink instanceof FileSink files)
                || !FAITHFUL.contains(spec.sink().datasetType().toLowerCase(Locale.ROOT))) {
            return;
        }
        at = spec.sink();
        List<Verification.Difference> found =
                Verification.run(spec.sink(), manifest.sink(), connectors, job).differences();
        if (!found.isEmpty()) {
            files.withdraw();
            Verification.Difference first = found.getFirst();
            throw DataFaults.FILE_DIFFERS
                    .problem()
                    .on(spec.sink().side())
                    .evidence("path", first.chunk())
                    .evidence("store", spec.sink().datasetName())
                    .evidence(
                            "detail",
                            (first.column().isEmpty() ? "" : "column " + first.column() + ": ") + first.detail())
                    .exception();
        }
    }

    private Map<String, String> shownLog() {
        SessionLog opened = log;
        return opened == null ? Map.of() : Map.of(opened.member(), opened.shownPath());
    }

    private CopyResult account(int parallel, long bytesWritten, boolean tabular) {
        Progress.Snapshot s = progress.snapshot();
        return new CopyResult(
                tabular,
                s.bytesRead(),
                bytesWritten,
                s.filesRead(),
                s.filesWritten(),
                s.rowsRead(),
                s.rowsWritten(),
                s.rowsSkipped(),
                progress.filesSkipped(),
                resumed,
                shownLog(),
                start,
                since(start),
                parallel,
                progress.readers().peak(),
                tabular ? progress.writers().peak() : progress.readers().peak(),
                spec.source().linkedServiceType(),
                spec.sink().linkedServiceType(),
                manifest,
                spec.validateConsistency(),
                new CopyResult.Phases(
                        listing,
                        spec.sink().activity().has("preCopyScript") ? preparing : Duration.ZERO,
                        progress.timeToFirstByte(start),
                        since(transferStart),
                        progress.readWork(),
                        progress.writeWork()),
                List.of(),
                List.of());
    }
}
