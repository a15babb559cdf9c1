package dev.sluice.benchmarks;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/// A file in memory, so that a benchmark of a format measures the format.
final class MemoryFile {
    private MemoryFile() {}

    /// Bytes to read.
    record Input(byte[] bytes) implements FileInput {
        @Override
        public FileEntry entry() {
            return new FileEntry("memory", bytes.length, Instant.EPOCH, "1");
        }

        @Override
        public void read(long position, byte[] into, int offset, int length) throws IOException {
            if (position + length > bytes.length) {
                throw new EOFException("memory ends at " + bytes.length);
            }
            System.arraycopy(bytes, (int) position, into, offset, length);
        }

        @Override
        public InputStream stream(long position, long length) {
            int from = (int) Math.min(position, bytes.length);
            return new ByteArrayInputStream(bytes, from, (int) Math.min(length, bytes.length - from));
        }

        @Override
        public long bytesRead() {
            return bytes.length;
        }

        @Override
        public void close() {}
    }

    /// Collects what is written.
    static final class Output implements FileOutput {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 20);

        byte[] bytes() {
            return bytes.toByteArray();
        }

        @Override
        public String path() {
            return "memory";
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            bytes.write(source, offset, length);
        }

        @Override
        public long size() {
            return bytes.size();
        }

        @Override
        public void finish() {}

        @Override
        public void publish() {}

        @Override
        public void close() {}
    }
}
