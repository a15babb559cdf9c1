package dev.sluice.data.copy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.convert.ConversionSettings;
import dev.sluice.data.copy.files.FileSelection;
import dev.sluice.data.copy.manifest.Chunk;
import dev.sluice.data.copy.manifest.ColumnSum;
import dev.sluice.data.copy.manifest.Contents;
import dev.sluice.data.copy.manifest.Digest;
import dev.sluice.data.copy.manifest.FileHash;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/// Reads what a copy wrote and compares it with the copy's manifest, chunk by chunk and column by column. For one
/// thread.
public final class Verification {
    /// Differences told at most.
    static final int MOST_DIFFERENCES = 100;

    private static final int BUFFER = 1 << 20;
    private static final int BATCH_ROWS = 4_096;

    private final Endpoint place;
    private final Contents expected;
    private final Connectors connectors;
    private final JobContext job;
    private final List<Difference> differences = new ArrayList<>();
    private long rows;
    private long files;

    private Verification(Endpoint place, Contents expected, Connectors connectors, JobContext job) {
        this.place = asSource(place, expected);
        this.expected = expected;
        this.connectors = connectors;
        this.job = job;
    }

    /// Where the sink is not what was written.
    ///
    /// @param chunk in words: a file, rows of a file, a table
    /// @param column empty where it is not one column
    public record Difference(String chunk, String column, String detail) {}

    /// How a comparison ended.
    ///
    /// @param rows read from the sink
    /// @param files looked at; 0 for tables
    /// @param differences none when everything is as it was written
    public record Verified(long rows, long files, List<Difference> differences) {
        public Verified {
            differences = List.copyOf(differences);
        }
    }

    /// Reads the place and compares.
    ///
    /// @param place the dataset that was the copy's sink; how the activity wrote to it does not matter
    /// @throws ProblemException when the place cannot be read
    public static Verified run(Endpoint place, Contents expected, Connectors connectors, JobContext job)
            throws IOException {
        Verification verification = new Verification(place, expected, connectors, job);
        if (!connectors.isFiles(verification.place)) {
            verification.table();
        } else if (expected.binary()) {
            verification.eachFile(verification::bytesOf);
        } else {
            verification.eachFile(verification::rowsOf);
        }
        return new Verified(verification.rows, verification.files, verification.differences);
    }

    /// Where rows are trees, the columns that were written are asked for, in their types.
    private static Endpoint asSource(Endpoint sink, Contents expected) {
        List<TreeMapping.Column> columns = expected.schema().fields().stream()
                .map(f -> new TreeMapping.Column(f.name(), f.name().startsWith("$"), Optional.of(f.type())))
                .toList();
        Settings none = new Settings(sink.activity().pointer(), Map.of());
        return new Endpoint(
                        sink.side(),
                        sink.linkedServiceName(),
                        sink.linkedServiceType(),
                        sink.linkedService(),
                        sink.datasetName(),
                        sink.datasetType(),
                        sink.dataset(),
                        none)
                .withTrees(columns.isEmpty() ? TreeMapping.NONE : new TreeMapping("", columns, false, false));
    }

    private interface FileWork {
        List<Chunk> read(FileStore store, FileEntry file) throws IOException;
    }

    private void eachFile(FileWork work) throws IOException {
        boolean told = !expected.places().contains("");
        try (FileStore store = connectors.files(place).open(place, job)) {
            if (!told) {
                List<Chunk> all = new ArrayList<>();
                for (var file : FileSelection.of(store, place)) {
                    files++;
                    all.addAll(work.read(store, file.entry()));
                }
                compareTotals(new Contents(expected.binary(), true, expected.schema(), all));
                return;
            }
            for (String path : expected.places()) {
                Optional<FileEntry> file = store.find(path);
                if (file.isEmpty()) {
                    differ(path, "", "the file is not there");
                    continue;
                }
                files++;
                compare(
                        path,
                        expected.chunks().stream()
                                .filter(c -> c.place().equals(path))
                                .toList(),
                        work.read(store, file.get()));
            }
        }
    }

    private void goOn() {
        if (job.cancelled()) {
            throw new CancellationException("cancelled");
        }
    }

