package dev.sluice.data.spi;

import java.io.IOException;
import java.io.InputStream;

/// An open file. Several threads may read it at once.
public interface FileInput extends AutoCloseable {
    FileEntry entry();

    /// Reads exactly `length` bytes from `position`; a file that ends before is an `EOFException`.
    void read(long position, byte[] into, int offset, int length) throws IOException;

    /// The bytes from `position`, at most `length` of them, in large reads ahead of the consumer where that helps. The
    /// caller closes the stream; closing it from another thread ends a blocked read.
    InputStream stream(long position, long length) throws IOException;

    /// Bytes taken from the store so far through this object.
    long bytesRead();

    @Override
    void close();
}
