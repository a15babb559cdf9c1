package dev.sluice.data.copy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.files.FileSink;
import dev.sluice.data.copy.files.FileSource;
import dev.sluice.data.copy.files.RollingWriter;
import dev.sluice.data.copy.manifest.Chunk;
import dev.sluice.data.copy.manifest.ColumnSum;
import dev.sluice.data.copy.manifest.Contents;
import dev.sluice.data.copy.manifest.Digest;
import dev.sluice.data.copy.manifest.Ledger;
import dev.sluice.data.copy.manifest.Manifest;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The manifest of a copy of rows while it comes about. Thread-safe.
final class Proofs {
    private final Proof proof;
    private final String target;
    private final Ledger read = new Ledger();
    private final Ledger written = new Ledger();

    /// @param target name of the sink's dataset, the place of rows that go into a table
    Proofs(Proof proof, String target) {
        this.proof = proof;
        this.target = target;
    }

    /// Before the sink's first writer.
    void expect(Sink sink) {
        if (proof != Proof.COUNTS && sink instanceof FileSink files) {
            files.sumUp(written);
        }
    }

    /// The writer of a stream; one of files sums up each of them by itself.
    Writer watched(Writer writer, Schema schema) {
        return proof == Proof.COUNTS || writer instanceof RollingWriter
                ? writer
                : written.watched(writer, schema, target);
    }

    /// One split being read, by one thread.
    final class Piece {
        private final String place;
        private final @Nullable Digest digest;
        private long rows;

        private Piece(String place, @Nullable Digest digest) {
            this.place = place;
            this.digest = digest;
        }

        /// As the reader has filled it.
        void add(Batch batch) {
            rows += batch.rows();
            if (digest != null) {
                digest.add(batch);
            }
        }

        void end(long bytes) {
            read.add(digest == null ? List.of(new Chunk(place, 1, rows, bytes, 0, List.of())) : digest.end(bytes));
        }
    }

    Piece reading(Split split, Schema schema) {
        String place = split instanceof FileSource.Piece piece ? piece.place() : split.describe();
        return new Piece(place, proof == Proof.BOTH ? new Digest(schema, place) : null);
    }

    /// When all streams have ended.
    Manifest manifest(ColumnMapping mapping) {
        return new Manifest(
                read.contents(false, proof == Proof.BOTH, mapping.readSchema()),
                written.contents(false, proof != Proof.COUNTS, mapping.target()));
    }

    /// Columns that nothing was done to have the sums that they had when they were read, unless rows were left out.
    static void compare(Manifest manifest, ColumnMapping mapping) {
        Contents source = manifest.source();
        Contents sink = manifest.sink();
        if (!source.hashed() || !sink.hashed() || source.rows() != sink.rows()) {
            return;
        }
        List<ColumnSum> before = source.totals();
        List<ColumnSum> after = sink.totals();
        for (int i = 0; i < mapping.shared().length; i++) {
            int from = mapping.shared()[i];
            if (from >= 0 && !before.get(from).equals(after.get(i))) {
                throw DataFaults.VALUES_CHANGED.with(
                        "column", mapping.target().field(i).name(),
                        "read", before.get(from).text(),
                        "written", after.get(i).text());
            }
        }
    }
}