    private List<Chunk> bytesOf(FileStore store, FileEntry file) throws IOException {
        FileHash hash = new FileHash();
        job.memory().reserve(BUFFER);
        try (FileInput in = store.open(file);
                InputStream stream = in.stream(0, file.size())) {
            byte[] buffer = new byte[BUFFER];
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                goOn();
                hash.update(buffer, 0, n);
            }
        } finally {
            job.memory().release(BUFFER);
        }
        return List.of(Chunk.ofFile(file.path(), hash.length(), hash.end()));
    }

    private List<Chunk> rowsOf(FileStore store, FileEntry file) throws IOException {
        Decoder decoder = connectors.format(place).decoder(place);
        Digest digest = new Digest(expected.schema(), file.path());
        try (FileInput in = store.open(file)) {
            Schema schema = decoder.schema(in);
            if (schema.size() == 0) {
                return digest.end(-1);
            }
            ColumnMapping mapping = mapping(schema, file.path());
            try (Reader reader =
                    decoder.open(in, new Decoder.FileRange(0, file.size()), schema, mapping.read(), context())) {
                sumUp(reader, mapping, digest);
            }
        }
        return digest.end(-1);
    }

    private void table() throws IOException {
        Digest digest = new Digest(expected.schema(), place.datasetName());
        try (Source source = connectors.tables(place).source(place, job)) {
            ColumnMapping mapping = mapping(source.schema(), place.datasetName());
            for (Split split : source.splits(1)) {
                try (Reader reader = source.open(split, mapping.read(), context())) {
                    sumUp(reader, mapping, digest);
                }
            }
        }
        compareTotals(new Contents(false, true, expected.schema(), digest.end(-1)));
    }

    /// By names where they are there, else by position: files without names have the columns in the order in which they
    /// were written.
    private ColumnMapping mapping(Schema there, String where) {
        List<Field> fields = expected.schema().fields();
        boolean named = fields.stream().allMatch(f -> there.indexOf(f.name()) >= 0);
        if (!named && there.size() != fields.size()) {
            Field missing = fields.stream()
                    .filter(f -> there.indexOf(f.name()) < 0)
                    .findFirst()
                    .orElseThrow();
            throw DataFaults.COLUMN_MISSING
                    .problem()
                    .on(place.side())
                    .at(where)
                    .evidence("column", missing.name())
                    .evidence("object", where)
                    .evidence("columns", String.join(", ", there.names()))
                    .exception();
        }
        List<ColumnMapping.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            pairs.add(new ColumnMapping.Pair(named ? there.indexOf(field.name()) : i, field));
        }
        return ColumnMapping.of(pairs, SourceColumns.of(there, place), ConversionSettings.of(Settings.EMPTY));
    }

    private void sumUp(Reader reader, ColumnMapping mapping, Digest digest) throws IOException {
        int batch = StreamSet.batchRows(mapping, 1, job.memory().limit());
        BatchConverter converter = new BatchConverter(mapping, Verification::refuse);
        long first = 1;
        try (Parcel parcel = new Parcel(mapping, new Schema(List.of()), Math.min(BATCH_ROWS, batch), job.memory())) {
            while (true) {
                goOn();
                parcel.clear();
                parcel.read().setFirstRow(first);
                if (!reader.read(parcel.read())) {
                    return;
                }
                first += parcel.read().rows();
                parcel.complete("", "", "");
                converter.convert(parcel);
                Batch target = parcel.target();
                rows += target.rows();
                digest.add(target);
            }
        }
    }

    private static void refuse(RefusedRow row) {
        throw new ProblemException(row.problem());
    }

    private ReadContext context() {
        return new ReadContext() {
            @Override
            public JobContext job() {
                return job;
            }

            @Override
            public void refuse(RefusedRow row) {
                Verification.refuse(row);
            }
        };
    }

    private void compare(String path, List<Chunk> wanted, List<Chunk> found) {
        long wantedRows = wanted.stream().mapToLong(Chunk::rows).sum();
        long foundRows = found.stream().mapToLong(Chunk::rows).sum();
        if (wantedRows != foundRows) {
            differ(path, "", foundRows + " rows are there, " + wantedRows + " were written");
        }
        if (expected.binary() && wanted.getFirst().bytes() != found.getFirst().bytes()) {
            differ(
                    path,
                    "",
                    found.getFirst().bytes() + " bytes are there, "
                            + wanted.getFirst().bytes() + " were written");
            return;
        }
        for (int i = 0; i < Math.min(wanted.size(), found.size()); i++) {
            Chunk one = wanted.get(i);
            Chunk other = found.get(i);
            if (one.rows() == other.rows()) {
                columns(one.describe(), one.columns(), other.columns(), one.rowHash(), other.rowHash());
            } else {
                columns(
                        path + " from row " + one.firstRow(),
                        one.columns(),
                        other.columns(),
                        one.rowHash(),
                        other.rowHash());
            }
        }
    }

    private void compareTotals(Contents found) {
        String name = place.datasetName();
        if (found.rows() != expected.rows()) {
            differ(
                    name,
                    "",
                    found.rows() + " rows are there, " + expected.rows() + " were written"
                            + (found.rows() > expected.rows()
                                    ? "; where other loads went into the same place, compare with their manifests, too"
                                    : ""));
        }
        columns(name, expected.totals(), found.totals(), expected.rowHash(), found.rowHash());
    }

    private void columns(String chunk, List<ColumnSum> wanted, List<ColumnSum> found, long wantedRows, long foundRows) {
        boolean same = true;
        for (int i = 0; i < wanted.size(); i++) {
            ColumnSum one = wanted.get(i);
            ColumnSum other = found.get(i);
            String column = expected.binary() ? "" : expected.schema().field(i).name();
            if (one.first() != other.first() || one.second() != other.second()) {
                same = false;
                differ(
                        chunk,
                        column,
                        expected.binary()
                                ? "the bytes are others"
                                : "the values are others (" + other.hash() + " instead of " + one.hash() + ")");
            } else if (holes(one) != holes(other) || !isText() && one.nulls() != other.nulls()) {
                same = false;
                differ(
                        chunk,
                        column,
                        other.nulls() + " nulls and " + other.empties() + " empty texts are there, " + one.nulls()
                                + " and " + one.empties() + " were written");
            }
        }
        if (same && wantedRows != foundRows) {
            differ(chunk, "", "every column holds the values that were written, but some stand in other rows");
        }
    }

    /// In text a null and an empty value may look alike.
    private boolean isText() {
        String type = place.datasetType();
        return type.equalsIgnoreCase("DelimitedText") || type.equalsIgnoreCase("Excel");
    }

    private static long holes(ColumnSum sum) {
        return sum.nulls() + sum.empties();
    }

    private void differ(String chunk, String column, String detail) {
        if (differences.size() < MOST_DIFFERENCES) {
            differences.add(new Difference(chunk, column, detail));
        }
    }
}
