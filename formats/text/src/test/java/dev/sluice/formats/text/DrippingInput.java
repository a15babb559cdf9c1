package dev.sluice.formats.text;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A file whose streams give one byte a read.
record DrippingInput(FileInput file) implements FileInput {
    @Override
    public FileEntry entry() {
        return file.entry();
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
        file.read(position, into, offset, length);
    }

    @Override
    public InputStream stream(long position, long length) throws IOException {
        return new FilterInputStream(file.stream(position, length)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return super.read(into, offset, Math.min(length, 1));
            }
        };
    }

    @Override
    public long bytesRead() {
        return file.bytesRead();
    }

    @Override
    public void close() {
        file.close();
    }
}
