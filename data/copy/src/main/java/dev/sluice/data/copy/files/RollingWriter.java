package dev.sluice.data.copy.files;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.copy.convert.ConversionSettings;
import dev.sluice.data.copy.convert.Conversions;
import dev.sluice.data.copy.convert.Converter;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Writer;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes one stream into one file after another: a new one where the source's file changes or the file is full.
public final class RollingWriter implements Writer {
    private final FileSink sink;
    private final int part;
    private final MemoryBudget memory;
    private final long limit;
    private String source = "";
    private String openFor = "";
    private @Nullable FileOutput output;
    private volatile @Nullable Writer writer;
    private long rowsInFile;
    private int files;
    private volatile long bytesBefore;

    RollingWriter(FileSink sink, int part, MemoryBudget memory) {
        this.sink = sink;
        this.part = part;
        this.memory = memory;
        this.limit = sink.maxRowsPerFile();
    }

    /// Says which file the following rows come from; empty when they come from no file.
    public void from(String path) {
        source = path;
    }

    @Override
    public void write(Batch batch) throws IOException {
        if (writer != null && sink.layout() == FileNames.Layout.PER_SOURCE_FILE && !source.equals(openFor)) {
            finishFile();
        }
        long room = limit - rowsInFile;
        if (batch.rows() <= room) {
            append(batch);
            return;
        }
        try (Batch piece = new Batch(batch.schema(), batch.capacity(), memory)) {
            int from = 0;
            while (from < batch.rows()) {
                int to = (int) Math.min(batch.rows(), from + limit - rowsInFile);
                copy(batch, piece);
                keep(piece, from, to);
                append(piece);
                from = to;
            }
        }
    }

    private static void copy(Batch from, Batch into) {
        into.clear();
        for (int i = 0; i < from.schema().size(); i++) {
            Converter same = Conversions.between(
                            from.vector(i).type(), from.vector(i).type(), ConversionSettings.DEFAULT)
                    .orElseThrow();
            same.convert(from.vector(i), into.vector(i), from.rows(), (row, v, detail) -> {});
        }
        into.setRows(from.rows());
    }

    /// Removes all rows outside of `[from, to)`.
    private static void keep(Batch batch, int from, int to) {
        byte[] marked = new byte[batch.rows()];
        Arrays.fill(marked, (byte) 1);
        Arrays.fill(marked, from, to, (byte) 0);
        batch.remove(marked);
    }

    private void append(Batch batch) throws IOException {
        if (batch.rows() == 0) {
            return;
        }
        Writer w = writer == null ? openFile() : writer;
        w.write(batch);
        rowsInFile += batch.rows();
        sink.wrote(batch.rows());
        if (rowsInFile >= limit) {
            finishFile();
        }
    }

    private Writer openFile() throws IOException {
        FileOutput file = sink.create(part, source);
        output = file;
        Writer w = sink.encode(file);
        writer = w;
        openFor = source;
        rowsInFile = 0;
        files++;
        return w;
    }

    private void finishFile() throws IOException {
        Writer w = writer;
        if (w == null) {
            return;
        }
        w.finish();
        bytesBefore += w.bytesWritten();
        writer = null;
        rowsInFile = 0;
        w.close();
        output = null;
    }

    /// A copy without any row still makes one file, with the columns in it.
    @Override
    public void finish() throws IOException {
        if (files == 0 && part == 0 && sink.layout() != FileNames.Layout.PER_SOURCE_FILE) {
            openFile();
        }
        finishFile();
    }

    @Override
    public long bytesWritten() {
        Writer w = writer;
        return bytesBefore + (w == null ? 0 : w.bytesWritten());
    }

    @Override
    public void close() {
        Writer w = writer;
        FileOutput file = output;
        if (w != null) {
            w.close();
        }
        if (file != null) {
            file.close();
        }
    }
}
